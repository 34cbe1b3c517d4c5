namespace Session.Protocol.Encodings;

/// <summary>How a protobuf field is laid out.</summary>
internal enum ProtoWireType
{
    Varint = 0,
    Fixed64 = 1,
    Bytes = 2,
    Fixed32 = 5,
}
