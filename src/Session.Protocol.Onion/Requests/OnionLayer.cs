using System.Diagnostics;
using System.Security.Cryptography;
using Session.Protocol.Cryptography;

namespace Session.Protocol.Onion.Requests;

/// <summary>
/// One layer of encryption between a client's ephemeral key and a recipient's key, nonce ‖ ciphertext ‖ tag (protocol/22 §3).
/// The key is the same in both directions.
/// </summary>
internal static class OnionLayer
{
    public const int KeySize = 32;
    public const int TagSize = 16;
    public const int MaxNonceSize = XChaCha20Poly1305.NonceSize;

    public static int NonceSize(OnionCipher cipher) => cipher switch
    {
        OnionCipher.XChaCha20 => XChaCha20Poly1305.NonceSize,
        OnionCipher.AesGcm => Aes256Gcm.NonceSize,
        _ => throw new ArgumentOutOfRangeException(nameof(cipher)),
    };

    /// <summary>How much longer a layer is than what it holds.</summary>
    public static int Overhead(OnionCipher cipher) => NonceSize(cipher) + TagSize;

    /// <summary>The name that goes into <c>enc_type</c>.</summary>
    public static ReadOnlySpan<byte> Name(OnionCipher cipher) => cipher == OnionCipher.XChaCha20 ? "xchacha20"u8 : "aes-gcm"u8;

    /// <summary>Reads <c>enc_type</c> with its aliases. False for a cipher that we do not speak.</summary>
    public static bool TryParseName(ReadOnlySpan<byte> name, out OnionCipher cipher)
    {
        cipher = name.SequenceEqual("xchacha20"u8) || name.SequenceEqual("xchacha20-poly1305"u8) ? OnionCipher.XChaCha20 : OnionCipher.AesGcm;
        return cipher == OnionCipher.XChaCha20 || name.SequenceEqual("aes-gcm"u8) || name.SequenceEqual("gcm"u8);
    }

    /// <summary>
    /// The layer's key. <paramref name="agreement"/> is the X25519 shared secret, the client's public key and the recipient's
    /// public key, 32 bytes each: always in this order, also on the way back.
    /// </summary>
    public static void DeriveKey(OnionCipher cipher, ReadOnlySpan<byte> agreement, Span<byte> key)
    {
        Debug.Assert(agreement.Length == OnionReplyKey.AgreementSize, "shared secret and two public keys");
        if (cipher == OnionCipher.XChaCha20)
        {
            Blake2b.Hash(agreement, key);
        }
        else
        {
            _ = HMACSHA256.HashData("LOKI"u8, agreement[..X25519.KeySize], key);
        }
    }

    /// <summary>Encrypts; <paramref name="layer"/> may hold the plaintext already, after the place of the nonce.</summary>
    public static void Seal(OnionCipher cipher, ReadOnlySpan<byte> key, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> plaintext, Span<byte> layer)
    {
        nonce.CopyTo(layer);
        if (cipher == OnionCipher.XChaCha20)
        {
            XChaCha20Poly1305.Encrypt(key, nonce, plaintext, layer[nonce.Length..]);
        }
        else
        {
            Aes256Gcm.Encrypt(key, nonce, plaintext, layer[nonce.Length..]);
        }
    }

    /// <summary>Decrypts into <paramref name="plaintext"/>, which is <see cref="Overhead"/> shorter. False leaves it zeroed.</summary>
    public static bool TryOpen(OnionCipher cipher, ReadOnlySpan<byte> key, ReadOnlySpan<byte> layer, Span<byte> plaintext)
    {
        int nonceSize = NonceSize(cipher);
        return cipher == OnionCipher.XChaCha20
            ? XChaCha20Poly1305.TryDecrypt(key, layer[..nonceSize], layer[nonceSize..], plaintext)
            : Aes256Gcm.TryDecrypt(key, layer[..nonceSize], layer[nonceSize..], plaintext);
    }
}
