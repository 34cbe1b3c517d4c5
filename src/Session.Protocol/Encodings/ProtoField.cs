namespace Session.Protocol.Encodings;

/// <summary>One field as it stands on the wire. Only the member that fits the wire type is set.</summary>
internal readonly ref struct ProtoField
{
    public required int Number { get; init; }

    public required ProtoWireType WireType { get; init; }

    /// <summary>The value of a varint, fixed32 or fixed64 field.</summary>
    public ulong Value { get; init; }

    /// <summary>The bytes of a length-delimited field.</summary>
    public ReadOnlySpan<byte> Bytes { get; init; }

    public bool IsVarint(int number) => Number == number && WireType == ProtoWireType.Varint;

    public bool IsBytes(int number) => Number == number && WireType == ProtoWireType.Bytes;
}
