using System.Buffers;
using System.Security.Cryptography;

namespace Session.Protocol.Cryptography;

/// <summary>
/// Signatures with X25519 keys, in the form libsignal gives them (protocol/30 §2): the sign of the Edwards public key
/// travels in the top bit of byte 63. Verification is strict: the second form of each signature, with S + L, is refused.
/// </summary>
internal static class XEdDSA
{
    public const int SignatureSize = 64;

    /// <summary>Size of the random bytes that go into each signature.</summary>
    public const int RandomSize = 64;

    private const int HashSize = 64;

    /// <summary>The Edwards public key of a clamped X25519 secret. It never changes, so a signer keeps it.</summary>
    public static void PublicPoint(ReadOnlySpan<byte> secretKey, Span<byte> point)
    {
        Error.RequireLength(secretKey.Length, X25519.KeySize, nameof(secretKey));
        Error.RequireLength(point.Length, Edwards25519.PointSize, nameof(point));
        _ = SodiumNative.crypto_scalarmult_ed25519_base_noclamp(point, secretKey);
    }

    /// <summary>Signs with a clamped X25519 secret, its <see cref="PublicPoint"/> and 64 random bytes.</summary>
    public static void Sign(ReadOnlySpan<byte> secretKey, ReadOnlySpan<byte> publicPoint, ReadOnlySpan<byte> message, ReadOnlySpan<byte> random, Span<byte> signature)
    {
        Error.RequireLength(secretKey.Length, X25519.KeySize, nameof(secretKey));
        Error.RequireLength(publicPoint.Length, Edwards25519.PointSize, nameof(publicPoint));
        Error.RequireLength(random.Length, RandomSize, nameof(random));
        Error.RequireLength(signature.Length, SignatureSize, nameof(signature));
        int size = 64 + message.Length + RandomSize;
        byte[] input = ArrayPool<byte>.Shared.Rent(size);
        Span<byte> nonce = stackalloc byte[HashSize];
        Span<byte> challenge = stackalloc byte[HashSize];
        Span<byte> product = stackalloc byte[Edwards25519.ScalarSize];
        try
        {
            // r = SHA-512(FE FF.. || secret || message || random): a hash that no other use of the key can collide with.
            input.AsSpan(0, 32).Fill(0xff);
            input[0] = 0xfe;
            secretKey.CopyTo(input.AsSpan(32));
            message.CopyTo(input.AsSpan(64));
            random.CopyTo(input.AsSpan(64 + message.Length));
            SHA512.HashData(input.AsSpan(0, size), nonce);
            Span<byte> r = nonce[..Edwards25519.ScalarSize];
            SodiumNative.crypto_core_ed25519_scalar_reduce(r, nonce);
            _ = SodiumNative.crypto_scalarmult_ed25519_base_noclamp(signature[..32], r);

            // h = SHA-512(R || A || message), s = r + h * a.
            signature[..32].CopyTo(input);
            publicPoint.CopyTo(input.AsSpan(32));
            SHA512.HashData(input.AsSpan(0, 64 + message.Length), challenge);
            Span<byte> h = challenge[..Edwards25519.ScalarSize];
            SodiumNative.crypto_core_ed25519_scalar_reduce(h, challenge);
            SodiumNative.crypto_core_ed25519_scalar_mul(product, h, secretKey);
            SodiumNative.crypto_core_ed25519_scalar_add(signature[32..], product, r);
            signature[63] |= (byte)(publicPoint[31] & 0x80);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(nonce);
            CryptographicOperations.ZeroMemory(product);
            CryptographicOperations.ZeroMemory(input.AsSpan(0, size));
            ArrayPool<byte>.Shared.Return(input);
        }
    }

    /// <summary>False for any signature that does not verify, also for one of the wrong length.</summary>
    public static bool Verify(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        Error.RequireLength(publicKey.Length, X25519.KeySize, nameof(publicKey));
        Span<byte> point = stackalloc byte[Edwards25519.PointSize];
        Edwards25519.FromMontgomery(publicKey, negative: false, point);
        return VerifyWithPoint(point, message, signature);
    }

    /// <summary>
    /// As <see cref="Verify"/>, with the Edwards point of the key that a reader of many signatures keeps. The sign comes with the signature.
    /// </summary>
    public static bool VerifyWithPoint(ReadOnlySpan<byte> publicPoint, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        Error.RequireLength(publicPoint.Length, Edwards25519.PointSize, nameof(publicPoint));
        if (signature.Length != SignatureSize || (signature[63] & 0x60) != 0)
        {
            return false;
        }

        Span<byte> point = stackalloc byte[Edwards25519.PointSize];
        Span<byte> plain = stackalloc byte[SignatureSize];
        publicPoint.CopyTo(point);
        signature.CopyTo(plain);
        point[31] = (byte)((point[31] & 0x7f) | (signature[63] & 0x80));
        plain[63] &= 0x7f;
        return Ed25519.Verify(point, message, plain);
    }
}
