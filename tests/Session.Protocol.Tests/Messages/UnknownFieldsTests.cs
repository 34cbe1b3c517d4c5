using Google.Protobuf;
using Session.Protocol.Messages;
using Session.Protocol.Messages.Groups;
using Wire = Session.Protocol.Messages.Wire;

namespace Session.Protocol.Tests.Messages;

public class UnknownFieldsTests
{
    private const long T = WorkedMessages.SentTimestampMs;

    // Field 999 as a varint, then a fixed64, a length-delimited, a group and a fixed32.
    private static readonly byte[] EveryWireType = Convert.FromHexString(
        "b83e" + "9601" + "c13e" + "0102030405060708" + "ca3e" + "03616263" + "d33e" + "0801" + "d43e" + "dd3e" + "01020304");

    [Theory]
    [MemberData(nameof(WorkedMessages.Names), MemberType = typeof(WorkedMessages))]
    public void TryDecode_UnknownFieldsOfEveryWireType_AreSkippedAndSentAgain(string name)
    {
        byte[] bytes = [.. WorkedMessages.Bytes(name), .. EveryWireType];

        MessageContent content = Decoded(bytes);

        Assert.Equal(WorkedMessages.All[name].Content.GetType(), content.GetType());
        Assert.Equal(EveryWireType, content.UnknownFields.ToArray());
        Assert.Equal(bytes, ContentCodec.Encode(content, T));
    }

    [Fact]
    public void Encode_ContentWithUnknownFieldsAtEveryDepth_GivesThemBack()
    {
        Wire.Content wire = Wire.Content.Parser.ParseFrom(WorkedMessages.Bytes("voice message"));
        wire.DataMessage.Body = ByteString.CopyFromUtf8("see https://a.example");
        wire.DataMessage.Profile = With(new Wire.Profile { DisplayName = ByteString.CopyFromUtf8("Ann") });
        wire.DataMessage.Quote = With(new Wire.Quote { Timestamp = 1, Author = ByteString.CopyFromUtf8(WorkedMessages.R.ToString()) });
        wire.DataMessage.Attachments[0] = With(wire.DataMessage.Attachments[0]);
        wire.DataMessage.Preview.Add(With(new Wire.Preview
        {
            Url = ByteString.CopyFromUtf8("https://a.example"),
            Title = ByteString.CopyFromUtf8("A"),
            Image = With(new Wire.AttachmentPointer { Id = 7 }),
        }));
        wire.DataMessage.Preview.Add(new Wire.Preview { Url = ByteString.CopyFromUtf8("https://second.example") });
        wire = With(wire);

        MessageContent content = Decoded(wire.ToByteArray());

        Assert.Equal(wire, Wire.Content.Parser.ParseFrom(ContentCodec.Encode(content, T)));
    }

    [Fact]
    public void Encode_GroupUpdateWithUnknownFieldsAtEveryDepth_GivesThemBack()
    {
        Wire.Content wire = Wire.Content.Parser.ParseFrom(WorkedMessages.Bytes("group info change"));
        wire.DataMessage.GroupUpdate.InfoChange = With(wire.DataMessage.GroupUpdate.InfoChange);
        wire.DataMessage.GroupUpdate = With(wire.DataMessage.GroupUpdate);

        MessageContent content = Decoded(wire.ToByteArray());

        Assert.IsType<GroupInfoChange>(content);
        Assert.Equal(wire, Wire.Content.Parser.ParseFrom(ContentCodec.Encode(content, T)));
    }

    [Fact]
    public void Encode_ChangedContent_KnownFieldsWinOverWhatWasLeft()
    {
        Wire.Content wire = Wire.Content.Parser.ParseFrom(WorkedMessages.Bytes("text"));
        wire.DataMessage.Quote = With(new Wire.Quote { Timestamp = 1, Author = ByteString.CopyFromUtf8("nobody") });
        var text = Assert.IsType<TextMessage>(Decoded(wire.ToByteArray()));
        Assert.Null(text.Quote);

        var quote = new MessageReference(WorkedMessages.R, 5);
        var again = Assert.IsType<TextMessage>(Decoded(ContentCodec.Encode(text with { Text = "changed", Quote = quote, Profile = null }, T)));

        Assert.Equal("changed", again.Text);
        Assert.Equal(quote, again.Quote);
        Assert.Null(again.Profile);
    }

    [Fact]
    public void TryDecode_AttachmentIdUnlikeItsUrl_IsKept()
    {
        Wire.Content wire = Wire.Content.Parser.ParseFrom(WorkedMessages.Bytes("voice message"));
        wire.DataMessage.Attachments[0].Id = 43;
        wire.DataMessage.Attachments[0].Flags = 5;

        MessageContent content = Decoded(wire.ToByteArray());

        Assert.True(Assert.IsType<TextMessage>(content).Attachments[0].IsVoiceMessage);
        Assert.Equal(wire, Wire.Content.Parser.ParseFrom(ContentCodec.Encode(content, T)));
    }

    private static TMessage With<TMessage>(TMessage message)
        where TMessage : IMessage<TMessage>
    {
        message.MergeFrom(EveryWireType);
        return message;
    }

    private static MessageContent Decoded(ReadOnlySpan<byte> bytes)
    {
        Assert.Equal(ContentDecodeResult.Ok, ContentCodec.TryDecode(bytes, out MessageContent? content));
        return content!;
    }
}
