using CsCheck;
using Session.Protocol.Accounts;
using Session.Protocol.Messages;
using Session.Protocol.Messages.Groups;

namespace Session.Protocol.Tests.Messages;

public class MessageContentTests
{
    private const string Marker = "do-not-print";

    [Fact]
    public void ToString_EveryKind_PrintsItsNameOnly() =>
        ContentGen.Any.Sample(content => Assert.Equal(content.GetType().Name, content.ToString()), iter: 500);

    [Fact]
    public void ToString_PartsOfAMessage_PrintNoText()
    {
        object[] parts =
        [
            new AttachmentPointer { Url = Marker, FileName = Marker, Caption = Marker, Key = new byte[64] },
            new LinkPreview { Url = Marker, Title = Marker },
            new CommunityInvitation { Url = Marker, Name = Marker },
            new UserProfile { DisplayName = Marker, PictureUrl = Marker, PictureKey = new byte[32] },
        ];

        Assert.All(parts, x => Assert.Equal(x.GetType().Name, x.ToString()));
    }

    [Fact]
    public void Equals_SameBytesInOtherArrays_AreEqual()
    {
        Assert.Equal(Invite(1), Invite(1));
        Assert.Equal(Invite(1).GetHashCode(), Invite(1).GetHashCode());
        Assert.NotEqual(Invite(1), Invite(2));
        Assert.NotEqual(new ReadReceipt { Timestamps = [1, 2] }, new ReadReceipt { Timestamps = [2, 1] });
        Assert.NotEqual<MessageContent>(new GroupMemberLeft(), new GroupMemberLeftNotice());

        static GroupPromotion Invite(byte first) => new() { Seed = Enumerable.Repeat(first, 32).ToArray(), Name = "group" };
    }

    [Fact]
    public void Init_CallersArrayChangedLater_DoesNotChangeTheRecord()
    {
        byte[] key = [1, 2, 3];
        long[] times = [1, 2];
        var pointer = new AttachmentPointer { Url = "", Key = key };
        var receipt = new ReadReceipt { Timestamps = times };

        key[0] = 9;
        times[0] = 9;

        Assert.Equal(new byte[] { 1, 2, 3 }, pointer.Key.ToArray());
        Assert.Equal([1L, 2L], receipt.Timestamps);
    }

    [Fact]
    public void Init_SizesAndRangesOutsideTheProtocol_Throw()
    {
        var target = new MessageReference(WorkedMessages.R, 1);
        Assert.Throws<ArgumentException>(() => new Reaction { Target = default, Emoji = "x" });
        Assert.Throws<ArgumentException>(() => new MessageReference(default, 1));
        Assert.Throws<ArgumentException>(() => new TextMessage("x") { Quote = default(MessageReference) });
        Assert.Throws<ArgumentException>(() => new TextMessage("x") { SyncTarget = default(AccountId) });
        Assert.Throws<ArgumentException>(() => new GroupPromotion { Seed = new byte[31], Name = "" });
        Assert.Throws<ArgumentException>(() => new UserProfile { PictureKey = new byte[16] });
        Assert.Throws<ArgumentException>(() => new ReadReceipt { Timestamps = [] });
        Assert.Throws<ArgumentException>(() => new ReadReceipt { Timestamps = new long[4_097] });
        Assert.Throws<ArgumentOutOfRangeException>(() => new ReadReceipt { Timestamps = [-1] });
        Assert.Throws<ArgumentException>(() => new Reaction { Target = target, Emoji = "" });
        Assert.Throws<ArgumentException>(() => new Reaction { Target = target, Emoji = new string('x', 65) });
        Assert.Throws<ArgumentOutOfRangeException>(() => new AttachmentPointer { Url = "", Size = 1L << 32 });
        Assert.Throws<ArgumentException>(() => new TextMessage { Attachments = new AttachmentPointer[33] });
        Assert.Throws<ArgumentNullException>(() => new TextMessage { Attachments = new AttachmentPointer[1] });
        Assert.Throws<ArgumentOutOfRangeException>(() => new CallSignal { Type = (CallSignalType)7, CallId = "x" });
        Assert.Throws<ArgumentException>(() => new GroupDeleteContent { Members = [default] });
        Assert.Throws<ArgumentOutOfRangeException>(() => new MessageReference(WorkedMessages.R, long.MaxValue));
        Assert.Throws<ArgumentOutOfRangeException>(() => Expiration.AfterSend(TimeSpan.Zero));
        Assert.Throws<ArgumentOutOfRangeException>(() => Expiration.AfterRead(TimeSpan.FromMilliseconds(1_500)));
    }
}
