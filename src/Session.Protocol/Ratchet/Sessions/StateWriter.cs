using System.Buffers.Binary;
using Session.Protocol.Accounts;

namespace Session.Protocol.Ratchet.Sessions;

/// <summary>Writes stored values, little-endian and unpadded, into a span of exactly the right size.</summary>
internal ref struct StateWriter(Span<byte> destination)
{
    private Span<byte> _rest = destination;

    public void Byte(byte value) => Take(1)[0] = value;

    public void UInt16(int value) => BinaryPrimitives.WriteUInt16LittleEndian(Take(2), (ushort)value);

    public void UInt32(uint value) => BinaryPrimitives.WriteUInt32LittleEndian(Take(4), value);

    public void Int64(long value) => BinaryPrimitives.WriteInt64LittleEndian(Take(8), value);

    public void Time(DateTimeOffset value) => BinaryPrimitives.WriteInt64LittleEndian(Take(8), value.ToUnixTimeSeconds());

    public void Key(X25519PublicKey key) => Bytes(key.AsSpan());

    public void Bytes(scoped ReadOnlySpan<byte> bytes) => bytes.CopyTo(Take(bytes.Length));

    private Span<byte> Take(int size)
    {
        Span<byte> taken = _rest[..size];
        _rest = _rest[size..];
        return taken;
    }
}
