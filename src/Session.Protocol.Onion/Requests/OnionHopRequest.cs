using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Session.Protocol.Accounts;
using Session.Protocol.Cryptography;

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
        request = TrySplit(envelope, out ReadOnlyMemory<byte> data, out ReadOnlyMemory<byte> json) ? Read(data, json.Span) : null;
        return request is not null;
    }

    /// <summary>Reads an envelope and decrypts its layer in one step, without allocating.</summary>
    /// <param name="envelope">The body that the guard or a server got, at most <see cref="OnionRequestBuilder.MaxBodySize"/> bytes.</param>
    /// <param name="secretKey">The recipient's X25519 secret, 32 bytes.</param>
    /// <param name="publicKey">The recipient's X25519 key.</param>
    /// <param name="replyKey">Receives the key that a reply to this layer is sealed with.</param>
    /// <param name="plaintext">Receives what the layer holds; at least as long as <paramref name="envelope"/>.</param>
    /// <param name="written">Length of the plaintext, 0 on failure.</param>
    /// <returns>False for anything that is not such an envelope, was not made for this recipient or was altered.</returns>
    /// <exception cref="ArgumentException">The secret is not 32 bytes, or the destination is shorter than the envelope.</exception>
    public static bool TryPeel(
        ReadOnlySpan<byte> envelope, ReadOnlySpan<byte> secretKey, X25519PublicKey publicKey, OnionReplyKey replyKey, Span<byte> plaintext, out int written)
    {
        if (plaintext.Length < envelope.Length)
        {
            throw new ArgumentException("The destination is shorter than the envelope.", nameof(plaintext));
        }

        written = 0;
        if (!TrySplit(envelope, out ReadOnlySpan<byte> data, out ReadOnlySpan<byte> json) || !LayerControl.TryRead(json, out LayerControl control)
            || data.Length < OnionLayer.Overhead(control.Cipher))
        {
            return false;
        }

        Span<byte> opened = plaintext[..(data.Length - OnionLayer.Overhead(control.Cipher))];
        bool ok = TryOpen(control, data, secretKey, publicKey, replyKey, opened);
        written = ok ? opened.Length : 0;
        return ok;
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
        int length = Data.Length - OnionLayer.Overhead(Cipher);
        plaintext = length >= 0 ? GC.AllocateUninitializedArray<byte>(length) : null;
        if (plaintext is not null && !TryOpen(new LayerControl(EphemeralKey, Cipher, HopNumber), Data.Span, secretKey, publicKey, replyKey, plaintext))
        {
            plaintext = null;
        }

        return plaintext is not null;
    }

    /// <summary>Cuts an envelope into its N bytes and its JSON, which must not be empty.</summary>
    internal static bool TrySplit(ReadOnlyMemory<byte> envelope, out ReadOnlyMemory<byte> data, out ReadOnlyMemory<byte> json)
    {
        bool ok = TrySplit(envelope.Span, out ReadOnlySpan<byte> first, out ReadOnlySpan<byte> second);
        data = ok ? envelope.Slice(sizeof(uint), first.Length) : default;
        json = ok ? envelope[^second.Length..] : default;
        return ok;
    }

    /// <summary>Reads how to open <paramref name="data"/>; null when the JSON does not say.</summary>
    internal static OnionHopRequest? Read(ReadOnlyMemory<byte> data, ReadOnlySpan<byte> json) => LayerControl.TryRead(json, out LayerControl control)
        ? new OnionHopRequest(data, control.EphemeralKey, control.Cipher, control.HopNumber)
        : null;

    private static bool TrySplit(ReadOnlySpan<byte> envelope, out ReadOnlySpan<byte> data, out ReadOnlySpan<byte> json)
    {
        data = json = default;
        if (envelope.Length is < sizeof(uint) or > OnionRequestBuilder.MaxBodySize)
        {
            return false;
        }

        uint length = BinaryPrimitives.ReadUInt32LittleEndian(envelope);
        ReadOnlySpan<byte> rest = envelope[sizeof(uint)..];
        if (length >= (uint)rest.Length)
        {
            return false;
        }

        data = rest[..(int)length];
        json = rest[(int)length..];
        return true;
    }

    private static bool TryOpen(
        LayerControl control, ReadOnlySpan<byte> data, ReadOnlySpan<byte> secretKey, X25519PublicKey publicKey, OnionReplyKey replyKey, Span<byte> plaintext)
    {
        ArgumentNullException.ThrowIfNull(replyKey);
        Span<byte> agreement = stackalloc byte[OnionReplyKey.AgreementSize];
        Span<byte> key = stackalloc byte[OnionLayer.KeySize];
        try
        {
            if (!X25519.TryAgree(secretKey, control.EphemeralKey.AsSpan(), agreement[..X25519.KeySize]))
            {
                return false;
            }

            control.EphemeralKey.AsSpan().CopyTo(agreement[X25519.KeySize..]);
            publicKey.AsSpan().CopyTo(agreement[(2 * X25519.KeySize)..]);
            OnionLayer.DeriveKey(control.Cipher, agreement, key);
            if (!OnionLayer.TryOpen(control.Cipher, key, data, plaintext))
            {
                return false;
            }

            replyKey.Fill(control.Cipher, agreement);
            return true;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(agreement);
            CryptographicOperations.ZeroMemory(key);
        }
    }
}
