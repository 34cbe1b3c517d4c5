namespace Session.Protocol.Cryptography;

/// <summary>XChaCha20-Poly1305 (IETF form): 32-byte key, 24-byte nonce, 16-byte tag at the end.</summary>
internal static class XChaCha20Poly1305
{
    public const int KeySize = 32;
    public const int NonceSize = 24;
    public const int TagSize = 16;

    public static void Encrypt(ReadOnlySpan<byte> key, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> plaintext, Span<byte> ciphertext, ReadOnlySpan<byte> additional = default)
    {
        Error.RequireLength(key.Length, KeySize, nameof(key));
        Error.RequireLength(nonce.Length, NonceSize, nameof(nonce));
        Error.RequireLength(ciphertext.Length, plaintext.Length + TagSize, nameof(ciphertext));
        _ = SodiumNative.crypto_aead_xchacha20poly1305_ietf_encrypt(
            ciphertext, 0, plaintext, (ulong)plaintext.Length, additional, (ulong)additional.Length, 0, nonce, key);
    }

    /// <summary>False when the text is too short or not authentic; the output is then zeroed.</summary>
    public static bool TryDecrypt(ReadOnlySpan<byte> key, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> ciphertext, Span<byte> plaintext, ReadOnlySpan<byte> additional = default)
    {
        Error.RequireLength(key.Length, KeySize, nameof(key));
        Error.RequireLength(nonce.Length, NonceSize, nameof(nonce));
        if (ciphertext.Length < TagSize)
        {
            return false;
        }

        Error.RequireLength(plaintext.Length, ciphertext.Length - TagSize, nameof(plaintext));
        if (SodiumNative.crypto_aead_xchacha20poly1305_ietf_decrypt(
            plaintext, 0, 0, ciphertext, (ulong)ciphertext.Length, additional, (ulong)additional.Length, nonce, key) == 0)
        {
            return true;
        }

        plaintext.Clear();
        return false;
    }
}
