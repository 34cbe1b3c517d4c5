using Session.Protocol.Accounts;
using Session.Protocol.Client.Conversations;
using Session.Protocol.Messages;
using Session.Protocol.Messages.Groups;

namespace Session.Protocol.Client.Tests.Conversations;

/// <summary>What is let through and what it changes, in the corners that no honest client reaches (protocol/13).</summary>
public sealed class ContactRulesTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UnixEpoch.AddYears(60);
    private static readonly AccountId Self = AccountId.Parse("05" + new string('a', 64));
    private static readonly AccountId Peer = AccountId.Parse("05" + new string('b', 64));
    private static readonly Contact Friend = ContactRules.New(Peer, Self) with { IsApproved = true, HasApprovedUs = true };
    private static readonly ConversationOptions Open = new() { TypingIndicators = true, ReadReceipts = true };

    public static TheoryData<MessageContent, bool, bool> OwnKinds => new()
    {
        { new TextMessage("note"), true, true },
        { new Unsend { Target = new MessageReference(Self, 1) }, true, false },
        { Call(CallSignalType.Answer), true, true },
        { Call(CallSignalType.EndCall), true, true },
        { Call(CallSignalType.Offer), false, true },
        { new TypingIndicator { IsTyping = true }, false, true },
        { new ReadReceipt { Timestamps = [1] }, false, true },
        { new MessageRequestResponse(), false, false },
        { new DataExtractionNotice { Kind = DataExtractionKind.MediaSaved }, false, true },
        { new SharedConfig { Kind = SharedConfigKind.Contacts, SequenceNumber = 1, Data = new byte[] { 1 } }, false, false },
    };

    [Theory]
    [MemberData(nameof(OwnKinds))]
    public void Accepts_FromOneselfAndFromAFriend(MessageContent content, bool fromSelf, bool fromFriend)
    {
        Assert.Equal(fromSelf, Accepts(content, null, sender: Self));
        Assert.Equal(fromFriend, Accepts(content, Friend));
        Assert.False(Accepts(content, Friend with { IsBlocked = true }));
    }

    [Fact]
    public void Accepts_StrangersTypingReceiptCallOrNotice_Not()
    {
        MessageContent[] kinds =
        [
            new TypingIndicator { IsTyping = true }, new ReadReceipt { Timestamps = [1] }, Call(CallSignalType.PreOffer), new DataExtractionNotice { Kind = DataExtractionKind.Screenshot },
        ];

        Assert.All(kinds, x => Assert.False(Accepts(x, null)));
    }

    [Fact]
    public void Accepts_WhatIsOver_Not()
    {
        Assert.False(Accepts(new TypingIndicator { IsTyping = true }, Friend, sentAt: Now.AddSeconds(-21)));
        Assert.False(Accepts(Call(CallSignalType.Offer), Friend, sentAt: Now.AddMinutes(-6)));
        Assert.True(Accepts(Call(CallSignalType.EndCall), Friend, sentAt: Now.AddMinutes(-6)));
        Assert.True(Accepts(new TypingIndicator { IsTyping = true }, Friend, sentAt: DateTimeOffset.MaxValue));
    }

    [Theory]
    [InlineData(0, 0, true)] // old clients know no time
    [InlineData(0, 5, true)]
    [InlineData(5, 5, false)]
    [InlineData(5, 4, false)]
    [InlineData(5, 0, false)]
    [InlineData(5, 6, true)]
    public void Apply_Profile_IsTakenOverWhenItIsNewer(long knownAt, long sentAt, bool isTaken)
    {
        var known = new UserProfile { DisplayName = "known", PictureUrl = "http://a", PictureKey = new byte[32], UpdatedAtSeconds = knownAt };
        var sent = new UserProfile { DisplayName = "sent", UpdatedAtSeconds = sentAt };

        (Contact after, ContactChanges changes) = Apply(Friend with { Profile = known }, new TextMessage("x") { Profile = sent });

        Assert.Equal(isTaken ? sent : known, after.Profile);
        Assert.Equal(isTaken ? ContactChanges.Profile : ContactChanges.None, changes);
    }

    [Fact]
    public void Apply_ProfileWithoutName_KeepsTheNameAndTakesThePictureAway()
    {
        var known = new UserProfile { DisplayName = "known", PictureUrl = "http://a", PictureKey = new byte[32] };

        Contact after = Apply(Friend with { Profile = known }, new TextMessage("x") { Profile = new UserProfile { PictureUrl = "http://b", UpdatedAtSeconds = 1 } }).After;

        Assert.Equal(new UserProfile { DisplayName = "known", UpdatedAtSeconds = 1 }, after.Profile);
    }

    [Fact]
    public void Apply_TimerChangesOutOfOrder_TheNewestCounts()
    {
        var newer = new ExpirationTimerUpdate { Expiration = Expiration.AfterSend(ExpirationTimers.OneDay) };
        var older = new ExpirationTimerUpdate { Expiration = Expiration.Off };

        Contact after = Apply(Apply(Friend, newer, Now).After, older, Now.AddMinutes(-1)).After;
        Contact own = Apply(Apply(Friend, newer, Now, Self).After, older, Now.AddMinutes(-1), Self).After;

        Assert.Equal((newer.Expiration, Expiration.Off), (after.TheirExpiration, after.Expiration));
        Assert.Equal((newer.Expiration, Expiration.Off), (own.Expiration, own.TheirExpiration));
    }

    [Fact]
    public void Apply_TimerChangeFromTheFuture_DoesNotMakeLaterOnesOld()
    {
        Contact after = Apply(Friend, new ExpirationTimerUpdate { Expiration = Expiration.AfterSend(ExpirationTimers.OneDay) }, DateTimeOffset.MaxValue).After;

        after = ContactRules.Apply(after, Message(new ExpirationTimerUpdate(), Now.AddSeconds(1), Peer), Self, Now.AddSeconds(1)).After;

        Assert.Equal(Expiration.Off, after.TheirExpiration);
    }

    [Fact]
    public void Apply_Answer_AcceptsOurRequestOnce()
    {
        Contact asked = ContactRules.New(Peer, Self) with { IsApproved = true };

        (Contact after, ContactChanges changes) = Apply(asked, new Reaction { Target = new MessageReference(Self, 1), Emoji = "👍" });

        Assert.Equal((ContactStatus.Accepted, ContactChanges.Accepted), (after.Status, changes));
        Assert.Equal(ContactChanges.None, Apply(after, new TextMessage("x")).Changes);
        Assert.False(Accepts(new MessageRequestResponse(), after));
        Assert.True(Accepts(new MessageRequestResponse(), asked));
        Assert.False(Accepts(new MessageRequestResponse { IsApproved = false }, asked));
    }

    [Fact]
    public void Accepts_InAGroup_AllButWhatABlockedMemberSays()
    {
        AccountId group = AccountId.Parse("03" + new string('c', 64));
        ReceivedMessage text = Message(new TextMessage("x") { Profile = new UserProfile { DisplayName = "x" } }, Now, Peer) with { Conversation = group };
        Contact blocked = Friend with { IsBlocked = true };

        Assert.True(ContactRules.Accepts(text, null, Self, Open, Now));
        Assert.False(ContactRules.Accepts(text, blocked, Self, Open, Now));
        Assert.True(ContactRules.Accepts(text with { Content = new GroupMemberLeft() }, blocked, Self, Open, Now));
        Assert.False(ContactRules.Accepts(text with { Content = new Unsend { Target = new MessageReference(Self, 1) } }, Friend, Self, Open, Now));
        Assert.Equal(Peer, ContactRules.ContactOf(text));
        Assert.Equal((Friend, ContactChanges.None), ContactRules.Apply(Friend, text, Self, Now));
    }

    [Fact]
    public void ContactEntry_RoundTrips_AndRefusesWhatItDidNotWrite()
    {
        Contact[] contacts =
        [
            ContactRules.New(Peer, Self),
            Friend with
            {
                IsBlocked = true,
                Profile = new UserProfile { DisplayName = new string('é', 50), PictureUrl = new string('u', UserProfile.MaxPictureUrlSize), PictureKey = new byte[32], UpdatedAtSeconds = 7 },
                Expiration = Expiration.AfterSend(TimeSpan.FromSeconds(uint.MaxValue)),
                ExpirationChangedMs = 8,
                TheirExpiration = Expiration.AfterRead(TimeSpan.FromSeconds(1)),
                TheirExpirationChangedMs = 9,
                ReadUpTo = Now,
            },
        ];

        Assert.All(contacts, x => Assert.Equal(x, ContactEntry.Read(Peer, ContactEntry.Of(x, Now).Value.Span)));
        byte[] bytes = ContactEntry.Of(contacts[1], Now).Value.ToArray();
        Assert.Throws<InvalidDataException>(() => ContactEntry.Read(Peer, bytes.AsSpan(0, 30)));
        Assert.Throws<InvalidDataException>(() => ContactEntry.Read(Peer, [.. bytes, 0]));
        bytes[0] = 2;
        Assert.Throws<InvalidDataException>(() => ContactEntry.Read(Peer, bytes));
    }

    private static CallSignal Call(CallSignalType type) => new() { Type = type, CallId = "call", Sdps = ["sdp"] };

    private static bool Accepts(MessageContent content, Contact? contact, DateTimeOffset? sentAt = null, AccountId? sender = null) =>
        ContactRules.Accepts(Message(content, sentAt ?? Now, sender ?? Peer), contact, Self, Open, Now);

    private static (Contact After, ContactChanges Changes) Apply(Contact contact, MessageContent content, DateTimeOffset? sentAt = null, AccountId? sender = null) =>
        ContactRules.Apply(contact, Message(content, sentAt ?? Now, sender ?? Peer), Self, Now);

    private static ReceivedMessage Message(MessageContent content, DateTimeOffset sentAt, AccountId sender) => new(sender, Peer, content, sentAt, "hash", Protection.Sealed);
}
