namespace Session.Protocol.Cryptography;

/// <summary>
/// NaCl's crypto_box in two steps (X25519 and HSalsa20, then XSalsa20-Poly1305), and the sealed-box nonce.
/// The tag of 16 bytes stands in front.
/// </summary>
internal static class CryptoBox
{
    public const int KeySize = 32;
    public const int NonceSize = 24;
    public const int TagSize = 16;

    /// <summary>The key that both sides share; false when the other key is of small order.</summary>
    public static bool TryAgree(ReadOnlySpan<byte> secretKey, ReadOnlySpan<byte> publicKey, Span<byte> key)
    {
        Error.RequireLength(secretKey.Length, X25519.KeySize, nameof(secretKey));
        Error.RequireLength(publicKey.Length, X25519.KeySize, nameof(publicKey));
        Error.RequireLength(key.Length, KeySize, nameof(key));
        if (SodiumNative.crypto_box_curve25519xsalsa20poly1305_beforenm(key, publicKey, secretKey) == 0)
        {
            return true;
        }

        key.Clear();
        return false;
    }

    /// <summary>The nonce of a sealed box: BLAKE2b-24 of the ephemeral and the recipient's public key.</summary>
    public static void SealNonce(ReadOnlySpan<byte> ephemeralPublicKey, ReadOnlySpan<byte> recipient, Span<byte> nonce)
    {
        Error.RequireLength(nonce.Length, NonceSize, nameof(nonce));
        Span<byte> keys = stackalloc byte[2 * X25519.KeySize];
        ephemeralPublicKey.CopyTo(keys);
        recipient.CopyTo(keys[X25519.KeySize..]);
        Blake2b.Hash(keys, nonce);
    }

    /// <summary>The message may stand in the box already, at its final place behind the tag.</summary>
    public static void Encrypt(ReadOnlySpan<byte> key, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> message, Span<byte> box)
    {
        Error.RequireLength(key.Length, KeySize, nameof(key));
        Error.RequireLength(nonce.Length, NonceSize, nameof(nonce));
        Error.RequireLength(box.Length, message.Length + TagSize, nameof(box));
        _ = SodiumNative.crypto_secretbox_easy(box, message, (ulong)message.Length, nonce, key);
    }

    /// <summary>False when the box is too short or not authentic; the output is then zeroed.</summary>
    public static bool TryDecrypt(ReadOnlySpan<byte> key, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> box, Span<byte> message)
    {
        Error.RequireLength(key.Length, KeySize, nameof(key));
        Error.RequireLength(nonce.Length, NonceSize, nameof(nonce));
        if (box.Length < TagSize)
        {
            return false;
        }

        Error.RequireLength(message.Length, box.Length - TagSize, nameof(message));
        if (SodiumNative.crypto_secretbox_open_easy(message, box, (ulong)box.Length, nonce, key) == 0)
        {
            return true;
        }

        message.Clear();
        return false;
    }
}
