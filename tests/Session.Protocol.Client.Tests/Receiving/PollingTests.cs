using Microsoft.Extensions.Time.Testing;
using Session.Protocol.Accounts;
using Session.Protocol.Client.Stores;
using Session.Protocol.Client.Tests.Outbox;
using Session.Protocol.Messages;
using Session.Protocol.Onion;
using Session.Protocol.Onion.Storage;
using Session.Protocol.Onion.Swarms;
using Session.Protocol.Sealing;

namespace Session.Protocol.Client.Tests.Receiving;

/// <summary>What nodes do must neither end receiving nor repeat a message.</summary>
public sealed class PollingTests(TestNetwork network) : IClassFixture<TestNetwork>, IDisposable
{
    private readonly CancellationTokenSource _deadline = new(TestNetwork.Patience);
    private readonly SessionIdentity _alice = SessionIdentity.Create();
    private readonly SessionIdentity _bot = SessionIdentity.Create();

    private CancellationToken Cancel => _deadline.Token;

    public void Dispose()
    {
        _alice.Dispose();
        _bot.Dispose();
        _deadline.Dispose();
    }

    [Theory]
    [InlineData(OnionFault.Unauthorized)]
    [InlineData(OnionFault.Rejected)]
    [InlineData(OnionFault.NotFound)]
    public async Task ReceiveAsync_NodeRefusesWhatItMustNot_GoesOn(OnionFault fault)
    {
        await using OnionClient onion = network.Onion();
        var swarm = new ScriptedLooks(new SwarmClient(onion));
        swarm.Next(_ => throw new OnionException(fault, "Go away."));
        await using var bot = new SessionClient(_bot, onion, TestNetwork.Eager, swarm: swarm);
        await using SessionClient alice = network.Connect(_alice);
        await alice.SendTextAsync(_bot.AccountId, "all the same", Cancel);
        await using IAsyncEnumerator<ReceivedMessage> inbox = bot.ReceiveAsync(Cancel).GetAsyncEnumerator(Cancel);

        Assert.True(await inbox.MoveNextAsync());
        Assert.Equal("all the same", inbox.Current.Text);
        Assert.Equal(0, bot.Receiver.Failures);
        Assert.NotNull(bot.Receiver.LastPoll);
    }

    [Fact]
    public async Task ReceiveAsync_NodesAlwaysHaveMore_APauseComesAndThenTheMessages()
    {
        var time = new PausedTime();
        await using OnionClient onion = network.Onion();
        int looks = 0;
        var swarm = new ScriptedSwarm(new SwarmClient(onion))
        {
            Answer = (_, poll) => Interlocked.Increment(ref looks) > 100
                ? throw new InvalidOperationException("It looks for ever.")
                : poll with { Namespaces = [.. poll.Namespaces.Select(x => x with { HasMore = true })] },
        };
        var options = SessionClientOptions.Default with { PollInterval = PausedTime.Pause, IdlePollInterval = PausedTime.Pause, MaxPollDelay = PausedTime.Pause };
        await using var bot = new SessionClient(_bot, onion, options, swarm: swarm, timeProvider: time);
        await using IAsyncEnumerator<ReceivedMessage> inbox = bot.ReceiveAsync(Cancel).GetAsyncEnumerator(Cancel);
        Task<bool> next = inbox.MoveNextAsync().AsTask();

        await await Task.WhenAny(time.Paused.WaitAsync(Cancel), next);
        Assert.Equal(8, looks);
        await using SessionClient alice = network.Connect(_alice);
        await alice.SendTextAsync(_bot.AccountId, "at last", Cancel);
        time.Advance(2 * PausedTime.Pause);

        Assert.True(await next);
        Assert.Equal("at last", inbox.Current.Text);
    }

    [Fact]
    public async Task ReceiveAsync_LookNeverEnds_IsGivenUpAndReported()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using OnionClient onion = network.Onion();
        var swarm = new ScriptedLooks(new SwarmClient(onion));
        var hangs = new TaskCompletionSource();
        swarm.Next(token =>
        {
            hangs.SetResult();
            return Task.Delay(Timeout.Infinite, token);
        });
        var log = new EventGate(eventId: 3003);
        await using var bot = new SessionClient(_bot, onion, TestNetwork.Eager, swarm: swarm, timeProvider: time, logger: new Logger(log));
        await using SessionClient alice = network.Connect(_alice);
        await alice.SendTextAsync(_bot.AccountId, "at last", Cancel);
        await using IAsyncEnumerator<ReceivedMessage> inbox = bot.ReceiveAsync(Cancel).GetAsyncEnumerator(Cancel);
        ValueTask<bool> next = inbox.MoveNextAsync();
        await hangs.Task.WaitAsync(Cancel);

        time.Advance(TimeSpan.FromMinutes(2));
        await log.Happened.WaitAsync(Cancel);
        Assert.Equal(OnionFault.TimedOut, bot.Receiver.LastFault);
        while (!next.IsCompleted)
        {
            Cancel.ThrowIfCancellationRequested();
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        Assert.True(await next);
        Assert.Equal("at last", inbox.Current.Text);
    }

    [Fact]
    public async Task HandleAsync_TwinArrivesWhileTheFirstIsHandled_IsHandledOnceAndBothAreAcknowledged()
    {
        await using OnionClient onion = network.Onion();
        var real = new SwarmClient(onion);
        long time = onion.Clock.NowMilliseconds;
        byte[] content = ContentCodec.Encode(new TextMessage("once"), time);
        string[] hashes = [await StoreAsync(), await StoreAsync()];
        var store = new InMemoryAccountStore();
        await using var bot = new SessionClient(_bot, onion, TestNetwork.Eager, store, real);
        await using SessionClient alice = network.Connect(_alice);
        await alice.SendTextAsync(_bot.AccountId, "other", Cancel);
        var release = new TaskCompletionSource();
        var texts = new List<string?>();
        using var stop = new CancellationTokenSource();
        Task run = bot.HandleAsync(
            async (message, _) =>
            {
                await release.Task;
                texts.Add(message.Text);
                if (message.Text == "other")
                {
                    await stop.CancelAsync();
                }
            },
            cancellationToken: stop.Token);
        while (bot.Receiver.Held < 2)
        {
            Cancel.ThrowIfCancellationRequested();
            await Task.Yield();
        }

        Assert.False(await store.IsHashHandledAsync(hashes[0], Cancel));
        Assert.False(await store.IsHashHandledAsync(hashes[1], Cancel));
        release.SetResult();
        await run.WaitAsync(Cancel);
        Assert.Equal(["once", "other"], texts);
        Assert.True(await store.IsHashHandledAsync(hashes[0], Cancel));
        Assert.True(await store.IsHashHandledAsync(hashes[1], Cancel));

        async Task<string> StoreAsync() => (await real.StoreAsync(
            _bot.AccountId, SwarmNamespace.Default, SealedMessage.Seal(content, _alice, _bot.AccountId, time), TimeSpan.FromMinutes(1), cancellationToken: Cancel)).Hash;
    }

    /// <summary>The gate as the typed logger that a client takes.</summary>
    private sealed class Logger(EventGate gate) : Microsoft.Extensions.Logging.ILogger<SessionClient>
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(Microsoft.Extensions.Logging.LogLevel logLevel) => true;

        public void Log<TState>(
            Microsoft.Extensions.Logging.LogLevel logLevel, Microsoft.Extensions.Logging.EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            gate.Log(logLevel, eventId, state, exception, formatter);
    }

    /// <summary>Says when the receiver pauses; time passes only when the test says so.</summary>
    private sealed class PausedTime() : FakeTimeProvider(DateTimeOffset.UtcNow)
    {
        public static readonly TimeSpan Pause = TimeSpan.FromMinutes(10);

        private readonly TaskCompletionSource _paused = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Paused => _paused.Task;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            ITimer timer = base.CreateTimer(callback, state, dueTime, period);
            if (dueTime >= Pause / 2)
            {
                _paused.TrySetResult();
            }

            return timer;
        }
    }
}
