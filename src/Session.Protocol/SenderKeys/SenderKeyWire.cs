using Session.Protocol.Encodings;

namespace Session.Protocol.SenderKeys;

/// <summary>What group messages and distributions have in common on the wire (protocol/31 §2).</summary>
internal static class SenderKeyWire
{
    /// <summary>The first byte: message version above, newest version that the writer knows below.</summary>
    public const byte VersionByte = 0x33;

    public const int UuidSize = 16;
    public const int UuidField = 1;
    public const int ChainIdField = 2;
    public const int IterationField = 3;

    private const int Version = 3;

    public static SenderKeyStatus CheckVersion(byte versionByte) => versionByte >> 4 == Version ? SenderKeyStatus.Ok : SenderKeyStatus.Version;

    /// <summary>Size of the version byte and the three fields.</summary>
    public static int HeaderSize(uint chainId, uint iteration) =>
        1 + ProtoWriter.BytesFieldSize(UuidSize) + ProtoWriter.VarintFieldSize(chainId) + ProtoWriter.VarintFieldSize(iteration);

    public static ProtoWriter WriteHeader(Span<byte> destination, Guid distributionId, uint chainId, uint iteration)
    {
        destination[0] = VersionByte;
        var writer = new ProtoWriter(destination[1..]);
        _ = distributionId.TryWriteBytes(writer.ReserveBytes(UuidField, UuidSize), bigEndian: true, out _);
        writer.WriteVarint(ChainIdField, chainId);
        writer.WriteVarint(IterationField, iteration);
        return writer;
    }
}
