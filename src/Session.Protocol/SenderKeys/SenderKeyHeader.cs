using Session.Protocol.Encodings;

namespace Session.Protocol.SenderKeys;

/// <summary>Collects the three fields that every message of this kind starts with. All are required; of a repeated field the last counts.</summary>
internal ref struct SenderKeyHeader
{
    private ReadOnlySpan<byte> _uuid;
    private ulong? _chainId;
    private ulong? _iteration;
    private bool _isDefect;

    public readonly bool IsComplete =>
        !_isDefect && _uuid.Length == SenderKeyWire.UuidSize && _chainId <= uint.MaxValue && _iteration <= uint.MaxValue;

    public readonly Guid DistributionId => new(_uuid, bigEndian: true);

    public readonly uint ChainId => (uint)_chainId!;

    public readonly uint Iteration => (uint)_iteration!;

    /// <summary>Takes a field if it is one of the three.</summary>
    public void Add(in ProtoField field)
    {
        switch (field.Number)
        {
            case SenderKeyWire.UuidField:
                _uuid = field.Bytes;
                _isDefect |= field.WireType != ProtoWireType.Bytes;
                break;
            case SenderKeyWire.ChainIdField:
                _chainId = field.Value;
                _isDefect |= field.WireType != ProtoWireType.Varint;
                break;
            case SenderKeyWire.IterationField:
                _iteration = field.Value;
                _isDefect |= field.WireType != ProtoWireType.Varint;
                break;
            default:
                break;
        }
    }
}
