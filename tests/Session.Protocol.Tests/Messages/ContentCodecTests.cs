using System.Buffers;
using CsCheck;
using Session.Protocol.Messages;
using Session.Protocol.Messages.Groups;

namespace Session.Protocol.Tests.Messages;

public class ContentCodecTests
{
    private const long T = WorkedMessages.SentTimestampMs;

    [Theory]
    [MemberData(nameof(WorkedMessages.Names), MemberType = typeof(WorkedMessages))]
    public void Encode_WorkedMessage_GivesItsBytes(string name)
    {
        (MessageContent content, string hex) = WorkedMessages.All[name];
        var buffer = new ArrayBufferWriter<byte>();

        ContentCodec.Encode(content, T, buffer);

        Assert.Equal(hex, Convert.ToHexStringLower(ContentCodec.Encode(content, T)));
        Assert.Equal(hex, Convert.ToHexStringLower(buffer.WrittenSpan));
    }

    [Theory]
    [MemberData(nameof(WorkedMessages.Names), MemberType = typeof(WorkedMessages))]
    public void TryDecode_WorkedMessage_GivesItsContent(string name)
    {
        Assert.Equal(WorkedMessages.All[name].Content with { SentTimestampMs = T }, Decoded(WorkedMessages.Bytes(name)));
    }

    [Fact]
    public void TryDecode_WhatWasEncoded_IsEqualForEveryKind()
    {
        var kinds = new HashSet<Type>();
        Gen.Select(ContentGen.Any, ContentGen.Time).Sample((content, time) =>
        {
            MessageContent again = Decoded(ContentCodec.Encode(content, time));

            Assert.Equal(content with { SentTimestampMs = time }, again);
            Assert.Equal((content with { SentTimestampMs = time }).GetHashCode(), again.GetHashCode());
            lock (kinds)
            {
                kinds.Add(content.GetType());
            }
        }, iter: 3_000);

        Assert.Equal(typeof(MessageContent).Assembly.GetTypes().Where(x => x.IsSubclassOf(typeof(MessageContent)) && !x.IsAbstract).ToHashSet(), kinds);
    }

    [Fact]
    public void TryDecode_TwoKindsInOne_TakesTheFirstInDesktopOrder_AndKeepsTheOther()
    {
        byte[] typing = WorkedMessages.Bytes("typing");
        byte[] receipt = WorkedMessages.Bytes("read receipt");

        MessageContent content = Decoded([.. typing, .. receipt]);

        var read = Assert.IsType<ReadReceipt>(content);
        Assert.Equal(2, read.Timestamps.Count);
        Assert.Equal(typing[..^7], content.UnknownFields.ToArray());
        MessageContent again = Decoded(ContentCodec.Encode(content, T));
        Assert.Equal(content, again);
    }

    [Fact]
    public void TryDecode_GroupUpdateBesideText_IsHandledAlone()
    {
        byte[] left = ContentCodec.Encode(new GroupMemberLeft(), T);
        byte[] text = ContentCodec.Encode(new TextMessage("Hello"), T);

        Assert.IsType<GroupMemberLeft>(Decoded([.. text, .. left]));
    }

    [Fact]
    public void TryDecode_ReactionWithText_IsAReaction()
    {
        byte[] both = [.. WorkedMessages.Bytes("text"), .. WorkedMessages.Bytes("reaction")];

        Assert.IsType<Reaction>(Decoded(both));
    }

    [Theory]
    [InlineData("")]
    [InlineData("600068007880d8c1a28c34")] // no kind at all
    [InlineData("0a007880d8c1a28c34")] // an empty data message
    [InlineData("c2070401020304")] // a kind of the future
    [InlineData("2a0408001001")] // a delivery receipt
    [InlineData("2a020801")] // a receipt for nothing
    [InlineData("0a03c20700")] // a group update of no kind
    [InlineData("0a05c207023a00")] // deletion of nothing
    public void TryDecode_NothingReadable_SaysEmpty(string hex)
    {
        Assert.Equal(ContentDecodeResult.Empty, ContentCodec.TryDecode(Convert.FromHexString(hex), out MessageContent? content));
        Assert.Null(content);
    }

    [Fact]
    public void TryDecode_PackedReceiptTimestamps_AreAccepted()
    {
        byte[] packed = Convert.FromHexString("2a10" + "0801" + "120c" + "98d0c1a28c34" + "8cd4c1a28c34" + "7880d8c1a28c34");

        Assert.Equal(Decoded(WorkedMessages.Bytes("read receipt")), Decoded(packed));
    }

    [Fact]
    public void TryDecode_TypingOfAnotherTime_SaysInvalid()
    {
        byte[] bytes = Convert.FromHexString("32090880d8c1a28c3410007881d8c1a28c34");

        Assert.Equal(ContentDecodeResult.InvalidField, ContentCodec.TryDecode(bytes, out _));
    }

    [Theory]
    [InlineData("60016800", ExpirationMode.Off, 0)]
    [InlineData("60006805", ExpirationMode.Off, 0)]
    [InlineData("60636805", ExpirationMode.Off, 0)] // an unknown type counts as none
    [InlineData("6805", ExpirationMode.Off, 0)]
    [InlineData("60016805", ExpirationMode.AfterRead, 5)]
    [InlineData("60026805", ExpirationMode.AfterSend, 5)]
    [InlineData("600268ffffffff0f", ExpirationMode.AfterSend, uint.MaxValue)]
    public void TryDecode_ExpirationFields_AreReadAsTheProtocolSays(string fields, ExpirationMode mode, long seconds)
    {
        Expiration expiration = Decoded(Convert.FromHexString("0a070a0548656c6c6f" + fields)).Expiration;

        Assert.Equal(mode, expiration.Mode);
        Assert.Equal(TimeSpan.FromSeconds(seconds), expiration.Timer);
    }

    [Fact]
    public void Encode_BeyondWhatANodeStores_Throws()
    {
        var attachments = Enumerable.Range(0, 32).Select(_ => new AttachmentPointer { Url = new string('u', 3_000) }).ToArray();
        var buffer = new ArrayBufferWriter<byte>();

        Assert.Throws<ArgumentException>(() => ContentCodec.Encode(new TextMessage { Attachments = attachments }, T));
        Assert.Throws<ArgumentException>(() => ContentCodec.Encode(new TextMessage { Attachments = attachments }, T, buffer));
        Assert.Equal(0, buffer.WrittenCount);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(long.MaxValue)]
    public void Encode_TimeThatIsNone_Throws(long time) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => ContentCodec.Encode(new TextMessage("Hello"), time));

    private static MessageContent Decoded(ReadOnlySpan<byte> bytes)
    {
        Assert.Equal(ContentDecodeResult.Ok, ContentCodec.TryDecode(bytes, out MessageContent? content));
        return content!;
    }
}
