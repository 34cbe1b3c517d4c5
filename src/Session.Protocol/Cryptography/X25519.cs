namespace Session.Protocol.Cryptography;

/// <summary>X25519 key agreement on raw 32-byte keys (RFC 7748). The caller zeroes secrets and shared secrets.</summary>
internal static class X25519
{
    public const int KeySize = 32;

    public static void PublicKey(ReadOnlySpan<byte> secretKey, Span<byte> publicKey)
    {
        Error.RequireLength(secretKey.Length, KeySize, nameof(secretKey));
        Error.RequireLength(publicKey.Length, KeySize, nameof(publicKey));
        _ = SodiumNative.crypto_scalarmult_curve25519_base(publicKey, secretKey);
    }

    /// <summary>False when the result is zero, that is when the other key is of small order; the output is then zero.</summary>
    public static bool TryAgree(ReadOnlySpan<byte> secretKey, ReadOnlySpan<byte> publicKey, Span<byte> shared)
    {
        Error.RequireLength(secretKey.Length, KeySize, nameof(secretKey));
        Error.RequireLength(publicKey.Length, KeySize, nameof(publicKey));
        Error.RequireLength(shared.Length, KeySize, nameof(shared));
        if (SodiumNative.crypto_scalarmult_curve25519(shared, secretKey, publicKey) == 0)
        {
            return true;
        }

        shared.Clear();
        return false;
    }
}
