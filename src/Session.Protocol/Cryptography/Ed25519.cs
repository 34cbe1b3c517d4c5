namespace Session.Protocol.Cryptography;

/// <summary>Ed25519 (RFC 8032) on raw keys, with the strict verification of libsodium: S below L, no small-order keys.</summary>
internal static class Ed25519
{
    public const int SeedSize = 32;
    public const int PublicKeySize = 32;
    public const int SignatureSize = 64;

    /// <summary>Size of the secret key as libsodium lays it out: seed, then public key.</summary>
    public const int SecretKeySize = 64;

    public static void KeyPair(ReadOnlySpan<byte> seed, Span<byte> publicKey, Span<byte> secretKey)
    {
        Error.RequireLength(seed.Length, SeedSize, nameof(seed));
        Error.RequireLength(publicKey.Length, PublicKeySize, nameof(publicKey));
        Error.RequireLength(secretKey.Length, SecretKeySize, nameof(secretKey));
        _ = SodiumNative.crypto_sign_ed25519_seed_keypair(publicKey, secretKey, seed);
    }

    public static void Sign(ReadOnlySpan<byte> secretKey, ReadOnlySpan<byte> message, Span<byte> signature)
    {
        Error.RequireLength(secretKey.Length, SecretKeySize, nameof(secretKey));
        Error.RequireLength(signature.Length, SignatureSize, nameof(signature));
        _ = SodiumNative.crypto_sign_ed25519_detached(signature, 0, message, (ulong)message.Length, secretKey);
    }

    /// <summary>False for any signature that does not verify, also for one of the wrong length.</summary>
    public static bool Verify(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        Error.RequireLength(publicKey.Length, PublicKeySize, nameof(publicKey));
        return signature.Length == SignatureSize
            && SodiumNative.crypto_sign_ed25519_verify_detached(signature, message, (ulong)message.Length, publicKey) == 0;
    }

    /// <summary>The Montgomery form; false for points off the curve, of small order or outside the prime-order subgroup.</summary>
    public static bool TryPublicKeyToX25519(ReadOnlySpan<byte> publicKey, Span<byte> x25519)
    {
        Error.RequireLength(publicKey.Length, PublicKeySize, nameof(publicKey));
        Error.RequireLength(x25519.Length, X25519.KeySize, nameof(x25519));
        return SodiumNative.crypto_sign_ed25519_pk_to_curve25519(x25519, publicKey) == 0;
    }

    /// <summary>The clamped X25519 secret: first half of SHA-512 of the seed. Takes the seed or the 64-byte secret key.</summary>
    public static void SecretKeyToX25519(ReadOnlySpan<byte> seedOrSecretKey, Span<byte> x25519)
    {
        if (seedOrSecretKey.Length is not (SeedSize or SecretKeySize))
        {
            Error.RequireLength(seedOrSecretKey.Length, SeedSize, nameof(seedOrSecretKey));
        }

        Error.RequireLength(x25519.Length, X25519.KeySize, nameof(x25519));
        _ = SodiumNative.crypto_sign_ed25519_sk_to_curve25519(x25519, seedOrSecretKey);
    }
}
