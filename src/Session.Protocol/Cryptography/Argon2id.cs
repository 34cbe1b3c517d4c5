using System.Security.Cryptography;

namespace Session.Protocol.Cryptography;

/// <summary>Argon2id version 1.3 with one lane (RFC 9106).</summary>
internal static class Argon2id
{
    public const int SaltSize = 16;

    // crypto_pwhash_ALG_ARGON2ID13
    private const int Algorithm = 2;

    /// <summary>Derives a key. It takes the memory while it runs; for 256 MiB and 3 passes about a second.</summary>
    /// <exception cref="CryptographicException">The system does not give the memory.</exception>
    public static void Derive(ReadOnlySpan<byte> password, ReadOnlySpan<byte> salt, int passes, int memoryBytes, Span<byte> key)
    {
        Error.RequireLength(salt.Length, SaltSize, nameof(salt));
        if (SodiumNative.crypto_pwhash(key, (ulong)key.Length, password, (ulong)password.Length, salt, (ulong)passes, (nuint)memoryBytes, Algorithm) != 0)
        {
            throw new CryptographicException($"Argon2id needs {memoryBytes / (1024 * 1024)} MiB.");
        }
    }
}
