using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
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

        return (TryOpen(reply, key, key.Cipher, out ReadOnlyMemory<byte> plaintext)
                || (key.SecondCipher is { } second && TryOpen(reply, key, second, out plaintext)))
            && TryReadStatusAndBody(plaintext, out response);
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

    // Decrypted where it stands, so that the result can be a part of the array: no second buffer, no copy.
    private static bool TryOpen(ReadOnlySpan<byte> reply, OnionReplyKey key, OnionCipher cipher, out ReadOnlyMemory<byte> plaintext)
    {
        byte[] unwrapped = GC.AllocateUninitializedArray<byte>(Base64.GetMaxDecodedFromUtf8Length(reply.Length + 3));
        return (TryUnwrap(reply, unwrapped, out int length) && key.TryOpenInPlace(cipher, unwrapped.AsMemory(0, length), out plaintext))
            || key.TryOpenInPlace(cipher, reply.ToArray(), out plaintext);
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

        try
        {
            return TryUnwrapResult(new Utf8JsonReader(text), ciphertext, out length);
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static bool TryUnwrapResult(Utf8JsonReader reader, Span<byte> ciphertext, out int length)
    {
        length = 0;
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

    private static bool TryReadStatusAndBody(ReadOnlyMemory<byte> plaintext, [NotNullWhen(true)] out OnionResponse? response)
    {
        try
        {
            response = ReadStatusAndBody(new Utf8JsonReader(plaintext.Span), plaintext);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // The second is the reader's answer to text that is not Unicode.
            response = null;
        }

        return response is not null;
    }

    private static OnionResponse? ReadStatusAndBody(Utf8JsonReader reader, ReadOnlyMemory<byte> plaintext)
    {
        int? status = null;
        ReadOnlyMemory<byte> body = default;
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            return null;
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
                    return null;
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
        return status is { } known ? new OnionResponse(known, body) : null;
    }

    private static ReadOnlyMemory<byte> ReadBody(ref Utf8JsonReader reader, ReadOnlyMemory<byte> plaintext)
    {
        int start = (int)reader.TokenStartIndex;
        if (reader.TokenType == JsonTokenType.Null)
        {
            return default;
        }

        if (reader.TokenType != JsonTokenType.String)
        {
            reader.Skip();
            return plaintext[start..(int)reader.BytesConsumed];
        }

        if (!reader.ValueIsEscaped)
        {
            // After the quotation mark.
            return plaintext.Slice(start + 1, reader.ValueSpan.Length);
        }

        byte[] unescaped = GC.AllocateUninitializedArray<byte>(reader.ValueSpan.Length);
        return unescaped.AsMemory(0, reader.CopyString(unescaped));
    }
}
