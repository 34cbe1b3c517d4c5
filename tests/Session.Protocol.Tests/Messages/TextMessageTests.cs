using System.Text;
using Google.Protobuf;
using Session.Protocol.Accounts;
using Session.Protocol.Messages;
using Wire = Session.Protocol.Messages.Wire;

namespace Session.Protocol.Tests.Messages;

public class TextMessageTests
{
    private const long T = WorkedMessages.SentTimestampMs;

    [Theory]
    [InlineData("a")]
    [InlineData("ä")]
    [InlineData("😂")]
    public void TryDecode_TextBeyondTheLimit_IsCutBetweenCharacters(string character)
    {
        string longest = string.Concat(Enumerable.Repeat(character, TextMessage.MaxProCodePoints));

        Assert.Equal(longest, Received(new Wire.DataMessage { Body = ByteString.CopyFromUtf8(longest) }).Text);
        Assert.Equal(longest, Received(new Wire.DataMessage { Body = ByteString.CopyFromUtf8(longest + character) }).Text);
        Assert.Equal(longest, new TextMessage(longest).Text);
        Assert.Throws<ArgumentException>(() => new TextMessage(longest + character));
    }

    [Theory]
    [InlineData("a", 100)]
    [InlineData("ä", 50)]
    [InlineData("€", 33)]
    [InlineData("😂", 25)]
    public void TryDecode_NameBeyondTheLimit_IsCutBetweenCharacters(string character, int fitting)
    {
        string name = string.Concat(Enumerable.Repeat(character, 101));
        var wire = new Wire.DataMessage
        {
            Body = ByteString.CopyFromUtf8("Hello"),
            Profile = new Wire.Profile { DisplayName = ByteString.CopyFromUtf8(name) },
        };

        string read = Received(wire).Profile!.DisplayName;

        Assert.Equal(string.Concat(Enumerable.Repeat(character, fitting)), read);
        Assert.InRange(Encoding.UTF8.GetByteCount(read), 1, UserProfile.MaxDisplayNameSize);
        Assert.Throws<ArgumentException>(() => new UserProfile { DisplayName = name });
    }

    [Fact]
    public void FindMentions_IdsBehindAtSigns_AreFoundOnceInOrder()
    {
        AccountId other = AccountId.Parse("15" + new string('a', 64));
        AccountId group = AccountId.Parse("03" + new string('b', 64));
        string text = $"@@{other} hi {TextMessage.MentionOf(WorkedMessages.R)}, {WorkedMessages.R} @{other.ToString().ToUpperInvariant()} {TextMessage.MentionOf(group)} @05 @";

        Assert.Equal([other, WorkedMessages.R], new TextMessage(text).FindMentions());
        Assert.Empty(new TextMessage("").FindMentions());
    }

    [Fact]
    public void TryDecode_Preview_IsKeptOnlyWithItsLinkInTheTextAndSomethingToShow()
    {
        Assert.NotNull(Preview("see https://a.example now", "https://a.example", "A"));
        Assert.Null(Preview("see https://b.example now", "https://a.example", "A"));
        Assert.Null(Preview("see https://a.example now", "https://a.example", ""));
        Assert.Null(Preview("see https://a.example now", "", "A"));

        static LinkPreview? Preview(string text, string url, string title) => Received(new Wire.DataMessage
        {
            Body = ByteString.CopyFromUtf8(text),
            Preview = { new Wire.Preview { Url = ByteString.CopyFromUtf8(url), Title = ByteString.CopyFromUtf8(title) } },
        }).Preview;
    }

    [Fact]
    public void TryDecode_PictureKeyOfAnotherSizeOrWithoutProfile_GivesNoPicture()
    {
        var profile = new Wire.Profile { PictureUrl = ByteString.CopyFromUtf8("http://files.example/file/1") };
        ByteString body = ByteString.CopyFromUtf8("Hello");

        Assert.True(Received(new() { Body = body, Profile = profile.Clone(), ProfileKey = ByteString.CopyFrom(new byte[32]) }).Profile!.HasPicture);
        Assert.False(Received(new() { Body = body, Profile = profile.Clone(), ProfileKey = ByteString.CopyFrom(new byte[31]) }).Profile!.HasPicture);
        Assert.False(Received(new() { Body = body, Profile = profile.Clone() }).Profile!.HasPicture);
        Assert.Null(Received(new() { Body = body, ProfileKey = ByteString.CopyFrom(new byte[32]) }).Profile);
    }

    [Fact]
    public void TryDecode_PictureUrlLongerThanAnyServerHas_GivesNoPictureAndKeepsTheMessage()
    {
        ByteString body = ByteString.CopyFromUtf8("Hello");
        ByteString key = ByteString.CopyFrom(new byte[UserProfile.PictureKeySize]);

        Assert.True(Received(new() { Body = body, Profile = Profile(UserProfile.MaxPictureUrlSize), ProfileKey = key }).Profile!.HasPicture);
        TextMessage received = Received(new() { Body = body, Profile = Profile(UserProfile.MaxPictureUrlSize + 1), ProfileKey = key });

        Assert.Equal(("Hello", "Ann", false), (received.Text, received.Profile!.DisplayName, received.Profile.HasPicture));
        Assert.Throws<ArgumentException>(() => new UserProfile { PictureUrl = new string('u', UserProfile.MaxPictureUrlSize + 1) });

        static Wire.Profile Profile(int urlLength) =>
            new() { DisplayName = ByteString.CopyFromUtf8("Ann"), PictureUrl = ByteString.CopyFromUtf8(new string('u', urlLength)) };
    }

    [Fact]
    public void Mentions_InTheTextOrQuoted_IsTold()
    {
        AccountId me = AccountId.Parse("05" + new string('a', 64));
        AccountId other = AccountId.Parse("05" + new string('b', 64));

        Assert.True(new TextMessage($"hello {TextMessage.MentionOf(me)}!").Mentions(me));
        Assert.True(new TextMessage("yes") { Quote = new MessageReference(me, 1) }.Mentions(me));
        Assert.False(new TextMessage($"hello {me}") { Quote = new MessageReference(other, 1) }.Mentions(me));
    }

    [Fact]
    public void ExpirationTimers_AllAreValidInTheirModes_AndNamedInSeconds()
    {
        TimeSpan[] all =
        [
            ExpirationTimers.FiveSeconds, ExpirationTimers.TenSeconds, ExpirationTimers.ThirtySeconds, ExpirationTimers.OneMinute, ExpirationTimers.FiveMinutes,
            ExpirationTimers.ThirtyMinutes, ExpirationTimers.OneHour, ExpirationTimers.SixHours, ExpirationTimers.TwelveHours, ExpirationTimers.OneDay,
            ExpirationTimers.OneWeek, ExpirationTimers.TwoWeeks,
        ];

        Assert.Equal([5, 10, 30, 60, 300, 1800, 3600, 21600, 43200, 86400, 604800, 1209600], all.Select(x => x.TotalSeconds));
        Assert.All(ExpirationTimers.AfterRead, x => Assert.Equal(x, Expiration.AfterRead(x).Timer));
        Assert.All(ExpirationTimers.AfterSend, x => Assert.Equal(x, Expiration.AfterSend(x).Timer));
    }

    [Fact]
    public void TryDecode_TimerFlagWithText_IsATimerUpdate()
    {
        var wire = new Wire.Content
        {
            DataMessage = new() { Flags = 2, Body = ByteString.CopyFromUtf8("ignored") },
            ExpirationType = Wire.ExpirationType.DeleteAfterSend,
            ExpirationTimer = 60,
        };

        Assert.Equal(ContentDecodeResult.Ok, ContentCodec.TryDecode(wire.ToByteArray(), out MessageContent? content));
        Assert.Equal(Expiration.AfterSend(TimeSpan.FromMinutes(1)), Assert.IsType<ExpirationTimerUpdate>(content).Expiration);
    }

    [Theory]
    [InlineData("http://files.example/file/42", 42UL)]
    [InlineData("http://files.example/file/42#d&p=00", 42UL)]
    [InlineData("http://files.example/file/42?x=/7", 42UL)]
    [InlineData("http://files.example/file/18446744073709551615", ulong.MaxValue)]
    [InlineData("http://files.example/file/18446744073709551616", 0UL)]
    [InlineData("http://files.example/file/-1", 0UL)]
    [InlineData("http://files.example/file/name", 0UL)]
    [InlineData("", 0UL)]
    public void Encode_AttachmentId_IsTheNumberAtTheEndOfTheUrl(string url, ulong id)
    {
        byte[] bytes = ContentCodec.Encode(new TextMessage { Attachments = [new AttachmentPointer { Url = url }] }, T);

        Assert.Equal(id, Wire.Content.Parser.ParseFrom(bytes).DataMessage.Attachments[0].Id);
    }

    private static TextMessage Received(Wire.DataMessage data)
    {
        Assert.Equal(ContentDecodeResult.Ok, ContentCodec.TryDecode(new Wire.Content { DataMessage = data }.ToByteArray(), out MessageContent? content));
        return Assert.IsType<TextMessage>(content);
    }
}
