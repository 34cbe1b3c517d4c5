using CsCheck;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Session.Protocol.Encodings;

namespace Session.Protocol.Tests.Encodings;

public class ProtoReaderTests
{
    [Theory]
    [InlineData("00")] // field number 0
    [InlineData("0700")] // field number 0 with a wire type that does not exist
    [InlineData("08")] // no value
    [InlineData("0880")] // half a varint
    [InlineData("08ffffffffffffffffffff01")] // eleven bytes
    [InlineData("0b0c")] // a group
    [InlineData("0e")] // wire type 6
    [InlineData("0a05aabb")] // length beyond the end
    [InlineData("0affffffffffffffffff01")] // length beyond everything
    [InlineData("0d000000")] // three of four bytes
    [InlineData("0900000000000000")] // seven of eight
    [InlineData("8080808080808080800100")] // a tag of too many bits
    public void TryRead_Malformed_StopsAndSaysSo(string hex)
    {
        var reader = new ProtoReader(Convert.FromHexString(hex));

        while (reader.TryRead(out _))
        {
        }

        Assert.True(reader.IsMalformed);
        Assert.False(reader.TryRead(out _));
    }

    [Fact]
    public void TryRead_EveryWireType_GivesItsValue()
    {
        var reader = new ProtoReader(Convert.FromHexString("08ac02" + "110102030405060708" + "1a03616263" + "25aabbccdd"));

        Assert.True(reader.TryRead(out ProtoField field) && field.IsVarint(1) && field.Value == 300);
        Assert.True(reader.TryRead(out field) && field.WireType == ProtoWireType.Fixed64 && field.Value == 0x0807060504030201);
        Assert.True(reader.TryRead(out field) && field.IsBytes(3) && field.Bytes.SequenceEqual("abc"u8));
        Assert.True(reader.TryRead(out field) && field.WireType == ProtoWireType.Fixed32 && field.Value == 0xddccbbaa);
        Assert.False(reader.TryRead(out _));
        Assert.False(reader.IsMalformed);
    }

    [Fact]
    public void TryRead_WhatTheOtherLibraryWrote_IsTheSame() => Gen.Select(Gen.ULong, Gen.Byte.Array).Sample((number, bytes) =>
    {
        byte[] message = new byte[40 + bytes.Length];
        int size = CodedOutputStream.ComputeUInt64Size(number) + 1 + CodedOutputStream.ComputeLengthSize(bytes.Length) + 1 + bytes.Length;
        var written = new CodedOutputStream(message);
        written.WriteTag(15, WireFormat.WireType.Varint);
        written.WriteUInt64(number);
        written.WriteTag(8, WireFormat.WireType.LengthDelimited);
        written.WriteBytes(ByteString.CopyFrom(bytes));
        written.Flush();

        var reader = new ProtoReader(message.AsSpan(0, size));
        Assert.True(reader.TryRead(out ProtoField field) && field.IsVarint(15) && field.Value == number);
        Assert.True(reader.TryRead(out field) && field.IsBytes(8) && field.Bytes.SequenceEqual(bytes));
        Assert.False(reader.TryRead(out _) || reader.IsMalformed);

        byte[] own = new byte[ProtoWriter.VarintFieldSize(number) + ProtoWriter.BytesFieldSize(bytes.Length)];
        var writer = new ProtoWriter(own);
        writer.WriteVarint(15, number);
        bytes.CopyTo(writer.ReserveBytes(8, bytes.Length));
        Assert.Equal(message[..size], own);
    });

    [Fact]
    public void TryRead_AnyBytes_AcceptsNothingThatTheOtherLibraryRefuses() => Gen.Byte.Array[0, 24].Sample(bytes =>
    {
        var reader = new ProtoReader(bytes);
        while (reader.TryRead(out _))
        {
        }

        return reader.IsMalformed || Parses(bytes);
    });

    private static bool Parses(byte[] bytes)
    {
        try
        {
            _ = Empty.Parser.ParseFrom(bytes);
            return true;
        }
        catch (InvalidProtocolBufferException)
        {
            return false;
        }
    }
}
