using System.Buffers.Binary;
using Session.Protocol.Accounts;

namespace Session.Protocol.Ratchet.Sessions;

/// <summary>Reads what <see cref="StateWriter"/> wrote. It never throws: after a defect it gives zeros and empty spans.</summary>
internal ref struct StateReader(ReadOnlySpan<byte> source)
{
    // What reads of fixed size give after a defect, so that callers need not look at every step.
    private static readonly byte[] Zeros = new byte[8];

    // Seconds that DateTimeOffset can hold: the years 1 to 9999.
    private static readonly long FirstSecond = DateTimeOffset.MinValue.ToUnixTimeSeconds();
    private static readonly long LastSecond = DateTimeOffset.MaxValue.ToUnixTimeSeconds();

    private ReadOnlySpan<byte> _rest = source;

    public bool IsDefect { get; private set; }

    /// <summary>Everything was read and nothing was missing.</summary>
    public readonly bool IsComplete => !IsDefect && _rest.IsEmpty;

    public byte Byte() => Fixed(1)[0];

    public ushort UInt16() => BinaryPrimitives.ReadUInt16LittleEndian(Fixed(2));

    public uint UInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Fixed(4));

    public long Int64() => BinaryPrimitives.ReadInt64LittleEndian(Fixed(8));

    public DateTimeOffset Time()
    {
        long seconds = BinaryPrimitives.ReadInt64LittleEndian(Fixed(8));
        bool ok = seconds >= FirstSecond && seconds <= LastSecond;
        IsDefect |= !ok;
        return ok ? DateTimeOffset.FromUnixTimeSeconds(seconds) : default;
    }

    public X25519PublicKey Key()
    {
        ReadOnlySpan<byte> bytes = Bytes(X25519PublicKey.Size);
        return bytes.IsEmpty ? default : new X25519PublicKey(bytes);
    }

    /// <summary>The next bytes, or none at all after a defect.</summary>
    public ReadOnlySpan<byte> Bytes(int size)
    {
        IsDefect |= size > _rest.Length;
        if (IsDefect)
        {
            return default;
        }

        ReadOnlySpan<byte> taken = _rest[..size];
        _rest = _rest[size..];
        return taken;
    }

    private ReadOnlySpan<byte> Fixed(int size)
    {
        ReadOnlySpan<byte> bytes = Bytes(size);
        return bytes.IsEmpty ? Zeros : bytes;
    }
}
