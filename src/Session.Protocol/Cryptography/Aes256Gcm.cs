using System.Security.Cryptography;

namespace Session.Protocol.Cryptography;

/// <summary>
/// AES-256-GCM: 32-byte key, 12-byte nonce, 16-byte tag at the end. libsodium's where the processor has AES instructions
/// (it sets a key up seven times faster), the framework's elsewhere.
/// </summary>
internal static class Aes256Gcm
{
    public const int KeySize = 32;
    public const int NonceSize = 12;
    public const int TagSize = 16;

    private static readonly bool NativeAvailable = SodiumNative.crypto_aead_aes256gcm_is_available() == 1;

    public static void Encrypt(ReadOnlySpan<byte> key, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> plaintext, Span<byte> ciphertext)
    {
        Error.RequireLength(key.Length, KeySize, nameof(key));
        Error.RequireLength(nonce.Length, NonceSize, nameof(nonce));
        Error.RequireLength(ciphertext.Length, plaintext.Length + TagSize, nameof(ciphertext));
        if (NativeAvailable)
        {
            _ = SodiumNative.crypto_aead_aes256gcm_encrypt(ciphertext, 0, plaintext, (ulong)plaintext.Length, default, 0, 0, nonce, key);
            return;
        }

        using var aes = new AesGcm(key, TagSize);
        aes.Encrypt(nonce, plaintext, ciphertext[..plaintext.Length], ciphertext[plaintext.Length..]);
    }

    /// <summary>False when the text is too short or not authentic; the output is then zeroed.</summary>
    public static bool TryDecrypt(ReadOnlySpan<byte> key, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> ciphertext, Span<byte> plaintext)
    {
        Error.RequireLength(key.Length, KeySize, nameof(key));
        Error.RequireLength(nonce.Length, NonceSize, nameof(nonce));
        if (ciphertext.Length < TagSize)
        {
            return false;
        }

        Error.RequireLength(plaintext.Length, ciphertext.Length - TagSize, nameof(plaintext));
        if (NativeAvailable)
        {
            if (SodiumNative.crypto_aead_aes256gcm_decrypt(plaintext, 0, 0, ciphertext, (ulong)ciphertext.Length, default, 0, nonce, key) == 0)
            {
                return true;
            }

            plaintext.Clear();
            return false;
        }

        using var aes = new AesGcm(key, TagSize);
        try
        {
            aes.Decrypt(nonce, ciphertext[..^TagSize], ciphertext[^TagSize..], plaintext);
            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            plaintext.Clear();
            return false;
        }
    }
}
