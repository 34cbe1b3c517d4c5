using Session.Protocol.Accounts;
using Session.Protocol.Client.Ratchet;
using Session.Protocol.Client.Stores;
using Session.Protocol.Client.Tests.Outbox;
using Session.Protocol.Client.Tests.Receiving;
using Session.Protocol.Onion;
using Session.Protocol.Onion.Swarms;

namespace Session.Protocol.Client.Tests.Ratchet;

public sealed class RatchetRecoveryTests(TestNetwork network) : RatchetTestBase(network)
{
    [Fact]
    public async Task ReceiveAsync_DeviceThatLostItsState_ReportsTheMessageAndGetsItAgainOnce()
    {
        (Device alice, Device bob) = await TalkAsync();
        await bob.LoseStateAsync();
        SentMessage lost = await alice.SendAsync(bob, "lost");
        Task<ReceivedMessage> aliceListens = alice.NextAsync();

        var seen = new List<ReceivedMessage>();
        do
        {
            seen.Add(await bob.NextAsync());
        }
        while (seen[^1].Text != "lost");

        await bob.SendAsync(alice, "got it");
        Assert.Equal("got it", (await aliceListens).Text);
        SentMessage next = await alice.SendAsync(bob, "next");
        while (seen[^1].Text != "next")
        {
            seen.Add(await bob.NextAsync());
        }

        Assert.Equal(Protection.Ratchet, next.Protection);
        UndecryptableMessageEventArgs report = Assert.Single(bob.Undecryptable, x => x.SentAt == lost.SentAt);
        Assert.Equal((UndecryptableReason.NotForThisDevice, true, alice.Id), (report.Reason, report.IsRequested, report.Sender));
        Assert.All(["lost", "got it", "next"], text => Assert.True(seen.Count(x => x.Text == text) <= 1));
        Assert.Empty(alice.Undecryptable);
    }

    [Fact]
    public async Task ReceiveAsync_SessionLost_StartsAFreshOneAndGetsTheMessageAgain()
    {
        (Device alice, Device bob) = await TalkAsync();
        await ForgetSessionsAsync(bob);
        SentMessage lost = await alice.SendAsync(bob, "lost");
        Task<ReceivedMessage> aliceListens = alice.NextAsync();

        ReceivedMessage again = await bob.NextAsync("lost");
        await bob.SendAsync(alice, "healed");

        Assert.Equal("healed", (await aliceListens).Text);
        Assert.Equal((lost.SentAt, Protection.Ratchet), (again.SentAt, again.Protection));
        Assert.Equal(UndecryptableReason.NoSession, Assert.Single(bob.Undecryptable).Reason);
        Assert.Equal(Protection.Ratchet, (await alice.SendAsync(bob, "on we go")).Protection);
        await bob.NextAsync("on we go");
        Assert.Single(bob.Undecryptable);
    }

    [Fact]
    public async Task ReceiveAsync_KilledWhileItSendsAgain_TheNextRunSendsAgainAndOnce()
    {
        (Device alice, Device bob) = await TalkAsync();
        await ForgetSessionsAsync(bob);
        SentMessage lost = await alice.SendAsync(bob, "lost");
        Task<ReceivedMessage> again = bob.NextAsync("lost");
        await using OnionClient onion = Network.Onion();
        var swarm = new ScriptedSwarm(new SwarmClient(onion)) { Script = (_, account) => account == Bob.AccountId ? (OnionFault.Unreachable, false) : null };
        await alice.DisposeAsync();
        using (var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel))
        {
            await using var killed = new SessionClient(Alice, onion, Device.Ratcheting, alice.Store, swarm);
            Task run = killed.HandleAsync((_, _) => ValueTask.CompletedTask, cancellationToken: stop.Token);
            await swarm.UntilAttemptedAsync(attempts => attempts.Any(x => x.Account == Bob.AccountId), Cancel);

            await stop.CancelAsync();
            await run;
        }

        Assert.False(again.IsCompleted);
        alice.Start();
        await alice.SendAsync(bob, "next");

        Assert.Equal((lost.SentAt, Protection.Ratchet), ((await again).SentAt, (await again).Protection));
        await bob.NextAsync("next");
    }

    [Fact]
    public async Task ReceiveAsync_StoreFailsWhenItAsks_TheNextRunAsks()
    {
        (Device alice, Device bob) = await TalkAsync();
        await ForgetSessionsAsync(bob);
        await bob.DisposeAsync();
        await alice.SendAsync(bob, "lost");
        Task<ReceivedMessage> aliceListens = alice.NextAsync();

        var disk = new BrokenStore(bob.Store) { Fails = changes => changes.States.Any(x => x.Key.Kind == AccountStateKind.OutgoingMessage) };
        await using (SessionClient full = Network.Connect(Bob, Device.Ratcheting, disk))
        {
            await Assert.ThrowsAsync<IOException>(() => full.HandleAsync((_, _) => ValueTask.CompletedTask, cancellationToken: Cancel));
        }

        bob.Start();
        await bob.NextAsync("lost");
        await bob.SendAsync(alice, "got it");
        Assert.Equal("got it", (await aliceListens).Text);
    }

    [Fact]
    public async Task ReceiveAsync_SessionWithABlockedContactLost_IsNeitherReportedNorAskedFor()
    {
        (Device alice, Device bob) = await TalkAsync();
        await ForgetSessionsAsync(bob);
        await bob.Client.Conversations.Open(alice.Id).BlockAsync(Cancel);

        await alice.SendAsync(bob, "lost");
        using var carolsIdentity = SessionIdentity.Create();
        Device carol = Start(carolsIdentity);
        await carol.SendAsync(bob, "end");
        await bob.NextAsync("end");

        Assert.Empty(bob.Undecryptable);
    }

    [Fact]
    public async Task DeleteForEveryoneAsync_KeptForADeviceThatLosesItsState_IsForgotten()
    {
        (Device alice, Device bob) = await TalkAsync();
        SentMessage sent = await alice.SendAsync(bob, "oops");
        AccountStateKey kept = RatchetMemory.KeptKey(bob.Id, sent.Reference.SentTimestampMs);
        Assert.Contains(kept, await alice.Store.ListStatesAsync(AccountStateKind.SentMessage, Cancel));

        await alice.Client.Conversations.Open(bob.Id).DeleteForEveryoneAsync(sent.OwnCopy, Cancel);

        Assert.DoesNotContain(kept, await alice.Store.ListStatesAsync(AccountStateKind.SentMessage, Cancel));
    }

    [Fact]
    public async Task ReceiveAsync_SessionsLostAgainAndAgain_AsksOnceInAnHour()
    {
        (Device alice, Device bob) = await TalkAsync();
        using SessionIdentity other = SessionIdentity.Create();
        Device carol = Start(other, TestNetwork.Eager);
        Task<ReceivedMessage> aliceListens = alice.NextAsync();
        await ForgetSessionsAsync(bob);
        await alice.SendAsync(bob, "first");
        await bob.NextAsync("first");
        await bob.SendAsync(alice, "healed");
        Assert.Equal("healed", (await aliceListens).Text);
        aliceListens = alice.NextAsync();

        await ForgetSessionsAsync(bob);
        await alice.SendAsync(bob, "second");
        await carol.SendAsync(bob, "third");
        await bob.NextAsync("third");
        await bob.SendAsync(alice, "end");

        // The second loss is reported and not asked for: two sides that forget all the time do not keep each other busy.
        Assert.Equal("end", (await aliceListens).Text);
        Assert.Equal([true, false], bob.Undecryptable.Select(x => x.IsRequested));
    }

    [Fact]
    public async Task SendAsync_AfterTheSenderLostItsState_ArrivesInAFreshSession()
    {
        (Device alice, Device bob) = await TalkAsync();
        await alice.LoseStateAsync();

        SentMessage sent = await alice.SendAsync(bob, "new device");
        await bob.NextAsync("new device");
        await bob.SendAsync(alice, "welcome back");
        ReceivedMessage answer;
        do
        {
            answer = await alice.NextAsync();
        }
        while (answer.Text != "welcome back");

        Assert.Equal(Protection.Sealed, sent.Protection);
        Assert.Equal(Protection.Ratchet, answer.Protection);
        Assert.Empty(bob.Undecryptable);
    }

    [Fact]
    public async Task ReceiveAsync_CrashBeforeTheHandlerIsDone_HandsTheMessageOutOnceMore()
    {
        (Device alice, Device bob) = await TalkAsync();
        await alice.SendAsync(bob, "interrupted");
        await alice.SendAsync(bob, "after");

        ReceivedMessage before = await bob.NextAsync("interrupted");
        await bob.RestartAsync();
        ReceivedMessage again = await bob.NextAsync("interrupted");
        await bob.NextAsync("after");
        await alice.SendAsync(bob, "later");
        await bob.NextAsync("later");

        Assert.Equal(before, again);
        Assert.Equal(Protection.Ratchet, again.Protection);
        Assert.Empty(bob.Undecryptable);
    }

    private static async Task ForgetSessionsAsync(Device device)
    {
        IReadOnlyList<AccountStateKey> keys = await device.Store.ListStatesAsync(AccountStateKind.Session);
        await device.Store.CommitAsync(new AccountChanges { States = [.. keys.Select(x => new AccountState(x, default))] });
    }
}
