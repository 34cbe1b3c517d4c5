using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text.Json;
using Session.Protocol.Accounts;
using Session.Protocol.Cryptography;
using Session.Protocol.Onion.Json;

namespace Session.Protocol.Onion.Requests;

/// <summary>
/// What one hop, node or server takes in: a ciphertext and how to open it (protocol/22 §4). The client's counterpart is
/// <see cref="OnionRequestBuilder"/>. An immutable value.
/// </summary>
/// <param name="Data">The encrypted layer.</param>
/// <param name="EphemeralKey">The client's key of this layer.</param>
/// <param name="Cipher">The cipher of this layer.</param>
/// <param name="HopNumber">Position on the path as far as it is told; the first hop sees 0 or a number made up by the client.</param>
internal sealed record OnionHopRequest(ReadOnlyMemory<byte> Data, X25519PublicKey EphemeralKey, OnionCipher Cipher, int HopNumber = 0)
{
    /// <summary>Reads an envelope <c>[N][N bytes][JSON]</c> whose JSON has <c>ephemeral_key</c> and perhaps <c>enc_type</c>.</summary>
    /// <param name="envelope">The body that the guard or a server got, at most <see cref="OnionRequestBuilder.MaxBodySize"/> bytes.</param>
    /// <param name="request">The parts; <see cref="Data"/> is a view of <paramref name="envelope"/>.</param>
    /// <returns>False for anything that is not such an envelope.</returns>
    public static bool TryParse(ReadOnlyMemory<byte> envelope, [NotNullWhen(true)] out OnionHopRequest? request)
    {
        request = TrySplit(envelope, out ReadOnlyMemory<byte> data, out ReadOnlyMemory<byte> json)
            ? JsonText.Read(json, control => Read(data, control))
            : null;
        return request is not null;
    }

    /// <summary>Decrypts the layer.</summary>
    /// <param name="secretKey">The recipient's X25519 secret, 32 bytes.</param>
    /// <param name="publicKey">The recipient's X25519 key.</param>
    /// <param name="replyKey">Receives the key that a reply to this layer is sealed with.</param>
    /// <param name="plaintext">What the layer holds.</param>
    /// <returns>False when the layer was not made for this recipient or was altered.</returns>
    /// <exception cref="ArgumentException">The secret is not 32 bytes.</exception>
    public bool TryOpen(ReadOnlySpan<byte> secretKey, X25519PublicKey publicKey, OnionReplyKey replyKey, [NotNullWhen(true)] out byte[]? plaintext)
    {
        ArgumentNullException.ThrowIfNull(replyKey);
        plaintext = null;
        int length = Data.Length - OnionLayer.Overhead(Cipher);
        if (length < 0)
        {
            return false;
        }

        Span<byte> agreement = stackalloc byte[OnionReplyKey.AgreementSize];
        Span<byte> key = stackalloc byte[OnionLayer.KeySize];
        try
        {
            if (!X25519.TryAgree(secretKey, EphemeralKey.AsSpan(), agreement[..X25519.KeySize]))
            {
                return false;
            }

            EphemeralKey.AsSpan().CopyTo(agreement[X25519.KeySize..]);
            publicKey.AsSpan().CopyTo(agreement[(2 * X25519.KeySize)..]);
            OnionLayer.DeriveKey(Cipher, agreement, key);
            byte[] opened = GC.AllocateUninitializedArray<byte>(length);
            if (!OnionLayer.TryOpen(Cipher, key, Data.Span, opened))
            {
                return false;
            }

            replyKey.Fill(Cipher, agreement);
            plaintext = opened;
            return true;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(agreement);
            CryptographicOperations.ZeroMemory(key);
        }
    }

    /// <summary>Cuts an envelope into its N bytes and its JSON, which must not be empty.</summary>
    internal static bool TrySplit(ReadOnlyMemory<byte> envelope, out ReadOnlyMemory<byte> data, out ReadOnlyMemory<byte> json)
    {
        data = json = default;
        if (envelope.Length is < sizeof(uint) or > OnionRequestBuilder.MaxBodySize)
        {
            return false;
        }

        uint length = BinaryPrimitives.ReadUInt32LittleEndian(envelope.Span);
        ReadOnlyMemory<byte> rest = envelope[sizeof(uint)..];
        if (length >= (uint)rest.Length)
        {
            return false;
        }

        data = rest[..(int)length];
        json = rest[(int)length..];
        return true;
    }

    /// <summary>Reads the keys that say how to open <paramref name="data"/>; null when one is missing or wrong.</summary>
    internal static OnionHopRequest? Read(ReadOnlyMemory<byte> data, JsonElement control)
    {
        OnionCipher cipher = OnionCipher.AesGcm;
        if (control.TryGet("enc_type"u8, out JsonElement type) && (!type.TryReadText(out string? name) || !OnionLayer.TryParseName(name, out cipher)))
        {
            return null;
        }

        long? hop = control.TryGet("hop_no"u8, out _) ? control.GetInteger("hop_no"u8) : 0;
        return hop is >= 0 and <= int.MaxValue && control.TryGetText("ephemeral_key"u8, out string? text) && TryReadKey(text, out X25519PublicKey key)
            ? new OnionHopRequest(data, key, cipher, (int)hop)
            : null;
    }

    // Hex of either case, or base64 with or without padding.
    private static bool TryReadKey(string text, out X25519PublicKey key)
    {
        if (X25519PublicKey.TryParse(text, out key))
        {
            return true;
        }

        Span<byte> bytes = stackalloc byte[X25519PublicKey.Size];
        bool ok = JsonText.TryDecodeBase64(text, bytes, out int written) && written == X25519PublicKey.Size;
        key = ok ? new X25519PublicKey(bytes) : default;
        return ok;
    }
}
