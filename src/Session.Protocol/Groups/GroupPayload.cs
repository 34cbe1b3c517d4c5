using Google.Protobuf;

namespace Session.Protocol.Groups;

/// <summary>What a sender-key message encrypts.</summary>
/// <param name="Number">Counts the messages of one device in one group, over all its chains, so that a lost one shows.</param>
/// <param name="Unsent">Numbers that are not missing: the network refused these messages.</param>
/// <param name="Content">The serialized Content.</param>
internal sealed record GroupPayload(ulong Number, IReadOnlyList<ulong> Unsent, ReadOnlyMemory<byte> Content)
{
    public static GroupPayload? TryRead(ReadOnlySpan<byte> bytes)
    {
        try
        {
            Wire.Payload wire = Wire.Payload.Parser.ParseFrom(bytes);
            return wire.Number is > 0 and < long.MaxValue && wire.Unsent.Count <= GroupLimits.MaxUnsent
                ? new GroupPayload(wire.Number, [.. wire.Unsent], wire.Content.Memory)
                : null;
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
    }

    /// <summary>The bytes to encrypt; the caller zeroes them.</summary>
    public byte[] Write() => new Wire.Payload { Number = Number, Unsent = { Unsent }, Content = UnsafeByteOperations.UnsafeWrap(Content) }.ToByteArray();

    public override string ToString() => nameof(GroupPayload);
}
