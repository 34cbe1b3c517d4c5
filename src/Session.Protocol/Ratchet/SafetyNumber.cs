using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using Session.Protocol.Accounts;
using Session.Protocol.Encodings;
using Session.Protocol.Ratchet.Sessions;

namespace Session.Protocol.Ratchet;

/// <summary>
/// What two people compare to know that nobody sits between them, as libsignal computes it (protocol/33 §1): sixty digits,
/// the same on both sides, and a form for a QR code. It changes when either identity key changes. An immutable value.
/// </summary>
public sealed class SafetyNumber
{
    /// <summary>How often the hash is repeated by default, which makes collisions dear to search for.</summary>
    public const int DefaultIterations = 5200;

    /// <summary>Fewest accepted repetitions.</summary>
    public const int MinIterations = 2;

    /// <summary>Most accepted repetitions: some seconds of work.</summary>
    public const int MaxIterations = 1_000_000;

    /// <summary>Version number in the scannable form by default. The digits do not depend on it.</summary>
    public const int DefaultVersion = 2;

    private const int HashSize = 64;
    private const int ScannableHashSize = 32;
    private const int ChunkSize = 5;
    private const int Chunks = 6;
    private const ulong ChunkModulus = 100_000;

    private const int VersionField = 1;
    private const int LocalField = 2;
    private const int RemoteField = 3;
    private const int ContentField = 1;

    private readonly byte[] _scannable;
    private readonly byte[] _seenFromPeer;

    private SafetyNumber(string digits, byte[] scannable, byte[] seenFromPeer)
    {
        Digits = digits;
        _scannable = scannable;
        _seenFromPeer = seenFromPeer;
    }

    /// <summary>Sixty digits, the same on both sides.</summary>
    public string Digits { get; }

    /// <summary>The content of a QR code that the other side scans: a protobuf of 74 bytes.</summary>
    public ReadOnlyMemory<byte> Scannable => _scannable;

    /// <summary>Computes the number. It takes some milliseconds.</summary>
    /// <param name="localId">One's own stable name, for example the bytes of the account id.</param>
    /// <param name="localKey">One's own identity key.</param>
    /// <param name="remoteId">The peer's stable name.</param>
    /// <param name="remoteKey">The peer's identity key.</param>
    /// <param name="iterations">How often the hash is repeated; both sides must agree.</param>
    /// <param name="version">Number written into the scannable form; both sides must agree.</param>
    /// <returns>The number.</returns>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than 2 or more than 1,000,000 iterations, or a negative version.</exception>
    public static SafetyNumber Create(
        ReadOnlySpan<byte> localId, X25519PublicKey localKey, ReadOnlySpan<byte> remoteId, X25519PublicKey remoteKey, int iterations = DefaultIterations, int version = DefaultVersion)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(iterations, MinIterations);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(iterations, MaxIterations);
        ArgumentOutOfRangeException.ThrowIfNegative(version);
        byte[] local = Hash(localId, localKey, iterations), remote = Hash(remoteId, remoteKey, iterations);
        string ours = ToDigits(local), theirs = ToDigits(remote);
        return new SafetyNumber(
            string.CompareOrdinal(ours, theirs) <= 0 ? ours + theirs : theirs + ours,
            Encode(version, local, remote),
            Encode(version, remote, local));
    }

    /// <summary>Compares with what was scanned from the other side's screen.</summary>
    /// <param name="scanned">The content of the QR code.</param>
    /// <returns>True when both sides see the same two keys.</returns>
    public bool Matches(ReadOnlySpan<byte> scanned) => CryptographicOperations.FixedTimeEquals(scanned, _seenFromPeer);

    /// <summary>The digits in twelve groups of five, as they are read out.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => string.Join(' ', Digits.Chunk(ChunkSize).Select(x => new string(x)));

    private static byte[] Hash(ReadOnlySpan<byte> id, X25519PublicKey key, int iterations)
    {
        Span<byte> wireKey = stackalloc byte[WireKeys.X25519Size];
        WireKeys.Write(key, wireKey);

        // Two zero bytes: the version of this computation.
        byte[] hash = SHA512.HashData([0, 0, .. wireKey, .. id, .. wireKey]);
        Span<byte> input = stackalloc byte[HashSize + WireKeys.X25519Size];
        wireKey.CopyTo(input[HashSize..]);
        for (int i = 1; i < iterations; i++)
        {
            hash.CopyTo(input);
            SHA512.HashData(input, hash);
        }

        return hash;
    }

    private static string ToDigits(ReadOnlySpan<byte> hash)
    {
        Span<byte> wide = stackalloc byte[sizeof(ulong)];
        wide.Clear();
        string digits = string.Empty;
        for (int i = 0; i < Chunks; i++)
        {
            hash.Slice(i * ChunkSize, ChunkSize).CopyTo(wide[(sizeof(ulong) - ChunkSize)..]);
            digits += (BinaryPrimitives.ReadUInt64BigEndian(wide) % ChunkModulus).ToString("D5", CultureInfo.InvariantCulture);
        }

        return digits;
    }

    private static byte[] Encode(int version, ReadOnlySpan<byte> local, ReadOnlySpan<byte> remote)
    {
        int side = ProtoWriter.BytesFieldSize(ScannableHashSize);
        byte[] encoded = new byte[ProtoWriter.VarintFieldSize((ulong)version) + (2 * ProtoWriter.BytesFieldSize(side))];
        var writer = new ProtoWriter(encoded);
        writer.WriteVarint(VersionField, (ulong)version);
        writer.StartBytes(LocalField, side);
        local[..ScannableHashSize].CopyTo(writer.ReserveBytes(ContentField, ScannableHashSize));
        writer.StartBytes(RemoteField, side);
        remote[..ScannableHashSize].CopyTo(writer.ReserveBytes(ContentField, ScannableHashSize));
        return encoded;
    }
}
