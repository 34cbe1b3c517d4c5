using System.Buffers.Binary;
using System.Globalization;
using Session.Protocol.Cryptography;

namespace Session.Protocol.Groups;

/// <summary>16 bytes of BLAKE2b: the name of a change or of an outer key. Whoever makes two changes of one name fools only itself: both carry its signature.</summary>
/// <param name="Value">The bytes as a big-endian number.</param>
internal readonly record struct GroupHash(UInt128 Value)
{
    public const int Size = 16;

    public static GroupHash Of(ReadOnlySpan<byte> bytes)
    {
        Span<byte> hash = stackalloc byte[Size];
        Blake2b.Hash(bytes, hash);
        return new GroupHash(BinaryPrimitives.ReadUInt128BigEndian(hash));
    }

    public static bool TryRead(ReadOnlySpan<byte> bytes, out GroupHash hash)
    {
        bool ok = bytes.Length == Size;
        hash = ok ? new GroupHash(BinaryPrimitives.ReadUInt128BigEndian(bytes)) : default;
        return ok;
    }

    public byte[] ToArray()
    {
        byte[] bytes = new byte[Size];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, Value);
        return bytes;
    }

    public override string ToString() => Value.ToString("x32", CultureInfo.InvariantCulture);
}
