using Org.BouncyCastle.Math.EC.Rfc7748;

namespace Session.Protocol.Cryptography;

/// <summary>The birational map between the Montgomery form of Curve25519 and its Edwards form.</summary>
internal static class Edwards25519
{
    public const int PointSize = 32;

    /// <summary>Size of a scalar modulo the group order, little-endian.</summary>
    public const int ScalarSize = 32;

    /// <summary>
    /// The Edwards point of a Montgomery u: y = (u - 1) / (u + 1), with the sign that u does not carry in the top bit.
    /// Whether the result is a point of the curve is for the caller to check; u = -1 has no image and gives y = 0.
    /// </summary>
    public static void FromMontgomery(ReadOnlySpan<byte> u, bool negative, Span<byte> point)
    {
        Error.RequireLength(u.Length, X25519.KeySize, nameof(u));
        Error.RequireLength(point.Length, PointSize, nameof(point));
        int[] one = X25519Field.Create();
        int[] x = X25519Field.Create();
        int[] y = X25519Field.Create();
        X25519Field.One(one);
        X25519Field.Decode255(u, x);
        X25519Field.Sub(x, one, y);
        X25519Field.Add(x, one, x);
        X25519Field.Carry(x);
        X25519Field.Carry(y);
        X25519Field.Inv(x, x);
        X25519Field.Mul(y, x, y);
        X25519Field.Normalize(y);
        X25519Field.Encode(y, point);
        point[^1] |= negative ? (byte)0x80 : (byte)0;
    }

    /// <summary>
    /// Whether a Montgomery u is what an honest key generation gives: below the field prime, on the curve rather than its
    /// twist, and in the subgroup of prime order.
    /// </summary>
    public static bool IsPrimeOrderMontgomery(ReadOnlySpan<byte> u)
    {
        Span<byte> point = stackalloc byte[PointSize];
        Span<byte> canonical = stackalloc byte[X25519.KeySize];
        int[] x = X25519Field.Create();
        X25519Field.Decode255(u, x);
        X25519Field.Normalize(x);
        X25519Field.Encode(x, canonical);
        FromMontgomery(u, negative: false, point);
        return canonical.SequenceEqual(u) && SodiumNative.crypto_core_ed25519_is_valid_point(point) == 1;
    }
}
