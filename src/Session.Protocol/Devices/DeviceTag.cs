using System.Buffers.Binary;
using System.Globalization;
using Session.Protocol.Cryptography;

namespace Session.Protocol.Devices;

/// <summary>The name of one installation: 16 random bytes, made anew when the state is lost. Not a secret.</summary>
/// <param name="Value">The bytes as a big-endian number.</param>
internal readonly record struct DeviceTag(UInt128 Value)
{
    public const int Size = 16;

    public static DeviceTag Create(IRandomSource random)
    {
        Span<byte> bytes = stackalloc byte[Size];
        random.Fill(bytes);
        return new DeviceTag(BinaryPrimitives.ReadUInt128BigEndian(bytes));
    }

    public static bool TryRead(ReadOnlySpan<byte> bytes, out DeviceTag tag)
    {
        bool ok = bytes.Length == Size;
        tag = ok ? new DeviceTag(BinaryPrimitives.ReadUInt128BigEndian(bytes)) : default;
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
