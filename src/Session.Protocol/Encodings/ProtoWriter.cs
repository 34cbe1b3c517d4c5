namespace Session.Protocol.Encodings;

/// <summary>Writes protobuf fields into a span that the caller has measured with the size functions.</summary>
internal ref struct ProtoWriter(Span<byte> destination)
{
    private Span<byte> _rest = destination;

    public static int VarintSize(ulong value)
    {
        int size = 1;
        while (value >= 0x80)
        {
            value >>= 7;
            size++;
        }

        return size;
    }

    /// <summary>Size of a varint field. Field numbers up to 15 take one byte; the wrappers use no others.</summary>
    public static int VarintFieldSize(ulong value) => 1 + VarintSize(value);

    /// <summary>Size of a length-delimited field with its number and length.</summary>
    public static int BytesFieldSize(int length) => 1 + VarintSize((ulong)length) + length;

    public void WriteVarint(int number, ulong value)
    {
        WriteRaw(((ulong)number << 3) | (ulong)ProtoWireType.Varint);
        WriteRaw(value);
    }

    /// <summary>Writes the number and length of a field and hands out the place of its bytes.</summary>
    public Span<byte> ReserveBytes(int number, int length)
    {
        StartBytes(number, length);
        Span<byte> place = _rest[..length];
        _rest = _rest[length..];
        return place;
    }

    /// <summary>Writes the number and length of a field whose bytes are fields written next.</summary>
    public void StartBytes(int number, int length)
    {
        WriteRaw(((ulong)number << 3) | (ulong)ProtoWireType.Bytes);
        WriteRaw((ulong)length);
    }

    private void WriteRaw(ulong value)
    {
        int i = 0;
        for (; value >= 0x80; value >>= 7)
        {
            _rest[i++] = (byte)((value & 0x7f) | 0x80);
        }

        _rest[i++] = (byte)value;
        _rest = _rest[i..];
    }
}
