using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Session.Protocol.Accounts;
using Session.Protocol.Client.Stores;
using Session.Protocol.Messages;
using Session.Protocol.Onion;
using Session.Protocol.Onion.Storage;
using Session.Protocol.Onion.Swarms;

namespace Session.Protocol.Client.Tests.Outbox;

public sealed class OutboxTests(TestNetwork network) : IClassFixture<TestNetwork>, IDisposable
{
    private static readonly SessionClientOptions Options = TestNetwork.Eager with
    {
        Outbox = OutboxOptions.Default with { RetryDelay = TimeSpan.FromMilliseconds(10), MaxRetryDelay = TimeSpan.FromMilliseconds(50) },
    };

    private readonly CancellationTokenSource _deadline = new(TestNetwork.Patience);
    private readonly SessionIdentity _alice = SessionIdentity.Create();
    private readonly SessionIdentity _bob = SessionIdentity.Create();
    private readonly InMemoryAccountStore _store = new();
    private readonly OnionClient _onion = network.Onion();
    private ScriptedSwarm? _swarm;

    private CancellationToken Cancel => _deadline.Token;

    private ScriptedSwarm Swarm => _swarm ??= new ScriptedSwarm(new SwarmClient(_onion));

    public void Dispose()
    {
        _alice.Dispose();
        _bob.Dispose();
        _deadline.Dispose();
    }

    [Fact]
    public async Task SendAsync_TroubleThatPasses_IsWaitedOutWithTheSameBytes()
    {
        await using SessionClient alice = Alice(Options with { SyncSentMessages = false });
        Swarm.Script = (attempt, _) => attempt < 3 ? (OnionFault.Unreachable, false) : null;

        SentMessage sent = await alice.SendTextAsync(_bob.AccountId, "in the end", Cancel);

        Assert.Equal(4, Swarm.Attempts.Count);
        Assert.All(Swarm.Attempts, x => Assert.Equal(Swarm.Attempts[0].Data, x.Data));
        Assert.Empty(await OutboxAsync());
        Assert.Equal([("in the end", sent.Hash)], await ReceivedAsync(1));
    }

    [Fact]
    public async Task SendAsync_StoredButNotAnswered_MakesNoSecondMessage()
    {
        await using SessionClient alice = Alice(Options);
        Swarm.Script = (attempt, _) => attempt == 0 ? (OnionFault.TimedOut, true) : null;

        SentMessage sent = await alice.SendTextAsync(_bob.AccountId, "once", Cancel);
        await alice.SendTextAsync(_bob.AccountId, "after", Cancel);

        // No de-duplication by the receiver was needed: the swarm holds two messages.
        SwarmPoll inBox = await Swarm.RetrieveAsync(new SwarmQuery(_bob.AccountId, [SwarmNamespace.Default]) { Credentials = SwarmCredentials.ForAccount(_bob) }, Cancel);
        Assert.Equal(2, inBox.Namespaces.Single().Messages.Count);
        Assert.Equal(["once", "after"], (await ReceivedAsync(2)).Select(x => x.Text));
        Assert.Equal(sent.Hash, (await ReceivedAsync(1))[0].Hash);
    }

    [Fact]
    public async Task SendAsync_BeforeAnythingLeaves_MessageAndCopyAreInTheStore()
    {
        await using SessionClient alice = Alice(Options);
        int kept = -1;
        Swarm.Before = async () => kept = kept < 0 ? (await OutboxAsync()).Count : kept;

        await alice.SendTextAsync(_bob.AccountId, "kept", Cancel);

        Assert.Equal(2, kept);
        Assert.Empty(await OutboxAsync());
    }

    [Fact]
    public async Task SendAsync_Refused_ThrowsAndForgetsMessageAndCopy()
    {
        await using SessionClient alice = Alice(Options);
        Swarm.Script = (_, _) => (OnionFault.Rejected, false);

        OnionException e = await Assert.ThrowsAsync<OnionException>(() => alice.SendTextAsync(_bob.AccountId, "no", Cancel).AsTask());

        Assert.Equal(OnionFault.Rejected, e.Fault);
        Assert.Single(Swarm.Attempts);
        Assert.Empty(await OutboxAsync());
    }

    [Fact]
    public async Task SendAsync_StoredButTheOutboxCannotBeCleared_CountsAsSentAndGoesOutOnce()
    {
        var disk = new Receiving.BrokenStore(_store);
        var log = new EventGate(3016);
        await using (SessionClient alice = new(_alice, _onion, Options with { SyncSentMessages = false }, disk, Swarm, logger: log.CreateLogger<SessionClient>()))
        {
            Swarm.Before = () => Task.FromResult(disk.FailsNext = true);
            await alice.SendTextAsync(_bob.AccountId, "once", Cancel);
        }

        await log.Happened.WaitAsync(Cancel);
        Assert.Single(await OutboxAsync());
        Swarm.Before = () => Task.CompletedTask;
        await using SessionClient restarted = Alice(Options);
        await restarted.SendTextAsync(_bob.AccountId, "after", Cancel);

        Assert.Equal(["once", "after"], (await ReceivedAsync(2)).Select(x => x.Text));
        SwarmPoll inBox = await Swarm.RetrieveAsync(new SwarmQuery(_bob.AccountId, [SwarmNamespace.Default]) { Credentials = SwarmCredentials.ForAccount(_bob) }, Cancel);
        Assert.Equal(2, inBox.Namespaces.Single().Messages.Count);
    }

    [Fact]
    public async Task SendAsync_WaitCancelled_MessageGoesOutAllTheSame()
    {
        await using SessionClient alice = Alice(Options with { SyncSentMessages = false });
        using var wait = new CancellationTokenSource();
        bool isDown = true;
        Swarm.Script = (_, _) => Volatile.Read(ref isDown) ? (OnionFault.Unreachable, false) : null;
        Swarm.Before = wait.CancelAsync;

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => alice.SendTextAsync(_bob.AccountId, "later", wait.Token).AsTask());
        Volatile.Write(ref isDown, false);

        Assert.Equal("later", (await ReceivedAsync(1))[0].Text);
    }

    [Fact]
    public async Task SendAsync_ProcessEnds_NextRunSendsMessageAndCopyOnce()
    {
        Swarm.Script = (_, _) => (OnionFault.Unreachable, false);
        await using (SessionClient alice = Alice(Options))
        {
            QueuedMessage queued = await alice.EnqueueAsync(_bob.AccountId, new TextMessage("survives"), cancellationToken: Cancel);
            await alice.DisposeAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => queued.Sent);
        }

        Assert.Equal(2, (await OutboxAsync()).Count);
        Swarm.Script = (_, _) => null;
        await using SessionClient restarted = Alice(Options);
        await restarted.SendTextAsync(_bob.AccountId, "next", Cancel);

        Assert.Equal(["next", "survives"], (await ReceivedAsync(2)).Select(x => x.Text).Order());
        Assert.Equal(["next", "survives"], (await ReceivedAsync(2, network.Connect(_alice))).Select(x => x.Text).Order());
    }

    [Fact]
    public async Task ReceiveAsync_ProcessEndedBefore_TakesTheOutboxUp()
    {
        Swarm.Script = (_, _) => (OnionFault.Unreachable, false);
        await using (SessionClient alice = Alice(Options))
        {
            await alice.EnqueueAsync(_bob.AccountId, new TextMessage("survives"), cancellationToken: Cancel);
        }

        Swarm.Script = (_, _) => null;
        await using SessionClient restarted = Alice(Options);
        await using IAsyncEnumerator<ReceivedMessage> inbox = restarted.ReceiveAsync(Cancel).GetAsyncEnumerator(Cancel);
        ValueTask<bool> next = inbox.MoveNextAsync();

        Assert.Equal("survives", (await ReceivedAsync(1))[0].Text);
        await using SessionClient bob = network.Connect(_bob);
        await bob.SendTextAsync(_alice.AccountId, "thanks", Cancel);
        Assert.True(await next);
    }

    [Fact]
    public async Task EnqueueAsync_NetworkDown_ReturnsAndSendsLater()
    {
        await using SessionClient alice = Alice(Options);
        bool isDown = true;
        Swarm.Script = (_, _) => Volatile.Read(ref isDown) ? (OnionFault.NoPath, false) : null;

        QueuedMessage queued = await alice.EnqueueAsync(_bob.AccountId, new TextMessage("queued"), cancellationToken: Cancel);
        Assert.False(queued.Sent.IsCompleted);
        Volatile.Write(ref isDown, false);
        SentMessage sent = await queued.Sent.WaitAsync(Cancel);

        Assert.Equal(queued.Hash, sent.Hash);
        Assert.Equal([("queued", queued.Hash)], await ReceivedAsync(1));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task EnqueueAsync_Answer_HandlesTheQuestionInTheSameCommit(bool ratchet)
    {
        SessionClientOptions options = Options with { SyncSentMessages = false, Ratchet = RatchetOptions.Default with { Enabled = ratchet } };
        var bobs = new InMemoryAccountStore();
        await using (SessionClient bob = network.Connect(_bob, options))
        {
            await using SessionClient alice = Alice(options);
            await bob.SendTextAsync(_alice.AccountId, "question", Cancel);
            await using IAsyncEnumerator<ReceivedMessage> inbox = alice.ReceiveAsync(Cancel).GetAsyncEnumerator(Cancel);
            Assert.True(await inbox.MoveNextAsync());
            await alice.EnqueueAsync(_bob.AccountId, new TextMessage("answer"), inbox.Current, Cancel);

            // The enumeration ends here without having asked for the next message, as in a crash.
        }

        await using SessionClient again = Alice(options);
        await using SessionClient other = network.Connect(_bob, options, bobs);
        await other.SendTextAsync(_alice.AccountId, "second question", Cancel);

        // It stays until the answer has arrived: that goes out while it receives.
        await using IAsyncEnumerator<ReceivedMessage> questions = again.ReceiveAsync(Cancel).GetAsyncEnumerator(Cancel);
        Assert.True(await questions.MoveNextAsync());
        Assert.Equal("second question", questions.Current.Text);
        Assert.Contains("answer", (await ReceivedAsync(1, other)).Select(x => x.Text));
    }

    [Fact]
    public async Task SendAsync_TypingIndicator_IsTriedOnceAndNotKept()
    {
        await using SessionClient alice = Alice(Options with { Conversations = new() { TypingIndicators = true } });
        int kept = 0;
        Swarm.Before = async () => kept += (await OutboxAsync()).Count;
        Swarm.Script = (_, _) => (OnionFault.Unreachable, false);

        await Assert.ThrowsAsync<OnionException>(() => alice.SendAsync(_bob.AccountId, new TypingIndicator { IsTyping = true }, Cancel).AsTask());

        Assert.Single(Swarm.Attempts);
        Assert.Equal(0, kept);
    }

    [Fact]
    public async Task SendAsync_LongTrouble_PausesGrowToTheLongestAndEndWithTheMessagesLifetime()
    {
        var time = new WatchedTime();
        var log = new DelayLog();
        Swarm.Script = (_, _) => (OnionFault.TimedOut, false);
        var store = new InMemoryAccountStore(time);
        await using var outbox = new Client.Outbox.MessageOutbox(Swarm, store, new FakeNetworkClock(time), time, new FixedRandom(), OutboxOptions.Default, log);
        var part = new Client.Outbox.OutgoingPart(1, 0, _bob.AccountId, SwarmNamespace.Default, false, TimeSpan.FromHours(1), time.GetUtcNow().AddHours(1), [1]);
        var message = new Client.Outbox.OutgoingMessage(_bob.AccountId, 1, Protection.Sealed, IsKept: true, [part]);
        await store.CommitAsync(message.ToChanges(_alice.AccountId), Cancel);

        Task<Onion.Storage.Results.StoreResult> stored = outbox.Deliver(message).FirstStoredAsync();
        while (await Task.WhenAny(stored, time.TimerMade.WaitAsync(Cancel)) != stored)
        {
            time.Advance(log.Delays[^1]);
        }

        await Assert.ThrowsAsync<OnionException>(() => stored);
        Assert.True(time.GetUtcNow() >= part.GiveUpAt);

        // Half of what can be taken off by chance is.
        double[] expected = [.. Enumerable.Range(1, log.Delays.Count).Select(x => Math.Min(Math.Pow(2, x), 300) * 0.75)];
        Assert.Equal(expected, log.Delays.Select(x => Math.Round(x.TotalSeconds, 1)));
        Assert.Contains(225, expected);
    }

    [Fact]
    public async Task SendAsync_ClockWentBackBetweenRuns_NoTimeIsGivenTwice()
    {
        DateTimeOffset ahead = DateTimeOffset.UtcNow.AddSeconds(5);
        long first = await SentAtAsync(ahead), second = await SentAtAsync(ahead.AddSeconds(-3)), third = await SentAtAsync(ahead.AddSeconds(-3));

        Assert.True(first < second && second < third, $"{first}, {second}, {third}");

        // A clock that is right again decides.
        long later = await SentAtAsync(ahead.AddHours(1));
        Assert.Equal(ahead.AddHours(1).ToUnixTimeMilliseconds(), later);

        async Task<long> SentAtAsync(DateTimeOffset now)
        {
            var onion = new ClockedOnion(_onion, new FakeNetworkClock(new FakeTimeProvider(now)));
            Swarm.Script = (_, _) => (OnionFault.Unreachable, false);
            await using var alice = new SessionClient(_alice, onion, Options, _store, Swarm);
            return (await alice.EnqueueAsync(_bob.AccountId, new TextMessage("when?"), cancellationToken: Cancel)).SentAt.ToUnixTimeMilliseconds();
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task DeleteForEveryoneAsync_StillInTheOutbox_NeverLeaves(bool afterARestart)
    {
        Swarm.Script = (_, _) => (OnionFault.Unreachable, false);
        QueuedMessage oops;
        string[] held;
        await using (SessionClient alice = Alice(Options))
        {
            oops = await alice.EnqueueAsync(_bob.AccountId, new TextMessage("oops"), cancellationToken: Cancel);
            held = [.. (await OutboxAsync()).Select(x => x.Name)];
            await AttemptedAsync(1);
            if (!afterARestart)
            {
                await DeleteAsync(alice, oops, held);
                await Assert.ThrowsAnyAsync<OperationCanceledException>(() => oops.Sent.WaitAsync(Cancel));
            }
        }

        await using (SessionClient alice = Alice(Options))
        {
            if (afterARestart)
            {
                await DeleteAsync(alice, oops, held);
            }

            Swarm.Script = (_, _) => null;
            await alice.SendTextAsync(_bob.AccountId, "next", Cancel);
            Assert.Equal([null, "next"], (await ReceivedAsync(2)).Select(x => x.Text).Order());
            Assert.Equal([null, "next"], (await ReceivedAsync(2, network.Connect(_alice))).Select(x => x.Text).Order());
        }

        Assert.Equal(2, held.Length);
        Assert.Empty(await OutboxAsync());
    }

    [Fact]
    public async Task DeleteForEveryoneAsync_StoredButNotTheCopy_AsksAndTheCopyNeverLeaves()
    {
        await using SessionClient alice = Alice(Options);
        Swarm.Script = (_, account) => account == _alice.AccountId ? (OnionFault.Unreachable, false) : null;
        SentMessage sent = await alice.SendTextAsync(_bob.AccountId, "oops", Cancel);
        Assert.Single(await OutboxAsync());

        // The request is asked for as well of the own devices, and that may go out.
        int before = Swarm.Attempts.Count;
        ValueTask<SentMessage> deleting = alice.Conversations.Open(_bob.AccountId).DeleteForEveryoneAsync(sent.OwnCopy, Cancel);
        await AttemptedAsync(before + 2);
        Swarm.Script = (_, _) => null;
        await deleting;

        Assert.Equal(["oops", null], (await ReceivedAsync(2)).Select(x => x.Text));
        Assert.Equal([null], (await ReceivedAsync(1, network.Connect(_alice))).Select(x => x.Text));
    }

    [Fact]
    public async Task DeleteForMeAsync_StillInTheOutbox_GoesToTheRecipientOnly()
    {
        await using SessionClient alice = Alice(Options);
        bool isDown = true;
        Swarm.Script = (_, _) => Volatile.Read(ref isDown) ? (OnionFault.Unreachable, false) : null;
        QueuedMessage queued = await alice.EnqueueAsync(_bob.AccountId, new TextMessage("not for my eyes"), cancellationToken: Cancel);

        ValueTask<SentMessage> deleting = alice.Conversations.Open(_bob.AccountId).DeleteForMeAsync(queued.OwnCopy, Cancel);

        // The first that goes to the own devices is the request, and it goes when it is in the store in the copy's place.
        await Swarm.UntilAttemptedAsync(made => made.Any(x => x.Account == _alice.AccountId), Cancel);
        Assert.DoesNotContain(await OutboxAsync(), x => x.Name.EndsWith(queued.OwnCopy.Hash!, StringComparison.Ordinal));
        Volatile.Write(ref isDown, false);
        await deleting;
        await queued.Sent.WaitAsync(Cancel);

        Assert.Equal([("not for my eyes", queued.Hash)], await ReceivedAsync(1));
        Assert.Equal([null], (await ReceivedAsync(1, network.Connect(_alice))).Select(x => x.Text));
        Assert.DoesNotContain(Swarm.Attempts, x => HashOf(x) == queued.OwnCopy.Hash);
    }

    [Fact]
    public async Task DeleteForEveryoneAsync_TheRequestCannotBeKept_TheMessageNeverLeavesAllTheSame()
    {
        var disk = new Receiving.BrokenStore(_store);
        await using SessionClient alice = new(_alice, _onion, Options, disk, Swarm);
        Swarm.Script = (_, _) => (OnionFault.Unreachable, false);
        QueuedMessage oops = await alice.EnqueueAsync(_bob.AccountId, new TextMessage("oops"), cancellationToken: Cancel);

        disk.FailsNext = true;
        await Assert.ThrowsAsync<IOException>(() => alice.Conversations.Open(_bob.AccountId).DeleteForEveryoneAsync(oops.OwnCopy, Cancel).AsTask());

        Assert.Empty(await OutboxAsync());
    }

    [Fact]
    public void Outbox_OptionsOutOfRange_AreRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Alice(Options with { Outbox = OutboxOptions.Default with { RetryDelay = TimeSpan.Zero } }));
        Assert.Throws<ArgumentOutOfRangeException>(() => Alice(Options with { Outbox = OutboxOptions.Default with { MaxRetryDelay = TimeSpan.FromSeconds(1) } }));
        Assert.Throws<ArgumentOutOfRangeException>(() => Alice(Options with { Outbox = null! }));
    }

    /// <summary>Begins to delete a message while the network is down, and waits until that is in the store.</summary>
    private async Task DeleteAsync(SessionClient alice, QueuedMessage message, string[] held)
    {
        using var wait = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        ValueTask<SentMessage> deleting = alice.Conversations.Open(_bob.AccountId).DeleteForEveryoneAsync(message.OwnCopy, wait.Token);

        // The first that is none of the message's pieces is the request, which is in the same commit.
        await Swarm.UntilAttemptedAsync(made => made.Any(x => !held.Any(y => y.EndsWith(HashOf(x), StringComparison.Ordinal))), Cancel);
        IReadOnlyList<AccountStateKey> kept = await OutboxAsync();
        Assert.Equal(2, kept.Count);
        Assert.Empty(kept.Select(x => x.Name).Intersect(held));
        await wait.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => deleting.AsTask());
    }

    private Task AttemptedAsync(int attempts) => Swarm.UntilAttemptedAsync(made => made.Count >= attempts, Cancel);

    private static string HashOf((AccountId Account, SwarmNamespace Space, byte[] Data) piece) => MessageHash.Compute(piece.Account, piece.Space, piece.Data);

    private SessionClient Alice(SessionClientOptions options) => new(_alice, _onion, options, _store, Swarm);

    private ValueTask<IReadOnlyList<AccountStateKey>> OutboxAsync() => _store.ListStatesAsync(AccountStateKind.OutgoingMessage, Cancel);

    private Task<List<(string? Text, string Hash)>> ReceivedAsync(int count) => ReceivedAsync(count, network.Connect(_bob));

    private async Task<List<(string? Text, string Hash)>> ReceivedAsync(int count, SessionClient client)
    {
        await using (client)
        {
            var received = new List<(string?, string)>();
            await foreach (ReceivedMessage message in client.ReceiveAsync(Cancel))
            {
                // The acceptance of a request goes out beside the first answer.
                if (message.Content is not MessageRequestResponse)
                {
                    received.Add((message.Text, message.Hash));
                }

                if (received.Count == count)
                {
                    break;
                }
            }

            return received;
        }
    }

    /// <summary>The network with a clock of the test's own.</summary>
    private sealed class ClockedOnion(IOnionClient onion, INetworkClock clock) : IOnionClient
    {
        public Onion.Nodes.INodeDirectory Nodes => onion.Nodes;

        public INetworkClock Clock => clock;

        public ValueTask<Onion.Requests.OnionResponse> SendToNodeAsync(Onion.Nodes.ServiceNode destination, ReadOnlyMemory<byte> body, CancellationToken cancellationToken = default) =>
            onion.SendToNodeAsync(destination, body, cancellationToken);

        public ValueTask<Onion.Requests.ServerResponse> SendToServerAsync(
            Onion.Requests.OnionServer server, Onion.Requests.ServerRequest request, CancellationToken cancellationToken = default) => onion.SendToServerAsync(server, request, cancellationToken);
    }

    private sealed class FakeNetworkClock(TimeProvider time) : INetworkClock
    {
        public TimeSpan Offset => TimeSpan.Zero;

        public DateTimeOffset Now => time.GetUtcNow();

        public long NowMilliseconds => Now.ToUnixTimeMilliseconds();

        public void Observe(Ed25519PublicKey node, long nodeMilliseconds)
        {
        }

        public ValueTask ResynchroniseAsync(CancellationToken cancellationToken = default) => ValueTask.CompletedTask;
    }

    /// <summary>Says when somebody waits, so that time passes only then.</summary>
    private sealed class WatchedTime() : FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(56))
    {
        public SemaphoreSlim TimerMade { get; } = new(0);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            ITimer timer = base.CreateTimer(callback, state, dueTime, period);
            TimerMade.Release();
            return timer;
        }
    }

    private sealed class FixedRandom : Cryptography.IRandomSource
    {
        public void Fill(Span<byte> destination)
        {
            destination.Clear();
            destination[^1] = 0x80;
        }
    }

    /// <summary>The pauses that the outbox announces.</summary>
    private sealed class DelayLog : ILogger
    {
        public List<TimeSpan> Delays { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Delays.AddRange((state as IReadOnlyList<KeyValuePair<string, object?>> ?? []).Where(x => x.Value is TimeSpan).Select(x => (TimeSpan)x.Value!));
    }
}
