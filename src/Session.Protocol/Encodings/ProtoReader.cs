using System.Buffers.Binary;

namespace Session.Protocol.Encodings;

/// <summary>
/// Walks over the fields of one protobuf message without objects, for the fixed wrappers around sealed messages.
/// It never throws; after the last field <see cref="IsMalformed"/> tells an end from a defect.
/// Groups, which no schema of this network uses, count as malformed.
/// </summary>
internal ref struct ProtoReader(ReadOnlySpan<byte> message)
{
    private const int MaxVarintSize = 10;
    private const int WireTypeBits = 3;

    private ReadOnlySpan<byte> _rest = message;

    /// <summary>Whether the walk ended before the end of the message.</summary>
    public bool IsMalformed { get; private set; }

    /// <summary>Reads the next field, of any number. False at the end and at a defect.</summary>
    public bool TryRead(out ProtoField field)
    {
        field = default;
        if (_rest.IsEmpty || IsMalformed)
        {
            return false;
        }

        IsMalformed = !TryReadField(out field);
        return !IsMalformed;
    }

    private bool TryReadField(out ProtoField field)
    {
        field = default;
        if (!TryReadVarint(out ulong tag) || tag > uint.MaxValue || tag >> WireTypeBits == 0)
        {
            return false;
        }

        int number = (int)(tag >> WireTypeBits);
        var wireType = (ProtoWireType)(tag & 7);
        ulong value = 0;
        ReadOnlySpan<byte> bytes = default;
        bool ok = wireType switch
        {
            ProtoWireType.Varint => TryReadVarint(out value),
            ProtoWireType.Fixed64 => TryReadFixed(sizeof(ulong), out value),
            ProtoWireType.Fixed32 => TryReadFixed(sizeof(uint), out value),
            ProtoWireType.Bytes => TryReadVarint(out ulong length) && TryTake(length, out bytes),
            _ => false,
        };
        if (ok)
        {
            field = new ProtoField { Number = number, WireType = wireType, Value = value, Bytes = bytes };
        }

        return ok;
    }

    private bool TryReadVarint(out ulong value)
    {
        value = 0;
        for (int i = 0; i < MaxVarintSize && i < _rest.Length; i++)
        {
            // The tenth byte holds one bit; what stands above it is dropped, as protobuf parsers do.
            value |= unchecked((ulong)(_rest[i] & 0x7f) << (7 * i));
            if (_rest[i] < 0x80)
            {
                _rest = _rest[(i + 1)..];
                return true;
            }
        }

        return false;
    }

    private bool TryReadFixed(int size, out ulong value)
    {
        bool ok = TryTake((ulong)size, out ReadOnlySpan<byte> bytes);
        value = !ok ? 0 : size == sizeof(ulong) ? BinaryPrimitives.ReadUInt64LittleEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes);
        return ok;
    }

    private bool TryTake(ulong length, out ReadOnlySpan<byte> bytes)
    {
        bool ok = length <= (ulong)_rest.Length;
        bytes = ok ? _rest[..(int)length] : default;
        _rest = ok ? _rest[(int)length..] : _rest;
        return ok;
    }
}
