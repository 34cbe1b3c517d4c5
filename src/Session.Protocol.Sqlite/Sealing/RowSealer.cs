using System.Security.Cryptography;
using NSec.Cryptography;
using Session.Protocol.Cryptography;

namespace Session.Protocol.Sqlite.Sealing;

/// <summary>
/// The two keys of a store, in guarded memory. Values are sealed with XChaCha20-Poly1305 under a random nonce and bound to what they
/// are and to their row; look-up keys are keyed BLAKE2b. Safe for concurrent use.
/// </summary>
internal sealed class RowSealer : IDisposable
{
    /// <summary>Enough that no two of 2^40 rows collide, and half the index of a whole hash.</summary>
    public const int LookUpSize = 16;

    public const int Overhead = NonceSize + TagSize;

    private const int NonceSize = 24;
    private const int TagSize = 16;
    private const int KeySize = 32;

    private static readonly AeadAlgorithm Aead = AeadAlgorithm.XChaCha20Poly1305;
    private static readonly MacAlgorithm Mac = MacAlgorithm.Blake2b_256;

    private readonly Key _seal;
    private readonly Key _lookUp;

    private RowSealer(Key seal, Key lookUp)
    {
        _seal = seal;
        _lookUp = lookUp;
    }

    /// <summary>The keys of one file. The root is the caller's to zero.</summary>
    public static RowSealer Create(ReadOnlySpan<byte> root, KeyDerivation derivation) =>
        new(Derive(root, "session store seal v1"u8, derivation.Salt, Aead), Derive(root, "session store look-up v1"u8, derivation.Salt, Mac));

    /// <summary>Nonce, ciphertext and tag.</summary>
    public byte[] Seal(RowKind kind, ReadOnlySpan<byte> row, ReadOnlySpan<byte> plaintext)
    {
        byte[] box = new byte[Overhead + plaintext.Length];
        Span<byte> nonce = box.AsSpan(0, NonceSize);
        RandomSource.System.Fill(nonce);
        Span<byte> bound = stackalloc byte[1 + LookUpSize];
        Aead.Encrypt(_seal, nonce, Bind(kind, row, bound), plaintext, box.AsSpan(NonceSize));
        return box;
    }

    /// <summary>False when the value is not what was sealed for this row. Its length is that of the box less <see cref="Overhead"/>.</summary>
    public bool TryOpen(RowKind kind, ReadOnlySpan<byte> row, ReadOnlySpan<byte> box, Span<byte> plaintext)
    {
        Span<byte> bound = stackalloc byte[1 + LookUpSize];
        return box.Length >= Overhead && Aead.Decrypt(_seal, box[..NonceSize], Bind(kind, row, bound), box[NonceSize..], plaintext);
    }

    /// <summary>What was sealed for this row.</summary>
    /// <exception cref="SqliteStoreException">It is something else: altered, damaged, or of another row.</exception>
    public byte[] Open(RowKind kind, ReadOnlySpan<byte> row, ReadOnlySpan<byte> box)
    {
        byte[] opened = new byte[Math.Max(box.Length - Overhead, 0)];
        return TryOpen(kind, row, box, opened) ? opened : throw Damaged();
    }

    /// <summary>A value is not what this library wrote.</summary>
    public static SqliteStoreException Damaged() => new(SqliteStoreFault.Damaged, "A value in the store was altered or damaged.");

    /// <summary>The name of a row that only the holder of the key can connect with what it stands for.</summary>
    public void LookUp(RowKind kind, ReadOnlySpan<byte> name, Span<byte> key)
    {
        Span<byte> hash = stackalloc byte[Mac.MacSize];
        IncrementalMac.Initialize(_lookUp, out IncrementalMac mac);
        IncrementalMac.Update(ref mac, [(byte)kind]);
        IncrementalMac.Update(ref mac, name);
        IncrementalMac.Finalize(ref mac, hash);
        hash[..key.Length].CopyTo(key);
    }

    public void Dispose()
    {
        _seal.Dispose();
        _lookUp.Dispose();
    }

    private static ReadOnlySpan<byte> Bind(RowKind kind, ReadOnlySpan<byte> row, Span<byte> bound)
    {
        bound[0] = (byte)kind;
        row.CopyTo(bound[1..]);
        return bound[..(1 + row.Length)];
    }

    private static Key Derive(ReadOnlySpan<byte> root, ReadOnlySpan<byte> purpose, ReadOnlySpan<byte> salt, Algorithm algorithm)
    {
        Span<byte> bytes = stackalloc byte[KeySize];
        try
        {
            using Key key = Key.Import(Mac, root, KeyBlobFormat.RawSymmetricKey);
            Mac.Mac(key, [.. purpose, .. salt], bytes);
            return Key.Import(algorithm, bytes, KeyBlobFormat.RawSymmetricKey);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }
}
