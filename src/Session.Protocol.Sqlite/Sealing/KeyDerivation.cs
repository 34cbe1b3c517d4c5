using Session.Protocol.Cryptography;

namespace Session.Protocol.Sqlite.Sealing;

/// <summary>What stands in a file in clear so that the same key gives the same store keys again.</summary>
/// <param name="Salt">16 random bytes, other ones for each file.</param>
/// <param name="Passes">Passes of Argon2id; 0 when the application gave a key.</param>
/// <param name="MemoryKib">Memory of Argon2id in KiB; 0 when the application gave a key.</param>
internal sealed record KeyDerivation(byte[] Salt, int Passes, int MemoryKib)
{
    public const int SaltSize = 16;

    /// <summary>170 ms on a server's core, and 64 MiB for each guess (RFC 9106 §4, second choice, with one lane).</summary>
    private const int DefaultPasses = 4;
    private const int DefaultMemoryKib = 64 * 1_024;

    /// <summary>Whoever alters the file must not be able to take all memory or hours of computing.</summary>
    private const int MaxPasses = 16;
    private const int MaxMemoryKib = 1_024 * 1_024;
    private const int MinMemoryKib = 8;

    public bool IsFromPassphrase => Passes != 0;

    public bool IsUsable => Salt.Length == SaltSize
        && (IsFromPassphrase ? Passes is > 0 and <= MaxPasses && MemoryKib is >= MinMemoryKib and <= MaxMemoryKib : MemoryKib == 0);

    public static KeyDerivation Create(bool fromPassphrase)
    {
        byte[] salt = new byte[SaltSize];
        RandomSource.System.Fill(salt);
        return fromPassphrase ? new KeyDerivation(salt, DefaultPasses, DefaultMemoryKib) : new KeyDerivation(salt, 0, 0);
    }
}
