using System.Buffers;
using System.Text;
using CsCheck;
using Session.Protocol.Encodings;

namespace Session.Protocol.Tests.Encodings;

public class BencodeTests
{
    [Theory]
    [InlineData("i0e")]
    [InlineData("i-1e")]
    [InlineData("i9223372036854775807e")]
    [InlineData("i-9223372036854775808e")]
    [InlineData("0:")]
    [InlineData("4:spam")]
    [InlineData("le")]
    [InlineData("de")]
    [InlineData("l4:spami3eli1ei2eee")]
    [InlineData("d0:i1e1:ai2e2:aa0:1:bd1:xleee")]
    [InlineData("lllllllllllllllleeeeeeeeeeeeeeee")]
    public void TrySkip_WellFormed_TakesAllOfIt(string text)
    {
        var reader = new BencodeReader(Encoding.Latin1.GetBytes(text));

        Assert.True(reader.TrySkip(out ReadOnlySpan<byte> value));

        Assert.True(reader.IsAtEnd);
        Assert.Equal(text, Encoding.Latin1.GetString(value));
        Assert.False(reader.TrySkip(out _));
    }

    [Theory]
    [InlineData("")]
    [InlineData("e")]
    [InlineData("x")]
    [InlineData("ie")]
    [InlineData("i1")]
    [InlineData("i01e")]
    [InlineData("i-0e")]
    [InlineData("i-01e")]
    [InlineData("i+1e")]
    [InlineData("i--1e")]
    [InlineData("i1.0e")]
    [InlineData("i 1e")]
    [InlineData("i9223372036854775808e")]
    [InlineData("i00000000000000000000000000000000001e")]
    [InlineData("4:spa")]
    [InlineData("04:spam")]
    [InlineData("-1:a")]
    [InlineData("+1:a")]
    [InlineData("9999999999:a")]
    [InlineData("9223372036854775807:a")]
    [InlineData("l")]
    [InlineData("li1e")]
    [InlineData("d")]
    [InlineData("di1ei2ee")]
    [InlineData("d1:ae")]
    [InlineData("d1:a")]
    [InlineData("d1:bi1e1:ai2ee")]
    [InlineData("d1:ai1e1:ai2ee")]
    [InlineData("d2:aai1e1:ai2ee")]
    [InlineData("d1:ai1e1:be")]
    public void TrySkip_Malformed_IsRefusedAndNothingMoves(string text)
    {
        var reader = new BencodeReader(Encoding.Latin1.GetBytes(text));

        Assert.False(reader.TrySkip(out ReadOnlySpan<byte> value));

        Assert.True(value.IsEmpty);
        Assert.Equal(0, reader.Consumed);
        Assert.False(reader.IsAtEnd);
    }

    [Fact]
    public void TrySkip_TooDeep_IsRefused()
    {
        int depth = BencodeReader.MaxDepth + 1;
        var reader = new BencodeReader(Encoding.Latin1.GetBytes(new string('l', depth) + new string('e', depth)));

        Assert.False(reader.TrySkip(out _));
    }

    [Fact]
    public void TryRead_OfTheWrongKind_LeavesTheItemToTheRightOne()
    {
        var reader = new BencodeReader("d1:ai7e1:b2:xye"u8);

        Assert.False(reader.TryReadInteger(out _));
        Assert.False(reader.TryStartList());
        Assert.True(reader.TryStartDictionary());
        Assert.False(reader.TryReadString(out _));
        Assert.True(reader.TryReadKey(out ReadOnlySpan<byte> key));
        Assert.True(key.SequenceEqual("a"u8));
        Assert.False(reader.TryReadKey(out _));
        Assert.False(reader.TryEnd());
        Assert.True(reader.TryReadInteger(out long number));
        Assert.Equal(7, number);
        Assert.True(reader.TryReadKey(out _));
        Assert.True(reader.TryReadString(out ReadOnlySpan<byte> text));
        Assert.True(text.SequenceEqual("xy"u8));
        Assert.True(reader.TryEnd());
        Assert.True(reader.IsAtEnd);
    }

    [Fact]
    public void TryFindKey_PassesOverOthers_AndStaysWhenItIsNotThere()
    {
        var reader = new BencodeReader("d1:ali1ei2ee1:bi5e1:di9ee"u8);
        Assert.True(reader.TryStartDictionary());

        Assert.True(reader.TryFindKey("b"u8));
        Assert.True(reader.TryReadInteger(out long number));
        Assert.Equal(5, number);
        Assert.False(reader.TryFindKey("c"u8));
        Assert.False(reader.TryFindKey("e"u8));
        Assert.True(reader.TryFindKey("d"u8));
    }

    [Fact]
    public void Consumed_PaddingBehindTheValue_IsNotPartOfIt()
    {
        var reader = new BencodeReader("de\0\0\0"u8);

        Assert.True(reader.TrySkip(out _));

        Assert.Equal(2, reader.Consumed);
        Assert.False(reader.IsAtEnd);
    }

    [Fact]
    public void TrySkip_AnyBytes_NeverThrows() => Gen.Char["0123456789idle:-a"].Select(x => (byte)x).Array[0, 40].Sample(bytes =>
    {
        var reader = new BencodeReader(bytes);
        bool ok = reader.TrySkip(out ReadOnlySpan<byte> value);
        return ok ? value.Length == reader.Consumed : reader.Consumed == 0;
    });

    [Fact]
    public void TrySkip_EveryTruncationOfAWrittenValue_IsRefused()
    {
        byte[] whole = Write(writer =>
        {
            writer.StartDictionary();
            writer.WriteKey("a"u8);
            writer.WriteInteger(-12);
            writer.WriteKey("b"u8);
            writer.StartList();
            writer.WriteString("text"u8);
            writer.StartDictionary();
            writer.End();
            writer.End();
            writer.End();
        });

        Assert.Equal("d1:ai-12e1:bl4:textdeee", Encoding.ASCII.GetString(whole));
        for (int length = 0; length < whole.Length; length++)
        {
            var reader = new BencodeReader(whole.AsSpan(0, length));
            Assert.False(reader.TrySkip(out _));
        }
    }

    [Fact]
    public void Write_AnyDictionary_ReadsBack() => Gen.Dictionary(Gen.String[0, 8], Gen.Long).Sample(values =>
    {
        (byte[] Key, long Value)[] sorted = [.. values.Select(x => (Encoding.UTF8.GetBytes(x.Key), x.Value)).DistinctBy(x => Convert.ToHexString(x.Item1))];
        Array.Sort(sorted, (x, y) => x.Key.AsSpan().SequenceCompareTo(y.Key));
        byte[] bytes = Write(writer =>
        {
            writer.StartDictionary();
            foreach ((byte[] key, long value) in sorted)
            {
                writer.WriteKey(key);
                writer.WriteInteger(value);
            }

            writer.End();
        });

        var reader = new BencodeReader(bytes);
        Assert.True(reader.TryStartDictionary());
        foreach ((byte[] key, long value) in sorted)
        {
            Assert.True(reader.TryReadKey(out ReadOnlySpan<byte> foundKey) && foundKey.SequenceEqual(key));
            Assert.True(reader.TryReadInteger(out long foundValue) && foundValue == value);
        }

        Assert.True(reader.TryEnd() && reader.IsAtEnd);
    });

    [Fact]
    public void Write_OutOfOrderOrOutOfPlace_Throws()
    {
        var writer = new BencodeWriter(new ArrayBufferWriter<byte>());
        Assert.Throws<InvalidOperationException>(() => writer.WriteKey("a"u8));
        Assert.Throws<InvalidOperationException>(writer.End);
        writer.StartDictionary();
        Assert.Throws<InvalidOperationException>(() => writer.WriteInteger(1));
        writer.WriteKey("b"u8);
        Assert.Throws<InvalidOperationException>(() => writer.WriteKey("c"u8));
        Assert.Throws<InvalidOperationException>(writer.End);
        writer.WriteInteger(1);
        Assert.Throws<ArgumentException>(() => writer.WriteKey("b"u8));
        Assert.Throws<ArgumentException>(() => writer.WriteKey("a"u8));
        Assert.False(writer.IsComplete);
        writer.End();
        Assert.True(writer.IsComplete);
        Assert.Throws<InvalidOperationException>(writer.StartList);
    }

    private static byte[] Write(Action<BencodeWriter> write)
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new BencodeWriter(output);
        write(writer);
        Assert.True(writer.IsComplete);
        return output.WrittenSpan.ToArray();
    }
}
