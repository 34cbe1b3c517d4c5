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

    /// <summary>Most headers that are kept; the rest is a mistake or an attack.</summary>
    private const int MaxHeaders = 100;

    public static byte[] EncodeRequest(ServerRequest request) => Encode(request.Body, writer =>
    {
        writer.WriteString("method"u8, request.Method);
        writer.WriteString("endpoint"u8, request.Endpoint);
        WriteHeaders(writer, request.Headers);
    });

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
        response = TrySplit(bytes, out ReadOnlyMemory<byte> head, out ReadOnlyMemory<byte>? body)
            ? JsonText.Read(head, json => json.GetInteger("code"u8) is >= int.MinValue and <= int.MaxValue and var code && ReadHeaders(json) is { } headers
                ? new ServerResponse((int)code, headers, body ?? default)
                : null)
            : null;
        return response is not null;
    }

    private static byte[] Encode(ReadOnlyMemory<byte>? body, Action<Utf8JsonWriter> writeHead)
    {
        var head = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(head))
        {
            writer.WriteStartObject();
            writeHead(writer);
            writer.WriteEndObject();
        }

        var output = new ArrayBufferWriter<byte>(head.WrittenCount + (body?.Length ?? 0) + 32);
        output.Write("l"u8);
        WriteBytes(output, head.WrittenSpan);
        if (body is { } bytes)
        {
            WriteBytes(output, bytes.Span);
        }

        output.Write("e"u8);
        return output.WrittenSpan.ToArray();
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

    private static void WriteBytes(ArrayBufferWriter<byte> output, ReadOnlySpan<byte> bytes)
    {
        _ = Utf8Formatter.TryFormat(bytes.Length, output.GetSpan(11), out int digits);
        output.Advance(digits);
        output.Write(":"u8);
        output.Write(bytes);
    }

    private static bool TrySplit(ReadOnlyMemory<byte> bytes, out ReadOnlyMemory<byte> head, out ReadOnlyMemory<byte>? body)
    {
        head = default;
        body = null;
        if (bytes.Length < 2 || bytes.Span[0] != 'l' || !TryReadBytes(bytes[1..], out head, out ReadOnlyMemory<byte> rest) || head.Length > MaxHeadSize)
        {
            return false;
        }

        if (!rest.IsEmpty && rest.Span[0] != 'e')
        {
            if (!TryReadBytes(rest, out ReadOnlyMemory<byte> found, out rest))
            {
                return false;
            }

            body = found;
        }

        return rest.Span.SequenceEqual("e"u8);
    }

    private static bool TryReadBytes(ReadOnlyMemory<byte> input, out ReadOnlyMemory<byte> bytes, out ReadOnlyMemory<byte> rest)
    {
        bytes = rest = default;
        ReadOnlySpan<byte> span = input.Span;
        int colon = span.IndexOf((byte)':');
        bool digitsOnly = colon > 0 && !span[..colon].ContainsAnyExceptInRange((byte)'0', (byte)'9') && (span[0] != '0' || colon == 1);
        if (!digitsOnly || !Utf8Parser.TryParse(span[..colon], out int length, out _) || length > span.Length - colon - 1)
        {
            return false;
        }

        bytes = input.Slice(colon + 1, length);
        rest = input[(colon + 1 + length)..];
        return true;
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
