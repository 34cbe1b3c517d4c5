namespace Session.Protocol.Cryptography;

/// <summary>BLAKE2b (RFC 7693) with 16 to 64 bytes of output and an optional key of at most 64 bytes.</summary>
internal static class Blake2b
{
    public const int MinHashSize = 16;
    public const int MaxHashSize = 64;
    public const int MaxKeySize = 64;

    /// <summary>Size of the salt and of the personalisation.</summary>
    public const int PersonalSize = 16;

    public static void Hash(ReadOnlySpan<byte> message, Span<byte> hash) => Hash(message, default, hash);

    public static void Hash(ReadOnlySpan<byte> message, ReadOnlySpan<byte> key, Span<byte> hash)
    {
        RequireSizes(hash, key);
        _ = SodiumNative.crypto_generichash_blake2b(hash, (nuint)hash.Length, message, (ulong)message.Length, key, (nuint)key.Length);
    }

    /// <summary>With a 16-byte personalisation and neither key nor salt.</summary>
    public static void HashPersonal(ReadOnlySpan<byte> message, ReadOnlySpan<byte> personal, Span<byte> hash)
    {
        RequireSizes(hash, default);
        Error.RequireLength(personal.Length, PersonalSize, nameof(personal));
        Span<byte> salt = stackalloc byte[PersonalSize];
        salt.Clear();
        _ = SodiumNative.crypto_generichash_blake2b_salt_personal(hash, (nuint)hash.Length, message, (ulong)message.Length, default, 0, salt, personal);
    }

    /// <summary>With a 16-byte salt and neither key nor personalisation.</summary>
    public static void HashSalted(ReadOnlySpan<byte> message, ReadOnlySpan<byte> salt, Span<byte> hash)
    {
        RequireSizes(hash, default);
        Error.RequireLength(salt.Length, PersonalSize, nameof(salt));
        Span<byte> personal = stackalloc byte[PersonalSize];
        personal.Clear();
        _ = SodiumNative.crypto_generichash_blake2b_salt_personal(hash, (nuint)hash.Length, message, (ulong)message.Length, default, 0, salt, personal);
    }

    private static void RequireSizes(Span<byte> hash, ReadOnlySpan<byte> key)
    {
        if (hash.Length is < MinHashSize or > MaxHashSize)
        {
            throw new ArgumentException($"Expected {MinHashSize} to {MaxHashSize} bytes, got {hash.Length}.", nameof(hash));
        }

        if (key.Length > MaxKeySize)
        {
            throw new ArgumentException($"Expected at most {MaxKeySize} bytes, got {key.Length}.", nameof(key));
        }
    }
}
