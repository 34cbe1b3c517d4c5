using Session.Protocol.Accounts;
using Session.Protocol.Client.Groups;
using Session.Protocol.Client.Tests.Ratchet;
using Session.Protocol.Messages;
using Session.Protocol.Messages.Groups;

namespace Session.Protocol.Client.Tests.Groups;

/// <summary>What can be said in a group, and by whom.</summary>
public sealed class GroupContentTests(TestNetwork network) : GroupTestBase(network)
{
    [Fact]
    public async Task SendAsync_KindsOfOneToOneConversations_ArriveAsTheyWereSent()
    {
        Participant[] all = await StartManyAsync(2);
        ISessionGroup[] groups = await FoundAsync(all);
        SentMessage first = await SayAsync(groups[0], "first");
        var target = new MessageReference(all[0].Id, first.SentAt.ToUnixTimeMilliseconds());
        MessageContent[] kinds =
        [
            new TextMessage("reply") { Quote = target },
            new TextMessage("") { Attachments = [new AttachmentPointer { Url = "http://files/5", Key = new byte[64], Digest = new byte[32], Size = 10 }] },
            new Reaction { Target = target, Emoji = "👍" },
            new Reaction { Target = target, Emoji = "👍", IsRemoval = true },
            new ReadReceipt { Timestamps = [target.SentTimestampMs] },
            new DataExtractionNotice { Kind = DataExtractionKind.MediaSaved, MessageTimestampMs = target.SentTimestampMs },
        ];

        foreach (MessageContent content in kinds)
        {
            await all[1].Client.SendAsync(groups[1].Id, content, Cancel);
        }

        await all[0].UntilAsync(() => all[0].Received.Count(x => x.Group == groups[0].Id) == kinds.Length);
        Assert.Equal(kinds.Select(x => x.GetType()), all[0].Received.Select(x => x.Content.GetType()));
        Assert.Equal(target, ((TextMessage)all[0].Received.First().Content).Quote);
        Assert.Equal(target, all[0].Received.Select(x => x.Content).OfType<Reaction>().First().Target);
    }

    [Fact]
    public async Task SendAsync_WhatGroupsHaveNoUseFor_IsRefused()
    {
        Participant alice = await StartAsync();
        ISessionGroup group = await alice.Client.Groups.CreateAsync("Alone", [], Cancel);
        MessageContent[] bad = [new TypingIndicator { IsTyping = true }, new GroupMemberLeft(), new ExpirationTimerUpdate(), new TextMessage("")];

        foreach (MessageContent content in bad)
        {
            await Assert.ThrowsAsync<ArgumentException>(async () => await group.SendAsync(content, Cancel));
        }
    }

    [Fact]
    public async Task SetDisappearingTimer_AppliesToWhatIsSentAfterwards()
    {
        Participant[] all = await StartManyAsync(2);
        ISessionGroup[] groups = await FoundAsync(all);
        await groups[0].SetDisappearingTimerAsync(TimeSpan.FromHours(1), Cancel);
        await all[1].UntilAsync(groups[1], x => x.DisappearingTimer == TimeSpan.FromHours(1));

        await SayAsync(groups[1], "gone in an hour");
        await groups[1].SendAsync(new TextMessage("gone in a minute") { Expiration = Expiration.AfterSend(TimeSpan.FromMinutes(1)) }, Cancel);

        Assert.Equal(Expiration.AfterSend(TimeSpan.FromHours(1)), (await all[0].GotAsync("gone in an hour")).Content.Expiration);
        Assert.Equal(Expiration.AfterSend(TimeSpan.FromMinutes(1)), (await all[0].GotAsync("gone in a minute")).Content.Expiration);
        await using RawGroup raw = await RawGroup.OpenAsync(Network, all[0], groups[0].Id);
        Assert.Contains(await raw.ObjectsAsync(), x => x.Expiration - x.Timestamp == 3_600_000);
        await groups[0].SetDisappearingTimerAsync(null, Cancel);
        Assert.Null(groups[0].DisappearingTimer);
    }

    [Fact]
    public async Task DeleteAsync_ByAnAdmin_TakesAnothersMessageFromTheSwarm()
    {
        Participant[] all = await StartManyAsync(3);
        ISessionGroup[] groups = await FoundAsync(all);
        await SayAsync(groups[1], "rude");
        ReceivedMessage rude = await all[0].GotAsync("rude");
        var target = new MessageReference(rude.Sender, rude.SentAt.ToUnixTimeMilliseconds());
        await using RawGroup raw = await RawGroup.OpenAsync(Network, all[0], groups[0].Id);

        Assert.Equal(GroupProblem.NotAnAdmin, (await Assert.ThrowsAsync<GroupException>(async () => await groups[2].DeleteAsync(target, rude.Hash, Cancel))).Problem);
        await groups[0].DeleteAsync(target, rude.Hash, Cancel);
        await all[2].UntilAsync(() => all[2].Received.Any(x => x.Content is Unsend));

        ReceivedMessage unsend = all[2].Received.Single(x => x.Content is Unsend);
        Assert.Equal((all[0].Id, target), (unsend.Sender, ((Unsend)unsend.Content).Target));
        Assert.DoesNotContain(await raw.ObjectsAsync(), x => x.Hash == rude.Hash);
    }

    [Fact]
    public async Task Receive_AnUnsendOfAnothersMessageByAMember_IsDropped()
    {
        Participant[] all = await StartManyAsync(3);
        ISessionGroup[] groups = await FoundAsync(all);
        SentMessage mine = await SayAsync(groups[1], "mine");
        await all[0].GotAsync("mine");

        await groups[2].SendAsync(new Unsend { Target = new MessageReference(all[1].Id, mine.SentAt.ToUnixTimeMilliseconds()) }, Cancel);
        await groups[1].DeleteAsync(new MessageReference(all[1].Id, mine.SentAt.ToUnixTimeMilliseconds()), mine.Hash, Cancel);
        await SayAsync(groups[2], "end");
        await all[0].GotAsync("end");
        await all[0].UntilAsync(() => all[0].Received.Any(x => x.Content is Unsend));

        Assert.Equal(all[1].Id, all[0].Received.Single(x => x.Content is Unsend).Sender);
    }

    [Fact]
    public async Task CreateAsync_SomebodyWithoutTheRatchet_ClearErrorAndNoGroup()
    {
        Participant alice = await StartAsync();
        using SessionIdentity stranger = SessionIdentity.Create();

        ProtectionUnavailableException refused = await Assert.ThrowsAsync<ProtectionUnavailableException>(
            async () => await alice.Client.Groups.CreateAsync("Friends", [stranger.AccountId], Cancel));

        Assert.Equal((Protection.Ratchet, ProtectionObstacle.NoRecord), (refused.Required, refused.Obstacle));
        Assert.Empty(await alice.Client.Groups.ListAsync(Cancel));
    }

    [Fact]
    public async Task Groups_WithoutTheRatchet_ClearError()
    {
        using SessionIdentity identity = SessionIdentity.Create();
        await using SessionClient client = Network.Connect(identity);

        Assert.Throws<InvalidOperationException>(() => client.Groups);
    }

    [Fact]
    public async Task CreateAndInvite_Misuse_ThrowsAtOnce()
    {
        Participant alice = await StartAsync();
        AccountId[] many = [.. Enumerable.Range(0, 100).Select(_ => NewId())];
        ISessionGroup group = await alice.Client.Groups.CreateAsync("Alone", [], Cancel);

        await Assert.ThrowsAsync<ArgumentException>(async () => await alice.Client.Groups.CreateAsync("", [], Cancel));
        await Assert.ThrowsAsync<ArgumentException>(async () => await alice.Client.Groups.CreateAsync(new string('x', 101), [], Cancel));
        await Assert.ThrowsAsync<ArgumentException>(async () => await alice.Client.Groups.CreateAsync("Me", [alice.Id], Cancel));
        await Assert.ThrowsAsync<ArgumentException>(async () => await alice.Client.Groups.CreateAsync("Twice", [many[0], many[0]], Cancel));
        await Assert.ThrowsAsync<ArgumentException>(async () => await group.InviteAsync([group.Id], Cancel));
        await Assert.ThrowsAsync<ArgumentException>(async () => await group.InviteAsync([], Cancel));
        await Assert.ThrowsAsync<ArgumentException>(async () => await group.RemoveAsync([], Cancel));
        await Assert.ThrowsAsync<ArgumentException>(async () => await group.SetPictureAsync("http://x", new byte[31], Cancel));
        await Assert.ThrowsAsync<ArgumentException>(async () => await group.SetDescriptionAsync(new string('x', 2_001), Cancel));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await group.SetDisappearingTimerAsync(TimeSpan.Zero, Cancel));
        Assert.Equal(GroupProblem.Full, (await Assert.ThrowsAsync<GroupException>(async () => await alice.Client.Groups.CreateAsync("Full", many, Cancel))).Problem);
        Assert.Equal(GroupProblem.Full, (await Assert.ThrowsAsync<GroupException>(async () => await group.InviteAsync(many, Cancel))).Problem);
        Assert.Equal(GroupProblem.NoSuchMember, (await Assert.ThrowsAsync<GroupException>(async () => await group.RemoveAsync([many[0]], Cancel))).Problem);
        Assert.Equal(GroupProblem.NoSuchMember, (await Assert.ThrowsAsync<GroupException>(async () => await group.PromoteAsync(many[0], Cancel))).Problem);
        Assert.Equal(GroupProblem.NoChange, (await Assert.ThrowsAsync<GroupException>(async () => await group.AcceptAsync(Cancel))).Problem);
    }

    private static AccountId NewId()
    {
        using SessionIdentity identity = SessionIdentity.Create();
        return identity.AccountId;
    }
}
