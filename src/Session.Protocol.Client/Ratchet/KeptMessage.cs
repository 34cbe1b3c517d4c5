using System.Security.Cryptography;
using Session.Protocol.Devices;
using Session.Protocol.Ratchet.Sessions;

namespace Session.Protocol.Client.Ratchet;

/// <summary>A sent message, kept for a device that asks for it again.</summary>
/// <param name="AlsoSealed">Whether a version 1 copy went along.</param>
/// <param name="ResentTo">Devices that got it a second time. There is no third.</param>
/// <param name="Until">When it is forgotten: no later than the message itself goes.</param>
/// <param name="Content">The serialized Content.</param>
internal sealed record KeptMessage(bool AlsoSealed, IReadOnlyList<DeviceTag> ResentTo, DateTimeOffset Until, byte[] Content)
{
    private const byte Format = 1;
    private const int HeaderSize = 3 + 8;

    public static KeptMessage Read(ReadOnlySpan<byte> bytes)
    {
        var reader = new StateReader(bytes);
        bool known = reader.Byte() == Format;
        bool alsoSealed = reader.Byte() != 0;
        DateTimeOffset until = reader.Time();
        var resent = new DeviceTag[reader.Byte()];
        for (int i = 0; i < resent.Length; i++)
        {
            DeviceTag.TryRead(reader.Bytes(DeviceTag.Size), out resent[i]);
        }

        return known && !reader.IsDefect
            ? new KeptMessage(alsoSealed, resent, until, bytes[(HeaderSize + (resent.Length * DeviceTag.Size))..].ToArray())
            : throw new InvalidDataException("The store gave a sent message that this version cannot read.");
    }

    /// <summary>The entry with the message in clear; the caller zeroes it.</summary>
    public byte[] Write()
    {
        byte[] bytes = new byte[HeaderSize + (ResentTo.Count * DeviceTag.Size) + Content.Length];
        var writer = new StateWriter(bytes);
        writer.Byte(Format);
        writer.Byte(AlsoSealed ? (byte)1 : (byte)0);
        writer.Time(Until);
        writer.Byte((byte)ResentTo.Count);
        foreach (DeviceTag tag in ResentTo)
        {
            writer.Bytes(tag.ToArray());
        }

        writer.Bytes(Content);
        return bytes;
    }

    public void Clear() => CryptographicOperations.ZeroMemory(Content);
}
