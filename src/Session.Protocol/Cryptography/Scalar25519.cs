namespace Session.Protocol.Cryptography;

/// <summary>Arithmetic modulo L, the order of the Ed25519 group, and multiplication of points. All values are 32 bytes, little-endian.</summary>
internal static class Scalar25519
{
    public const int Size = 32;

    /// <summary>Size of the hash values that are reduced.</summary>
    public const int WideSize = 64;

    public static void Reduce(ReadOnlySpan<byte> wide, Span<byte> scalar)
    {
        Error.RequireLength(wide.Length, WideSize, nameof(wide));
        Error.RequireLength(scalar.Length, Size, nameof(scalar));
        SodiumNative.crypto_core_ed25519_scalar_reduce(scalar, wide);
    }

    public static void Multiply(ReadOnlySpan<byte> x, ReadOnlySpan<byte> y, Span<byte> product)
    {
        RequireScalars(x, y, product);
        SodiumNative.crypto_core_ed25519_scalar_mul(product, x, y);
    }

    public static void Add(ReadOnlySpan<byte> x, ReadOnlySpan<byte> y, Span<byte> sum)
    {
        RequireScalars(x, y, sum);
        SodiumNative.crypto_core_ed25519_scalar_add(sum, x, y);
    }

    public static void Negate(ReadOnlySpan<byte> scalar, Span<byte> negated)
    {
        RequireScalars(scalar, scalar, negated);
        SodiumNative.crypto_core_ed25519_scalar_negate(negated, scalar);
    }

    /// <summary>The scalar times the base point, without clamping; false for the zero scalar.</summary>
    public static bool TryMultiplyBase(ReadOnlySpan<byte> scalar, Span<byte> point)
    {
        RequireScalars(scalar, scalar, point);
        return SodiumNative.crypto_scalarmult_ed25519_base_noclamp(point, scalar) == 0;
    }

    /// <summary>The scalar times a point, without clamping; false for a bad point or a neutral result.</summary>
    public static bool TryMultiplyPoint(ReadOnlySpan<byte> scalar, ReadOnlySpan<byte> point, Span<byte> product)
    {
        RequireScalars(scalar, point, product);
        return SodiumNative.crypto_scalarmult_ed25519_noclamp(product, scalar, point) == 0;
    }

    private static void RequireScalars(ReadOnlySpan<byte> x, ReadOnlySpan<byte> y, Span<byte> result)
    {
        Error.RequireLength(x.Length, Size, nameof(x));
        Error.RequireLength(y.Length, Size, nameof(y));
        Error.RequireLength(result.Length, Size, nameof(result));
    }
}
