using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using Session.Protocol.Onion.Json;

namespace Session.Protocol.Onion.Requests;

/// <summary>
/// The v4 form of requests to servers and of their answers: a bencoded list of a JSON head and, where there is one, the body bytes
/// (protocol/22 §6). Both roles, so that a server can be built with it as well.
/// </summary>
internal static class V4Message
{
    /// <summary>Largest head: method, endpoint and headers are far below it.</summary>
    private const int MaxHeadSize = 64 * 1024;

    /// <summary>Of the largest 32-bit number.</summary>
    private const int MaxLengthDigits = 10;

    /// <summary>Most headers that are kept; the rest is a mistake or an attack.</summary>
    private const int MaxHeaders = 100;

    /// <summary>What ends every message.</summary>
    public static ReadOnlySpan<byte> End => "e"u8;

    public static byte[] EncodeRequest(ServerRequest request) => Encode(request.Body, WriteHead(request));

    /// <summary>A request as far as its body, which <see cref="End"/> follows. Its own body is not looked at.</summary>
    /// <param name="request">Method, endpoint and headers.</param>
    /// <param name="bodyLength">Length of the body, or null for none.</param>
    public static byte[] EncodeRequestStart(ServerRequest request, long? bodyLength) => EncodeStart(WriteHead(request), bodyLength, 0).WrittenSpan.ToArray();

    public static byte[] EncodeResponse(ServerResponse response) => Encode(response.Body, writer =>
    {
        writer.WriteNumber("code"u8, response.Code);
        WriteHeaders(writer, response.Headers);
    });

    public static bool TryDecodeRequest(ReadOnlyMemory<byte> bytes, [NotNullWhen(true)] out ServerRequest? request)
    {
        request = TrySplit(bytes, out ReadOnlyMemory<byte> head, out ReadOnlyMemory<byte>? body)
            ? JsonText.Read(head, json => json.TryGetText("method"u8, out string? method) && json.TryGetText("endpoint"u8, out string? endpoint) && ReadHeaders(json) is { } headers
                ? new ServerRequest(method, endpoint, headers, body)
                : null)
            : null;
        return request is not null;
    }

    public static bool TryDecodeResponse(ReadOnlyMemory<byte> bytes, [NotNullWhen(true)] out ServerResponse? response)
    {
        response = TrySplit(bytes, out ReadOnlyMemory<byte> head, out ReadOnlyMemory<byte>? body) ? ReadResponseHead(head, body ?? default) : null;
        return response is not null;
    }

    /// <summary>As <see cref="TryDecodeResponse"/>, from a stream that can seek; the body is a part of it, from the current position on.</summary>
    /// <returns>Code and headers, without a body, and the body's place; null when it is unreadable.</returns>
    public static async ValueTask<(ServerResponse Head, long Start, long Length)?> ReadResponseAsync(Stream message, CancellationToken cancellationToken)
    {
        byte[] beginning = new byte[Math.Min(message.Length, MaxHeadSize + (2 * (MaxLengthDigits + 1)) + 1)];
        await message.ReadExactlyAsync(beginning, cancellationToken).ConfigureAwait(false);
        byte[] end = new byte[1];
        message.Position = Math.Max(0, message.Length - 1);
        if (await message.ReadAsync(end, cancellationToken).ConfigureAwait(false) == 0 || !end.AsSpan().SequenceEqual(End)
            || !TryLocate(beginning, message.Length, out Range head, out (long Start, long Length)? body))
        {
            return null;
        }

        return ReadResponseHead(beginning.AsMemory(head), default) is { } response ? (response, body?.Start ?? 0, body?.Length ?? 0) : null;
    }

    private static ServerResponse? ReadResponseHead(ReadOnlyMemory<byte> head, ReadOnlyMemory<byte> body) => JsonText.Read(
        head, json => json.GetInteger("code"u8) is >= int.MinValue and <= int.MaxValue and var code && ReadHeaders(json) is { } headers
            ? new ServerResponse((int)code, headers, body)
            : null);

    private static Action<Utf8JsonWriter> WriteHead(ServerRequest request) => writer =>
    {
        writer.WriteString("method"u8, request.Method);
        writer.WriteString("endpoint"u8, request.Endpoint);
        WriteHeaders(writer, request.Headers);
    };

    private static byte[] Encode(ReadOnlyMemory<byte>? body, Action<Utf8JsonWriter> writeHead)
    {
        ArrayBufferWriter<byte> output = EncodeStart(writeHead, body?.Length, body?.Length ?? 0);
        if (body is { } bytes)
        {
            output.Write(bytes.Span);
        }

        output.Write(End);
        return output.WrittenSpan.ToArray();
    }

    private static ArrayBufferWriter<byte> EncodeStart(Action<Utf8JsonWriter> writeHead, long? bodyLength, int room)
    {
        var head = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(head))
        {
            writer.WriteStartObject();
            writeHead(writer);
            writer.WriteEndObject();
        }

        var output = new ArrayBufferWriter<byte>(head.WrittenCount + room + 32);
        output.Write("l"u8);
        WriteLength(output, head.WrittenCount);
        output.Write(head.WrittenSpan);
        if (bodyLength is { } length)
        {
            WriteLength(output, length);
        }

        return output;
    }

    private static void WriteHeaders(Utf8JsonWriter writer, IReadOnlyDictionary<string, string> headers)
    {
        writer.WriteStartObject("headers"u8);
        foreach ((string name, string value) in headers)
        {
            writer.WriteString(name, value);
        }

        writer.WriteEndObject();
    }

    private static void WriteLength(ArrayBufferWriter<byte> output, long length)
    {
        _ = Utf8Formatter.TryFormat(length, output.GetSpan(20), out int digits);
        output.Advance(digits);
        output.Write(":"u8);
    }

    private static bool TrySplit(ReadOnlyMemory<byte> bytes, out ReadOnlyMemory<byte> head, out ReadOnlyMemory<byte>? body)
    {
        bool ok = TryLocate(bytes.Span, bytes.Length, out Range headPlace, out (long Start, long Length)? bodyPlace) && bytes.Span[^1] == 'e';
        head = ok ? bytes[headPlace] : default;
        body = ok && bodyPlace is var (start, length) ? bytes.Slice((int)start, (int)length) : null;
        return ok;
    }

    // Where head and body stand in a message of which only the beginning need be at hand. Its last byte remains to be checked: an 'e'.
    private static bool TryLocate(ReadOnlySpan<byte> beginning, long total, out Range head, out (long Start, long Length)? body)
    {
        head = default;
        body = null;
        if (beginning.Length < 2 || beginning[0] != 'l' || !TryReadLength(beginning, 1, out int start, out int length) || length > MaxHeadSize || length > beginning.Length - start)
        {
            return false;
        }

        int end = start + length;
        head = start..end;
        if (end + 1L == total)
        {
            return true;
        }

        bool ok = TryReadLength(beginning, end, out start, out length) && (long)start + length + 1 == total;
        body = ok ? (start, length) : null;
        return ok;
    }

    private static bool TryReadLength(ReadOnlySpan<byte> input, int position, out int start, out int length)
    {
        ReadOnlySpan<byte> rest = input[position..];
        int colon = rest[..Math.Min(rest.Length, MaxLengthDigits + 1)].IndexOf((byte)':');
        start = position + colon + 1;
        length = 0;
        return colon > 0 && !rest[..colon].ContainsAnyExceptInRange((byte)'0', (byte)'9') && (rest[0] != '0' || colon == 1)
            && Utf8Parser.TryParse(rest[..colon], out length, out _);
    }

    // Names in lower case; a value that is not text is not a header. A missing object counts as empty.
    private static Dictionary<string, string>? ReadHeaders(JsonElement head)
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        if (!head.TryGet("headers"u8, out JsonElement element))
        {
            return headers;
        }

        if (element.ValueKind != JsonValueKind.Object || element.GetPropertyCount() > MaxHeaders)
        {
            return null;
        }

        foreach (JsonProperty header in element.EnumerateObject())
        {
            if (header.Value.TryReadText(out string? value))
            {
                headers[header.Name.ToLowerInvariant()] = value;
            }
        }

        return headers;
    }
}
