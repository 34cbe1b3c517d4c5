using Session.Protocol.Accounts;
using Session.Protocol.Client.Conversations;
using Session.Protocol.Messages;
using Session.Protocol.Messages.Groups;

namespace Session.Protocol.Client.Tests.Conversations;

/// <summary>Each kind of message from one account to another (protocol/13 §7 to §15, §20).</summary>
public sealed class MessageKindTests(ConversationNetwork network) : ConversationTestBase(network)
{
    [Fact]
    public async Task ReplyAsync_NamesAuthorAndTime()
    {
        SentMessage question = await Alice.SayAsync(Bob, "how are you?");
        ReceivedMessage received = await Bob.NextAsync<TextMessage>();
        Assert.Equal(question.Reference, received.Reference);

        await Bob.With(Alice).ReplyAsync(received.Reference, "fine", Cancel);
        var reply = Assert.IsType<TextMessage>((await Alice.NextAsync<TextMessage>()).Content);

        Assert.Equal(("fine", question.Reference), (reply.Text, reply.Quote));
        Assert.True(reply.Mentions(Alice.Id));
        Assert.False(reply.Mentions(Bob.Id));
    }

    [Fact]
    public async Task SendTextAsync_Mention_IsFound()
    {
        await Alice.SayAsync(Bob, $"ask {TextMessage.MentionOf(Postman.Id)} about it");
        var text = Assert.IsType<TextMessage>((await Bob.NextAsync()).Content);

        Assert.Equal([Postman.Id], text.FindMentions());
        Assert.True(text.Mentions(Postman.Id));
    }

    [Fact]
    public async Task ReactAsync_AndRemove_ArriveAtBothSides()
    {
        Person laptop = Start(BobsIdentity);
        SentMessage sent = await Alice.SayAsync(Bob, "good news");
        await Bob.NextAsync<TextMessage>();
        await laptop.NextAsync<TextMessage>();

        await Bob.With(Alice).ReactAsync(sent.Reference, "🎉", Cancel);
        await Bob.With(Alice).RemoveReactionAsync(sent.Reference, "🎉", Cancel);

        foreach (Person reader in new[] { Alice, laptop })
        {
            var put = Assert.IsType<Reaction>((await reader.NextAsync<Reaction>()).Content);
            var removed = Assert.IsType<Reaction>((await reader.NextAsync<Reaction>()).Content);
            Assert.Equal((sent.Reference, "🎉", false), (put.Target, put.Emoji, put.IsRemoval));
            Assert.Equal((sent.Reference, "🎉", true), (removed.Target, removed.Emoji, removed.IsRemoval));
        }
    }

    [Fact]
    public async Task SendAsync_VoiceMessage_IsToldByItsFirstAttachment()
    {
        var voice = new AttachmentPointer { Url = "http://files.example/file/1", ContentType = "audio/mp4", IsVoiceMessage = true };
        await Alice.Client.SendAsync(Bob.Id, new TextMessage { Attachments = [voice] }, Cancel);
        await Alice.Client.SendAsync(Bob.Id, new TextMessage { Attachments = [voice with { IsVoiceMessage = false }, voice] }, Cancel);

        Assert.True(Assert.IsType<TextMessage>((await Bob.NextAsync()).Content).IsVoiceMessage);
        Assert.False(Assert.IsType<TextMessage>((await Bob.NextAsync()).Content).IsVoiceMessage);
    }

    [Fact]
    public async Task SendAsync_LinkPreviewAndInvitation_Arrive()
    {
        var preview = new LinkPreview { Url = "https://example.org/a", Title = "A" };
        var invitation = new CommunityInvitation { Url = "https://community.example/room?public_key=00", Name = "Room" };
        await Alice.Client.SendAsync(Bob.Id, new TextMessage("see https://example.org/a") { Preview = preview }, Cancel);
        await Alice.Client.SendAsync(Bob.Id, new TextMessage { Invitation = invitation }, Cancel);

        Assert.Equal(preview, Assert.IsType<TextMessage>((await Bob.NextAsync()).Content).Preview);
        Assert.Equal(invitation, Assert.IsType<TextMessage>((await Bob.NextAsync()).Content).Invitation);
    }

    [Theory]
    [InlineData("http://example.org", "A", "see http://example.org")]
    [InlineData("https://example.org", "A", "no link")]
    [InlineData("https://example.org", null, "see https://example.org")]
    [InlineData("", "A", "see")]
    public async Task SendAsync_PreviewThatNobodyWouldShow_IsRefused(string url, string? title, string text)
    {
        var message = new TextMessage(text) { Preview = new LinkPreview { Url = url, Title = title } };

        await Assert.ThrowsAsync<ArgumentException>(() => Alice.Client.SendAsync(Bob.Id, message, Cancel).AsTask());

        Assert.Empty(Alice.Swarm.Stored);
    }

    [Fact]
    public async Task SetProfileAsync_IsSeenWithTheNextMessage_NewerWins()
    {
        await BefriendAsync();
        UserProfile first = await Alice.Conversations.SetProfileAsync(
            new UserProfile { DisplayName = "Alice", PictureUrl = "http://files.example/file/1", PictureKey = new byte[32] }, Cancel);
        await Alice.SayAsync(Bob, "one");
        ReceivedMessage one = await Bob.NextAsync<TextMessage>();
        Assert.Equal(ContactChanges.Profile, one.Changes);
        Assert.Equal(first, (await Bob.ContactAsync(Alice)).Profile);

        await Alice.Client.SendAsync(Bob.Id, new TextMessage("stale") { Profile = new UserProfile { DisplayName = "Old", UpdatedAtSeconds = 1 } }, Cancel);
        await Alice.Conversations.SetProfileAsync(new UserProfile(), Cancel);
        await Alice.SayAsync(Bob, "two");

        Assert.Equal(ContactChanges.None, (await Bob.NextAsync<TextMessage>()).Changes);
        Assert.Equal(ContactChanges.Profile, (await Bob.NextAsync<TextMessage>()).Changes);
        UserProfile? known = (await Bob.ContactAsync(Alice)).Profile;
        Assert.Equal(("Alice", false), (known?.DisplayName, known?.HasPicture));
    }

    [Fact]
    public async Task Profile_GoesAlongWithMessagesAndReactions_NotWithCopiesAndTimers()
    {
        Person laptop = Start(AlicesIdentity);
        await BefriendAsync();
        await laptop.DrainAsync(Postman);
        await Alice.Conversations.SetProfileAsync(new UserProfile { DisplayName = "Alice" }, Cancel);

        SentMessage text = await Alice.SayAsync(Bob, "one");
        await Alice.With(Bob).ReactAsync(text.Reference, "👍", Cancel);
        await Alice.With(Bob).SetDisappearingAsync(Expiration.AfterSend(ExpirationTimers.OneDay), Cancel);

        Assert.Equal("Alice", Assert.IsType<TextMessage>((await Bob.NextAsync()).Content).Profile?.DisplayName);
        Assert.Equal("Alice", Assert.IsType<Reaction>((await Bob.NextAsync()).Content).Profile?.DisplayName);
        Assert.Null(Assert.IsType<ExpirationTimerUpdate>((await Bob.NextAsync()).Content).Profile);
        Assert.Null(Assert.IsType<TextMessage>((await laptop.NextAsync()).Content).Profile);
    }

    [Fact]
    public async Task NotifyDataExtractionAsync_TheirMessage_TellsThem_OwnMessageDoesNot()
    {
        await BefriendAsync();
        SentMessage sent = await Alice.SayAsync(Bob, "a picture");
        ReceivedMessage received = await Bob.NextAsync<TextMessage>();

        await Bob.With(Alice).NotifyDataExtractionAsync(DataExtractionKind.MediaSaved, received.Reference, Cancel);
        Assert.Null(await Alice.With(Bob).NotifyDataExtractionAsync(DataExtractionKind.MediaSaved, sent.Reference, Cancel));

        var notice = Assert.IsType<DataExtractionNotice>((await Alice.NextAsync()).Content);
        Assert.Equal((DataExtractionKind.MediaSaved, (long?)sent.Reference.SentTimestampMs), (notice.Kind, notice.MessageTimestampMs));
    }

    [Fact]
    public async Task CallSignals_ArriveInOrder_AnswerAndEndReachOwnDevices()
    {
        Person laptop = Start(BobsIdentity);
        await BefriendAsync();
        await laptop.DrainAsync(Postman);
        string id = Guid.NewGuid().ToString();
        await Alice.With(Bob).SendCallSignalAsync(new CallSignal { Type = CallSignalType.PreOffer, CallId = id }, Cancel);
        await Alice.With(Bob).SendCallSignalAsync(new CallSignal { Type = CallSignalType.Offer, CallId = id, Sdps = ["offer"] }, Cancel);
        await Bob.With(Alice).SendCallSignalAsync(new CallSignal { Type = CallSignalType.Answer, CallId = id, Sdps = ["answer"] }, Cancel);
        await Bob.With(Alice).SendCallSignalAsync(new CallSignal { Type = CallSignalType.IceCandidates, CallId = id, Sdps = ["c"], SdpMids = ["0"], SdpMLineIndexes = [0] }, Cancel);
        await Bob.With(Alice).SendCallSignalAsync(new CallSignal { Type = CallSignalType.EndCall, CallId = id }, Cancel);

        Assert.Equal([CallSignalType.Answer, CallSignalType.IceCandidates, CallSignalType.EndCall], Types(await Alice.DrainAsync(Postman)));
        Assert.Equal(
            [CallSignalType.PreOffer, CallSignalType.Offer, CallSignalType.Answer, CallSignalType.EndCall],
            Types((await laptop.DrainAsync(Postman)).Where(x => x.Content is CallSignal)));
    }

    [Fact]
    public async Task NoteToSelf_ReachesOwnDevicesWithOneStore()
    {
        Person laptop = Start(AlicesIdentity);

        await Alice.Conversations.NoteToSelf.SendTextAsync("milk", Cancel);

        ReceivedMessage note = await laptop.NextAsync<TextMessage>();
        Assert.True(note is { IsOwn: true, IsRead: true, Text: "milk" });
        Assert.Equal(Alice.Id, note.Conversation);
        Assert.Equal([(Alice.Id, ExpirationTimers.TwoWeeks)], Alice.Swarm.Stored);
        Assert.True(laptop.Conversations.Open(note.Conversation).IsNoteToSelf);
        Assert.Equal(ContactStatus.Accepted, (await laptop.ContactAsync(Alice)).Status);
        Assert.Empty(await laptop.Conversations.ListContactsAsync(Cancel));
    }

    [Fact]
    public async Task SendAsync_GroupInvite_LeavesNoCopyAndMakesNoContact()
    {
        var invite = new GroupInvite
        {
            Group = AccountId.Parse("03" + new string('a', 64)),
            Name = "Group",
            AuthData = new byte[GroupInvite.AuthDataSize],
            AdminSignature = new byte[64],
        };
        await Alice.Client.SendAsync(Bob.Id, invite, Cancel);

        Assert.Equal(Bob.Id, Assert.Single(Alice.Swarm.Stored).Account);
        await Bob.NextAsync<GroupInvite>();
        Assert.Equal(ContactStatus.Unknown, (await Bob.ContactAsync(Alice)).Status);
    }

    [Fact]
    public async Task ReceiveAsync_WhatBelongsElsewhere_IsDropped()
    {
        await BefriendAsync();
        await Alice.Client.SendAsync(Bob.Id, new GroupMemberLeft(), Cancel);
        await Alice.Client.SendAsync(Bob.Id, new SharedConfig { Kind = SharedConfigKind.Contacts, SequenceNumber = 1, Data = new byte[] { 1 } }, Cancel);

        Assert.Empty(await Bob.DrainAsync(Postman));
    }

    [Fact]
    public async Task SendAsync_AnyKind_HasATimeOfItsOwn()
    {
        await BefriendAsync();
        SentMessage?[] sent =
        [
            await Alice.With(Bob).StartTypingAsync(Cancel),
            await Alice.SayAsync(Bob, "one"),
            .. await Task.WhenAll(Enumerable.Range(0, 8).Select(x => Alice.SayAsync(Bob, $"{x}").AsTask())),
        ];

        Assert.Equal(sent.Length, sent.Select(x => x!.SentAt).Distinct().Count());
    }

    [Fact]
    public void Open_Misuse_Throws()
    {
        Assert.Throws<ArgumentException>(() => Alice.Conversations.Open(default));
        Assert.Throws<ArgumentException>(() => Alice.Conversations.Open(AccountId.Parse("03" + new string('a', 64))));
    }

    private static IEnumerable<CallSignalType> Types(IEnumerable<ReceivedMessage> messages) => messages.Select(x => Assert.IsType<CallSignal>(x.Content).Type);
}
