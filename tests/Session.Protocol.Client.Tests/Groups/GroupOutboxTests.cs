using Session.Protocol.Accounts;
using Session.Protocol.Client.Groups;
using Session.Protocol.Client.Stores;
using Session.Protocol.Client.Tests.Outbox;
using Session.Protocol.Client.Tests.Receiving;
using Session.Protocol.LocalNetwork.Faults;
using Session.Protocol.Messages;
using Session.Protocol.Onion;
using Session.Protocol.Onion.Swarms;

namespace Session.Protocol.Client.Tests.Groups;

/// <summary>What is sent to a group goes out whatever the network or the process does: once, as the same bytes, and with a key of its own.</summary>
public sealed class GroupOutboxTests(TestNetwork network) : GroupTestBase(network)
{
    private static readonly SessionClientOptions Options = Participant.Options with
    {
        Outbox = OutboxOptions.Default with { RetryDelay = TimeSpan.FromMilliseconds(10), MaxRetryDelay = TimeSpan.FromMilliseconds(50) },
    };

    [Fact]
    public async Task SendAsync_TroubleThatPasses_IsWaitedOutWithTheSameBytes()
    {
        (Participant author, Participant reader, ISessionGroup group, ScriptedSwarm swarm) = await FoundAsync();
        int failures = 0;
        swarm.Script = (_, account) => account == group.Id && Interlocked.Increment(ref failures) <= 3 ? (OnionFault.Unreachable, false) : null;

        await SayAsync(group, "in the end");
        await SayAsync(group, "next");
        await reader.GotAsync("next");

        // The key, and two messages.
        Assert.Equal(3, Stored(swarm, group).Distinct().Count());
        Assert.Equal(6, Stored(swarm, group).Count);
        Assert.Equal(["in the end", "next"], reader.Texts(group.Id).Order(StringComparer.Ordinal));
        Assert.Empty(await OutboxAsync(author));
    }

    [Fact]
    public async Task SendAsync_StoredButNotAnswered_MakesNoSecondObject()
    {
        (Participant author, Participant reader, ISessionGroup group, ScriptedSwarm swarm) = await FoundAsync();
        await using RawGroup raw = await RawGroup.OpenAsync(Network, author, group.Id);
        int before = (await raw.ObjectsAsync()).Count;
        var seen = new HashSet<string>();
        swarm.Script = (attempt, account) => account == group.Id && seen.Add(Convert.ToHexString(swarm.Attempts[attempt].Data)) ? (OnionFault.TimedOut, true) : null;

        SentMessage sent = await SayAsync(group, "once");
        await reader.GotAsync("once");

        IReadOnlyList<Onion.Storage.Results.StoredMessage> objects = await raw.ObjectsAsync();
        Assert.Equal(before + 2, objects.Count);
        Assert.Single(objects, x => x.Hash == sent.Hash);
        Assert.Equal(4, Stored(swarm, group).Count);
    }

    [Fact]
    public async Task EnqueueAsync_ProcessEnds_NextRunSendsTheSameBytesAndNothingIsMissing()
    {
        (Participant author, Participant reader, ISessionGroup group, ScriptedSwarm swarm) = await FoundAsync();
        swarm.Script = (_, account) => account == group.Id ? (OnionFault.Unreachable, false) : null;
        QueuedMessage queued = await author.Client.EnqueueAsync(group.Id, new TextMessage("survives"), cancellationToken: Cancel);
        await author.PauseAsync();
        await author.Client.DisposeAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => queued.Sent);
        string[] firstRun = [.. Stored(swarm, group).Distinct()];
        Assert.Equal(2, (await OutboxAsync(author)).Count);

        swarm.Script = (_, _) => null;
        await author.StartAsync();
        SentMessage next = await SayAsync(await author.GroupAsync(group.Id), "next");
        ReceivedMessage survived = await reader.GotAsync("survives");
        await reader.GotAsync("next");

        Assert.Equal((queued.Hash, queued.SentAt), (survived.Hash, survived.SentAt));
        Assert.Subset(Stored(swarm, group).ToHashSet(), firstRun.ToHashSet());
        Assert.Equal(3, Stored(swarm, group).Distinct().Count());
        Assert.NotEqual(queued.Hash, next.Hash);
        Assert.Equal(2, reader.Texts(group.Id).Count);
        await AssertNothingMissingAsync(reader);
    }

    [Fact]
    public async Task SendAsync_TheSwarmFailsUntilAfterARestart_EachMessageArrivesOnce()
    {
        Participant[] all = await StartManyAsync(2);
        ISessionGroup[] groups = await FoundAsync(all);
        all[0].Connect = (x, store) => Network.Connect(x, Options, store);
        await all[0].RestartAsync();
        ActiveFault trouble = Network.Network.Faults.Add(Fault.AllMembersFail(500).ForAccount(groups[0].Id).OnMethod("store"));
        QueuedMessage first = await all[0].Client.EnqueueAsync(groups[0].Id, new TextMessage("first"), cancellationToken: Cancel);
        await all[0].Client.EnqueueAsync(groups[0].Id, new TextMessage("second"), cancellationToken: Cancel);
        await all[0].UntilAsync(() => trouble.Fired > 0);

        await all[0].RestartAsync();
        trouble.Remove();
        await all[1].GotAsync("first");
        await all[1].GotAsync("second");

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first.Sent);
        Assert.Equal(2, all[1].Texts(groups[0].Id).Count);
    }

    [Fact]
    public async Task SendAsync_OneMessageIsLate_ThoseAfterItGoAndNobodyIsToldThatItIsLost()
    {
        (Participant author, Participant reader, ISessionGroup group, ScriptedSwarm swarm) = await FoundAsync();
        await SayAsync(group, "the key goes along");
        byte[]? late = null;
        bool isHeld = true;
        swarm.Script = (attempt, account) =>
        {
            late ??= account == group.Id ? swarm.Attempts[attempt].Data : null;
            return Volatile.Read(ref isHeld) && late is not null && swarm.Attempts[attempt].Data.AsSpan().SequenceEqual(late) ? (OnionFault.TimedOut, false) : null;
        };

        QueuedMessage queued = await author.Client.EnqueueAsync(group.Id, new TextMessage("late"), cancellationToken: Cancel);
        await author.UntilAsync(() => swarm.Attempts.Count(x => late is not null && x.Data.AsSpan().SequenceEqual(late)) > 1);
        await SayAsync(group, "in time");
        await reader.GotAsync("in time");
        await AssertNothingMissingAsync(reader);
        Volatile.Write(ref isHeld, false);
        await queued.Sent.WaitAsync(Cancel);
        await reader.GotAsync("late");

        Assert.Equal(["the key goes along", "in time", "late"], reader.Texts(group.Id));
        Assert.Empty(reader.Missing);
    }

    [Fact]
    public async Task ReceiveAsync_StoredTheOtherWayRound_ComesAsWritten()
    {
        (Participant author, Participant reader, ISessionGroup group, ScriptedSwarm swarm) = await FoundAsync();
        await SayAsync(group, "the key goes along");
        await reader.GotAsync("the key goes along");
        await reader.PauseAsync();
        byte[]? late = null;
        bool isHeld = true;
        swarm.Script = (attempt, account) =>
        {
            late ??= account == group.Id ? swarm.Attempts[attempt].Data : null;
            return Volatile.Read(ref isHeld) && late is not null && swarm.Attempts[attempt].Data.AsSpan().SequenceEqual(late) ? (OnionFault.TimedOut, false) : null;
        };

        QueuedMessage first = await author.Client.EnqueueAsync(group.Id, new TextMessage("first"), cancellationToken: Cancel);
        await author.UntilAsync(() => swarm.Attempts.Count(x => late is not null && x.Data.AsSpan().SequenceEqual(late)) > 1);
        await SayAsync(group, "second");
        Volatile.Write(ref isHeld, false);
        await first.Sent.WaitAsync(Cancel);
        reader.Resume();
        await reader.GotAsync("first");
        await reader.GotAsync("second");

        Assert.Equal(["the key goes along", "first", "second"], reader.Texts(group.Id));
    }

    [Fact]
    public async Task DeleteAsync_StillInTheOutbox_NeverLeavesAndNobodyWaitsForIt()
    {
        (Participant author, Participant reader, ISessionGroup group, ScriptedSwarm swarm) = await FoundAsync();
        bool isDown = true;
        swarm.Script = (_, account) => Volatile.Read(ref isDown) && account == group.Id ? (OnionFault.Unreachable, false) : null;
        QueuedMessage oops = await author.Client.EnqueueAsync(group.Id, new TextMessage("oops"), cancellationToken: Cancel);

        ValueTask<SentMessage> deleting = group.DeleteAsync(oops.Reference, cancellationToken: Cancel);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => oops.Sent.WaitAsync(Cancel));
        Volatile.Write(ref isDown, false);
        await deleting;
        await SayAsync(group, "next");
        await reader.GotAsync("next");

        // The key that went with the message has arrived without it.
        Assert.Equal(["next"], reader.Texts(group.Id));
        Assert.Contains(reader.Received, x => x.Content is Unsend unsend && unsend.Target == oops.Reference);
        Assert.Empty(await OutboxAsync(author));
        await AssertNothingMissingAsync(reader);
    }

    [Fact]
    public async Task SendAsync_RefusedForGood_ThrowsAndNobodyWaitsForIt()
    {
        (Participant author, Participant reader, ISessionGroup group, ScriptedSwarm swarm) = await FoundAsync();
        await SayAsync(group, "before");
        swarm.Script = (_, account) => account == group.Id ? (OnionFault.Rejected, false) : null;

        OnionException e = await Assert.ThrowsAsync<OnionException>(async () => await SayAsync(group, "refused"));
        Assert.Equal(OnionFault.Rejected, e.Fault);
        Assert.Empty(await OutboxAsync(author));
        swarm.Script = (_, _) => null;
        await SayAsync(group, "after");
        await reader.GotAsync("after");

        Assert.Equal(["before", "after"], reader.Texts(group.Id));
        await AssertNothingMissingAsync(reader);
    }

    [Fact]
    public async Task SendAsync_TheStoreFails_NothingLeavesAndNothingIsMissing()
    {
        (Participant author, Participant reader, ISessionGroup group, ScriptedSwarm swarm) = await FoundAsync();
        Func<SessionIdentity, IAccountStore, SessionClient> connect = author.Connect;
        BrokenStore? disk = null;
        author.Connect = (x, store) => connect(x, disk = new BrokenStore(store));
        await author.RestartAsync();
        await author.PauseAsync();
        ISessionGroup again = await author.GroupAsync(group.Id);
        await SayAsync(again, "before");
        int stored = Stored(swarm, group).Count;

        disk!.IsBroken = true;
        await Assert.ThrowsAsync<IOException>(async () => await SayAsync(again, "not kept"));
        Assert.Equal(stored, Stored(swarm, group).Count);
        disk.IsBroken = false;
        await SayAsync(again, "after");
        await reader.GotAsync("after");

        Assert.Equal(["before", "after"], reader.Texts(group.Id));
        await AssertNothingMissingAsync(reader);
    }

    [Fact]
    public async Task EnqueueAsync_AnswerToAGroup_HandlesTheQuestionInTheSameCommit()
    {
        (Participant bot, Participant asker, ISessionGroup group, _) = await FoundAsync();
        await bot.PauseAsync();
        await SayAsync(await asker.GroupAsync(group.Id), "question");
        await foreach (ReceivedMessage question in bot.Client.ReceiveAsync(Cancel))
        {
            if (question.Text == "question")
            {
                // It ends here without having asked for the next message, as in a crash.
                await bot.Client.EnqueueAsync(question.Conversation, new TextMessage("answer"), question, Cancel);
                break;
            }
        }

        await bot.RestartAsync();
        await SayAsync(await asker.GroupAsync(group.Id), "second question");
        await bot.GotAsync("second question");
        await asker.GotAsync("answer");

        Assert.Equal(["second question"], bot.Texts(group.Id));
        Assert.Equal(["answer"], asker.Texts(group.Id));
    }

    [Fact]
    public async Task EnqueueAsync_AGroupThatIsNotKnown_ClearError()
    {
        (Participant author, _, _, _) = await FoundAsync();
        using var key = GroupAdminKey.FromSeed(new byte[32]);

        GroupException e = await Assert.ThrowsAsync<GroupException>(
            async () => await author.Client.EnqueueAsync(key.GroupId, new TextMessage("anybody?"), cancellationToken: Cancel));

        Assert.Equal(GroupProblem.NotAMember, e.Problem);
    }

    /// <summary>An author whose stores go as a script says, and a reader, in one group.</summary>
    private async Task<(Participant Author, Participant Reader, ISessionGroup Group, ScriptedSwarm Swarm)> FoundAsync()
    {
        Participant[] all = await StartManyAsync(2);
        ISessionGroup[] groups = await FoundAsync(all);
        OnionClient onion = Own(Network.Onion());
        var swarm = new ScriptedSwarm(new SwarmClient(onion));
        all[0].Connect = (x, store) => new SessionClient(x, onion, Options, store, swarm);
        await all[0].RestartAsync();
        return (all[0], all[1], await all[0].GroupAsync(groups[0].Id), swarm);
    }

    private static IReadOnlyList<string> Stored(ScriptedSwarm swarm, ISessionGroup group) =>
        [.. swarm.Attempts.Where(x => x.Account == group.Id).Select(x => Convert.ToHexString(x.Data))];

    private ValueTask<IReadOnlyList<AccountStateKey>> OutboxAsync(Participant participant) => participant.Store.ListStatesAsync(AccountStateKind.OutgoingMessage, Cancel);

    /// <summary>Not only has nothing been reported yet: there is no gap that could be.</summary>
    private async Task AssertNothingMissingAsync(Participant reader)
    {
        IReadOnlyList<AccountStateKey> keys = await reader.Store.ListStatesAsync(AccountStateKind.GroupReader, Cancel);
        Assert.NotEmpty(keys);
        foreach (AccountStateKey key in keys)
        {
            using GroupReader held = GroupReader.Read(await reader.Store.LoadStateAsync(key, Cancel));
            Assert.Empty(held.Missing);
        }

        Assert.Empty(reader.Missing);
    }
}
