using System.Buffers;
using System.Security.Cryptography;

namespace Session.Protocol.Cryptography;

/// <summary>
/// Signatures with X25519 keys in the form of this network: they verify as Ed25519 under the key's Edwards point of
/// positive sign. Signal's <see cref="XEdDSA"/> draws its nonce otherwise and keeps the sign in the signature.
/// </summary>
internal static class XEd25519
{
    public const int SignatureSize = Ed25519.SignatureSize;

    /// <summary>Size of the random bytes that go into each signature.</summary>
    public const int RandomSize = 64;

    private const byte SignBit = 0x80;

    private static ReadOnlySpan<byte> NoncePersonal => "xed25519signatur"u8;

    /// <summary>The Ed25519 key that verifies; whether it is a point of the curve is for the verification to find out.</summary>
    public static void PublicKey(ReadOnlySpan<byte> x25519, Span<byte> ed25519) => Edwards25519.FromMontgomery(x25519, negative: false, ed25519);

    /// <summary>Signs with a clamped X25519 secret and 64 random bytes.</summary>
    public static void Sign(ReadOnlySpan<byte> secretKey, ReadOnlySpan<byte> message, ReadOnlySpan<byte> random, Span<byte> signature)
    {
        Error.RequireLength(secretKey.Length, X25519.KeySize, nameof(secretKey));
        Error.RequireLength(random.Length, RandomSize, nameof(random));
        Error.RequireLength(signature.Length, SignatureSize, nameof(signature));
        int size = Scalar25519.Size + message.Length + RandomSize;
        byte[] rented = ArrayPool<byte>.Shared.Rent(size);
        Span<byte> a = stackalloc byte[Scalar25519.Size];
        Span<byte> point = stackalloc byte[Edwards25519.PointSize];
        Span<byte> nonce = stackalloc byte[Scalar25519.WideSize];
        Span<byte> r = stackalloc byte[Scalar25519.Size];
        Span<byte> product = stackalloc byte[Scalar25519.Size];
        try
        {
            PositiveKey(secretKey, a, point);

            // r = BLAKE2b-64(a ‖ message ‖ random), R = r·B.
            Span<byte> input = rented.AsSpan(0, Scalar25519.Size + message.Length + RandomSize);
            a.CopyTo(input);
            message.CopyTo(input[Scalar25519.Size..]);
            random.CopyTo(input[^RandomSize..]);
            Blake2b.HashPersonal(input, NoncePersonal, nonce);
            Scalar25519.Reduce(nonce, r);
            _ = Scalar25519.TryMultiplyBase(r, signature[..Edwards25519.PointSize]);

            // S = r + SHA-512(R ‖ A ‖ message)·a.
            input = rented.AsSpan(0, 2 * Edwards25519.PointSize + message.Length);
            signature[..Edwards25519.PointSize].CopyTo(input);
            point.CopyTo(input[Edwards25519.PointSize..]);
            message.CopyTo(input[(2 * Edwards25519.PointSize)..]);
            SHA512.HashData(input, nonce);
            Scalar25519.Reduce(nonce, product);
            Scalar25519.Multiply(product, a, product);
            Scalar25519.Add(product, r, signature[Edwards25519.PointSize..]);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(a);
            CryptographicOperations.ZeroMemory(nonce);
            CryptographicOperations.ZeroMemory(r);
            CryptographicOperations.ZeroMemory(product);
            CryptographicOperations.ZeroMemory(rented.AsSpan(0, size));
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    /// <summary>False for any signature that does not verify, also for one of the wrong length.</summary>
    public static bool Verify(ReadOnlySpan<byte> x25519, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        Span<byte> ed25519 = stackalloc byte[Ed25519.PublicKeySize];
        PublicKey(x25519, ed25519);
        return Ed25519.Verify(ed25519, message, signature);
    }

    // The secret as it is where its point is positive, else its negative modulo L.
    private static void PositiveKey(ReadOnlySpan<byte> secretKey, Span<byte> a, Span<byte> point)
    {
        _ = Scalar25519.TryMultiplyBase(secretKey, point);
        if ((point[^1] & SignBit) == 0)
        {
            secretKey.CopyTo(a);
            return;
        }

        Scalar25519.Negate(secretKey, a);
        point[^1] ^= SignBit;
    }
}
