using Google.Protobuf;

namespace Session.Protocol.Groups;

/// <summary>What lies in a group's swarm, once the outer encryption is off. One of the three is set.</summary>
internal sealed record GroupObject
{
    /// <summary>A sender-key message.</summary>
    public ReadOnlyMemory<byte> Message { get; init; }

    /// <summary>Pairwise messages for many devices at once, still signed.</summary>
    public ReadOnlyMemory<byte> Letters { get; init; }

    /// <summary>Signed changes; not checked.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Changes { get; init; } = [];

    /// <summary>The capability record of whoever sent the changes, or empty; not checked.</summary>
    public ReadOnlyMemory<byte> Record { get; init; }

    /// <summary>Reads what a member may have written; null when it is of no use. Never throws.</summary>
    public static GroupObject? TryRead(ReadOnlySpan<byte> bytes)
    {
        try
        {
            Wire.Stored wire = Wire.Stored.Parser.ParseFrom(bytes);
            return wire.KindCase switch
            {
                Wire.Stored.KindOneofCase.Message => new GroupObject { Message = wire.Message.Memory },
                Wire.Stored.KindOneofCase.Letters => new GroupObject { Letters = wire.Letters.ToByteArray() },
                Wire.Stored.KindOneofCase.Changes => new GroupObject
                {
                    Changes = [.. wire.Changes.Changes_.Select(x => x.Memory)],
                    Record = wire.Changes.CapabilityRecord.Memory,
                },
                _ => null,
            };
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
    }

    public static byte[] OfMessage(ReadOnlyMemory<byte> message) => new Wire.Stored { Message = UnsafeByteOperations.UnsafeWrap(message) }.ToByteArray();

    public static byte[] OfLetters(Wire.Letters letters) => new Wire.Stored { Letters = letters }.ToByteArray();

    public static byte[] OfChanges(IEnumerable<SignedGroupChange> changes, ReadOnlyMemory<byte> record)
    {
        var wire = new Wire.Changes { Changes_ = { changes.Select(x => UnsafeByteOperations.UnsafeWrap(x.Bytes)) } };
        if (!record.IsEmpty)
        {
            wire.CapabilityRecord = UnsafeByteOperations.UnsafeWrap(record);
        }

        return new Wire.Stored { Changes = wire }.ToByteArray();
    }
}
