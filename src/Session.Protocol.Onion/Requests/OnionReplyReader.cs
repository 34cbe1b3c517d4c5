using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text.Json;

namespace Session.Protocol.Onion.Requests;

/// <summary>
/// Decrypts and reads replies (protocol/22 §5, §6). Never throws on what a node or server sent; a reply that was cut, altered or made
/// with another key is simply not readable.
/// </summary>
internal static class OnionReplyReader
{
    /// <summary>Largest reply that is looked at; the transport reads no more either.</summary>
    public const int MaxReplySize = Transport.TransportResponse.MaxBodySize;

    /// <summary>
    /// Reads the reply of a service node: base64 of the ciphertext, plain or as <c>{"result":…}</c>, or the raw ciphertext; inside it
    /// <c>{"status":…,"body":…}</c>, where <c>status_code</c> and a body that is itself JSON are accepted too.
    /// </summary>
    /// <param name="reply">The body that the guard returned with status 200.</param>
    /// <param name="key">The key of the request.</param>
    /// <param name="response">What the node answered; a body that is a JSON value is given as its text.</param>
    /// <returns>False when it is unreadable.</returns>
    public static bool TryReadNodeReply(ReadOnlySpan<byte> reply, OnionReplyKey key, [NotNullWhen(true)] out OnionResponse? response)
    {
        ArgumentNullException.ThrowIfNull(key);
        response = null;
        if (reply.Length > MaxReplySize)
        {
            return false;
        }

        // One array for both; the pool's own clearing would wipe all of it, and a rented array may be twice as long.
        byte[] rented = ArrayPool<byte>.Shared.Rent(2 * reply.Length);
        Span<byte> ciphertext = rented.AsSpan(0, reply.Length), plaintext = rented.AsSpan(reply.Length, reply.Length);
        try
        {
            return (TryUnwrap(reply, ciphertext, out int length) && key.TryOpen(ciphertext[..length], plaintext, out int written)
                    || key.TryOpen(reply, plaintext, out written))
                && TryReadStatusAndBody(plaintext[..written], out response);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plaintext);
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    /// <summary>Reads the reply of a server in v4 form: raw ciphertext, inside it head and body.</summary>
    /// <param name="reply">The body that the guard returned with status 200.</param>
    /// <param name="key">The key of the request.</param>
    /// <param name="response">What the server answered.</param>
    /// <returns>False when it is unreadable.</returns>
    public static bool TryReadServerReply(ReadOnlySpan<byte> reply, OnionReplyKey key, [NotNullWhen(true)] out ServerResponse? response)
    {
        ArgumentNullException.ThrowIfNull(key);
        response = null;
        if (reply.Length > MaxReplySize)
        {
            return false;
        }

        byte[] plaintext = new byte[reply.Length];
        return key.TryOpen(reply, plaintext, out int written) && V4Message.TryDecodeResponse(plaintext.AsMemory(0, written), out response);
    }

    // From base64, or from {"result":"base64"}.
    private static bool TryUnwrap(ReadOnlySpan<byte> reply, Span<byte> ciphertext, out int length)
    {
        length = 0;
        ReadOnlySpan<byte> text = reply.Trim(" \t\r\n"u8);
        if (text.IsEmpty || text[0] != '{')
        {
            return TryDecodeBase64(text, ciphertext, out length);
        }

        var reader = new Utf8JsonReader(text);
        try
        {
            _ = reader.Read();
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                bool result = reader.ValueTextEquals("result"u8);
                _ = reader.Read();
                if (result)
                {
                    return reader.TokenType == JsonTokenType.String && !reader.ValueIsEscaped && TryDecodeBase64(reader.ValueSpan, ciphertext, out length);
                }

                reader.Skip();
            }

            return false;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    // With or without padding, which the node's own decoder leaves open.
    private static bool TryDecodeBase64(ReadOnlySpan<byte> text, Span<byte> bytes, out int length)
    {
        ReadOnlySpan<byte> body = text.TrimEnd((byte)'=');
        int whole = body.Length / 4 * 4;
        if (Base64.DecodeFromUtf8(body[..whole], bytes, out _, out length, isFinalBlock: true) != OperationStatus.Done)
        {
            return false;
        }

        if (whole == body.Length)
        {
            return true;
        }

        Span<byte> last = [(byte)'=', (byte)'=', (byte)'=', (byte)'='];
        body[whole..].CopyTo(last);
        bool ok = Base64.DecodeFromUtf8(last, bytes[length..], out _, out int more, isFinalBlock: true) == OperationStatus.Done;
        length += more;
        return ok;
    }

    private static bool TryReadStatusAndBody(ReadOnlySpan<byte> plaintext, [NotNullWhen(true)] out OnionResponse? response)
    {
        response = null;
        int? status = null;
        byte[] body = [];
        var reader = new Utf8JsonReader(plaintext);
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return false;
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                bool isStatus = reader.ValueTextEquals("status"u8) || (status is null && reader.ValueTextEquals("status_code"u8));
                bool isBody = reader.ValueTextEquals("body"u8);
                _ = reader.Read();
                if (isStatus)
                {
                    if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt32(out int number))
                    {
                        return false;
                    }

                    status = number;
                }
                else if (isBody)
                {
                    body = ReadBody(ref reader, plaintext);
                }
                else
                {
                    reader.Skip();
                }
            }

            // Only white space may follow.
            _ = reader.Read();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // The second is the reader's answer to text that is not Unicode.
            return false;
        }

        response = status is { } known ? new OnionResponse(known, body) : null;
        return response is not null;
    }

    private static byte[] ReadBody(ref Utf8JsonReader reader, ReadOnlySpan<byte> plaintext)
    {
        if (reader.TokenType == JsonTokenType.Null)
        {
            return [];
        }

        if (reader.TokenType != JsonTokenType.String)
        {
            int start = (int)reader.TokenStartIndex;
            reader.Skip();
            return plaintext[start..(int)reader.BytesConsumed].ToArray();
        }

        if (!reader.ValueIsEscaped)
        {
            return reader.ValueSpan.ToArray();
        }

        byte[] unescaped = ArrayPool<byte>.Shared.Rent(reader.ValueSpan.Length);
        try
        {
            int length = reader.CopyString(unescaped.AsSpan());
            return unescaped.AsSpan(0, length).ToArray();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(unescaped, clearArray: true);
        }
    }
}
