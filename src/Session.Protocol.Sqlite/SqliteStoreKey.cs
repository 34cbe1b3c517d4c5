using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using NSec.Cryptography;
using Session.Protocol.Sqlite.Sealing;

namespace Session.Protocol.Sqlite;

/// <summary>
/// What a store is encrypted with. It lives in pinned memory and is zeroed by <see cref="Dispose"/>; a store that was opened needs
/// it no longer. Not safe for use by two threads while it is disposed.
/// </summary>
[DebuggerDisplay("{ToString(),nq}")]
public sealed class SqliteStoreKey : IDisposable
{
    /// <summary>Size of a key in bytes.</summary>
    public const int Size = 32;

    private readonly byte[] _secret;
    private readonly bool _isPassphrase;
    private bool _isDisposed;

    private SqliteStoreKey(byte[] secret, bool isPassphrase)
    {
        _secret = secret;
        _isPassphrase = isPassphrase;
    }

    /// <summary>A random key that the application keeps, in the operating system's key store say.</summary>
    /// <param name="key">32 bytes; they are copied.</param>
    /// <returns>The key.</returns>
    /// <exception cref="ArgumentException">Not 32 bytes.</exception>
    public static SqliteStoreKey FromBytes(ReadOnlySpan<byte> key)
    {
        if (key.Length != Size)
        {
            throw new ArgumentException($"Expected {Size} bytes, got {key.Length}.", nameof(key));
        }

        byte[] secret = GC.AllocateUninitializedArray<byte>(Size, pinned: true);
        key.CopyTo(secret);
        return new SqliteStoreKey(secret, isPassphrase: false);
    }

    /// <summary>
    /// A key derived from a passphrase by Argon2id when a store is opened: 64 MiB of memory and a quarter of a second. Salt and
    /// parameters are in the file. A weak passphrase can be guessed by whoever copies the file.
    /// </summary>
    /// <param name="passphrase">The passphrase, taken as it is: no trimming, no Unicode normalization.</param>
    /// <returns>The key.</returns>
    /// <exception cref="ArgumentException">It is empty.</exception>
    public static SqliteStoreKey FromPassphrase(ReadOnlySpan<char> passphrase)
    {
        if (passphrase.IsEmpty)
        {
            throw new ArgumentException("An empty passphrase protects nothing.", nameof(passphrase));
        }

        byte[] secret = GC.AllocateUninitializedArray<byte>(Encoding.UTF8.GetByteCount(passphrase), pinned: true);
        Encoding.UTF8.GetBytes(passphrase, secret);
        return new SqliteStoreKey(secret, isPassphrase: true);
    }

    /// <summary>Says nothing.</summary>
    /// <returns>Always the same text.</returns>
    public override string ToString() => "[secret]";

    /// <summary>Zeroes the key.</summary>
    public void Dispose()
    {
        _isDisposed = true;
        CryptographicOperations.ZeroMemory(_secret);
    }

    /// <summary>How a new store derives from a key of this kind.</summary>
    internal KeyDerivation NewDerivation() => KeyDerivation.Create(_isPassphrase);

    /// <summary>The root of one store's keys. False when the store was made with the other kind of key.</summary>
    internal bool TryDerive(KeyDerivation derivation, Span<byte> root)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (derivation.IsFromPassphrase != _isPassphrase)
        {
            return false;
        }

        if (_isPassphrase)
        {
            var parameters = new Argon2Parameters { DegreeOfParallelism = 1, MemorySize = derivation.MemoryKib, NumberOfPasses = derivation.Passes };
            PasswordBasedKeyDerivationAlgorithm.Argon2id(parameters).DeriveBytes(_secret, derivation.Salt, root);
        }
        else
        {
            _secret.CopyTo(root);
        }

        return true;
    }
}
