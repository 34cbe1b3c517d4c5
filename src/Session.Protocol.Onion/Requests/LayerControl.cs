using System.Buffers;
using System.Buffers.Text;
using System.Runtime.InteropServices;
using System.Text.Json;
using Session.Protocol.Accounts;

namespace Session.Protocol.Onion.Requests;

/// <summary>The JSON behind a ciphertext, as far as it says how to open it (protocol/22 §4). Read without allocating.</summary>
/// <param name="EphemeralKey">The client's key of this layer.</param>
/// <param name="Cipher">The cipher of this layer; AES-GCM where the JSON does not say.</param>
/// <param name="HopNumber">Position on the path as far as it is told, 0 or more.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct LayerControl(X25519PublicKey EphemeralKey, OnionCipher Cipher, int HopNumber)
{
    /// <summary>Longest text that is looked at: a key in hex has 64 characters.</summary>
    private const int MaxTextSize = 128;

    /// <summary>Nested levels of members that are skipped, as everywhere in this package.</summary>
    private const int MaxDepth = 16;

    /// <summary>False unless there is an object with <c>ephemeral_key</c> and nothing wrong in <c>enc_type</c> and <c>hop_no</c>.</summary>
    public static bool TryRead(ReadOnlySpan<byte> json, out LayerControl control)
    {
        try
        {
            return TryReadObject(new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = MaxDepth }), out control);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // The framework's words for text that is not JSON, and for strings that are not UTF-8.
            control = default;
            return false;
        }
    }

    private static bool TryReadObject(Utf8JsonReader reader, out LayerControl control)
    {
        control = default;
        X25519PublicKey? key = null;
        OnionCipher cipher = OnionCipher.AesGcm;
        int hop = 0;
        bool ok = reader.Read() && reader.TokenType == JsonTokenType.StartObject;
        while (ok && reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("ephemeral_key"u8))
            {
                ok = reader.Read() && TryReadKey(ref reader, out key);
            }
            else if (reader.ValueTextEquals("enc_type"u8))
            {
                ok = reader.Read() && TryReadCipher(ref reader, out cipher);
            }
            else if (reader.ValueTextEquals("hop_no"u8))
            {
                ok = reader.Read() && reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out hop) && hop >= 0;
            }
            else
            {
                reader.Skip();
            }
        }

        if (!ok || key is not { } found || reader.Read())
        {
            return false;
        }

        control = new LayerControl(found, cipher, hop);
        return true;
    }

    private static bool TryReadCipher(ref Utf8JsonReader reader, out OnionCipher cipher)
    {
        cipher = default;
        Span<byte> text = stackalloc byte[MaxTextSize];
        return TryReadText(ref reader, text, out int length) && OnionLayer.TryParseName(text[..length], out cipher);
    }

    // Hex of either case, or base64 with or without padding.
    private static bool TryReadKey(ref Utf8JsonReader reader, out X25519PublicKey? key)
    {
        key = null;
        Span<byte> text = stackalloc byte[MaxTextSize];
        Span<byte> bytes = stackalloc byte[X25519PublicKey.Size + 1];
        if (!TryReadText(ref reader, text, out int length))
        {
            return false;
        }

        int written;
        bool ok;
        if (length == 2 * X25519PublicKey.Size)
        {
            ok = Convert.FromHexString(text[..length], bytes, out _, out written) == OperationStatus.Done;
        }
        else
        {
            for (; length < MaxTextSize && length % 4 != 0; length++)
            {
                text[length] = (byte)'=';
            }

            ok = Base64.DecodeFromUtf8(text[..length], bytes, out _, out written) == OperationStatus.Done;
        }

        if (ok && written == X25519PublicKey.Size)
        {
            key = new X25519PublicKey(bytes[..written]);
        }

        return key is not null;
    }

    /// <summary>Copies a short text, its escapes resolved; false for other values and for longer ones.</summary>
    private static bool TryReadText(ref Utf8JsonReader reader, scoped Span<byte> text, out int length)
    {
        bool isShort = reader.TokenType == JsonTokenType.String && reader.ValueSpan.Length <= text.Length;
        length = isShort ? reader.CopyString(text) : 0;
        return isShort;
    }
}
