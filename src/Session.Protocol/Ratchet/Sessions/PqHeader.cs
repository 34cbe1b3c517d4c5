namespace Session.Protocol.Ratchet.Sessions;

/// <summary>Field 5 of a message: epoch and index of its post-quantum key, and perhaps a chunk of a KEM exchange (protocol/30 §9).</summary>
internal static class PqHeader
{
    /// <summary>Version, epoch, index as varint, type.</summary>
    public const int MaxWrittenSize = 3 + MaxVarintSize;

    private const byte Version = 1;
    private const ulong FirstEpoch = 1;
    private const int MaxVarintSize = 5;
    private const int ChunkSize = 32;

    // What a message can bring along beside its index.
    private const byte Nothing = 0;
    private const byte FirstCiphertextDone = 4;
    private const byte LastType = 6;

    /// <summary>Writes a header that offers nothing. Gives its size.</summary>
    public static int Write(uint index, Span<byte> destination)
    {
        destination[0] = Version;
        destination[1] = (byte)FirstEpoch;
        int size = 2;
        for (; index >= 0x80; index >>= 7)
        {
            destination[size++] = (byte)((index & 0x7f) | 0x80);
        }

        destination[size++] = (byte)index;
        destination[size++] = Nothing;
        return size;
    }

    /// <summary>Reads the index. False for anything malformed and for epochs that this library cannot have agreed to.</summary>
    public static bool TryRead(ReadOnlySpan<byte> header, out uint index)
    {
        index = 0;
        if (header.IsEmpty || header[0] != Version)
        {
            return false;
        }

        ReadOnlySpan<byte> rest = header[1..];
        if (!TryReadVarint(ref rest, out ulong epoch) || epoch != FirstEpoch || !TryReadVarint(ref rest, out ulong wideIndex) || wideIndex is 0 or >= uint.MaxValue
            || rest.IsEmpty)
        {
            return false;
        }

        index = (uint)wideIndex;
        byte type = rest[0];
        rest = rest[1..];
        return type is Nothing or FirstCiphertextDone
            ? rest.IsEmpty
            : type <= LastType && TryReadVarint(ref rest, out _) && rest.Length == ChunkSize;
    }

    private static bool TryReadVarint(ref ReadOnlySpan<byte> rest, out ulong value)
    {
        value = 0;
        for (int i = 0; i < rest.Length && i < MaxVarintSize; i++)
        {
            value |= (ulong)(rest[i] & 0x7f) << (7 * i);
            if (rest[i] < 0x80)
            {
                rest = rest[(i + 1)..];
                return true;
            }
        }

        return false;
    }
}
