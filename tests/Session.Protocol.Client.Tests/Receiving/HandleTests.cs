using System.Collections.Concurrent;
using Session.Protocol.Accounts;
using Session.Protocol.Client.Stores;

namespace Session.Protocol.Client.Tests.Receiving;

/// <summary>What a bot's author relies on: order, parallelism, back-pressure, and that no message is lost or repeated.</summary>
public sealed class HandleTests(TestNetwork network) : IClassFixture<TestNetwork>, IAsyncLifetime
{
    private static readonly HandlingOptions Quick = HandlingOptions.Default with { RetryDelay = TimeSpan.Zero };

    private readonly CancellationTokenSource _deadline = new(TestNetwork.Patience);
    private readonly CancellationTokenSource _stop = new();
    private readonly SessionIdentity _alice = SessionIdentity.Create();
    private readonly SessionIdentity _carol = SessionIdentity.Create();
    private readonly SessionIdentity _bot = SessionIdentity.Create();
    private readonly InMemoryAccountStore _store = new();

    private CancellationToken Cancel => _deadline.Token;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _alice.Dispose();
        _carol.Dispose();
        _bot.Dispose();
        _stop.Dispose();
        _deadline.Dispose();
    }

    [Fact]
    public async Task HandleAsync_TwoConversations_RunBesideEachOtherAndEachInOrder()
    {
        await using SessionClient alice = network.Connect(_alice);
        await using SessionClient carol = network.Connect(_carol);
        await using SessionClient bot = network.Connect(_bot);
        var release = new TaskCompletionSource();
        var seen = new Seen();
        Task run = bot.HandleAsync(
            async (message, _) =>
            {
                if (message.Sender == _alice.AccountId)
                {
                    await release.Task;
                }

                seen.Add(message.Text);
            },
            Quick,
            _stop.Token);
        await SendAsync(alice, "a1", "a2", "a3");
        await SendAsync(carol, "c1", "c2");

        // Carol's are handled although Alice's first one is not finished.
        await seen.WaitAsync(2, Cancel);
        Assert.Equal(["c1", "c2"], seen.Texts);
        release.SetResult();
        await seen.WaitAsync(5, Cancel);
        Assert.Equal(["a1", "a2", "a3"], seen.Texts.Skip(2));
        await StopAsync(run);
        Assert.Equal(0, bot.Receiver.Held);
        Assert.Equal(ReceiverState.Stopped, bot.Receiver.State);
    }

    [Fact]
    public async Task HandleAsync_HandlerNotReturnedWhenTheProgramDies_MessageComesAgainAndHandledOnesDoNot()
    {
        await using SessionClient alice = network.Connect(_alice);
        await using SessionClient carol = network.Connect(_carol);
        await SendAsync(alice, "one", "two", "three");
        await SendAsync(carol, "four");
        var reached = new TaskCompletionSource();
        var seen = new Seen();
        await using (SessionClient bot = network.Connect(_bot, store: _store))
        {
            Task run = bot.HandleAsync(
                async (message, token) =>
                {
                    if (message.Text == "two")
                    {
                        reached.SetResult();
                        await Task.Delay(Timeout.Infinite, token);
                    }

                    seen.Add(message.Text);
                },
                Quick with { DrainTimeout = TimeSpan.Zero },
                _stop.Token);
            await reached.Task.WaitAsync(Cancel);
            await seen.WaitAsync(2, Cancel);
            await StopAsync(run);
        }

        Assert.Equal(["four", "one"], seen.Texts.Order(StringComparer.Ordinal));
        var second = new Seen();
        using var stop = new CancellationTokenSource();
        await using SessionClient restarted = network.Connect(_bot, store: _store);
        Task rerun = restarted.HandleAsync((message, _) => second.Handle(message), Quick, stop.Token);
        await SendAsync(alice, "five");
        await second.WaitAsync(3, Cancel);
        await stop.CancelAsync();
        await rerun;
        Assert.Equal(["two", "three", "five"], second.Texts);
    }

    [Fact]
    public async Task HandleAsync_StopWhileAHandlerRuns_WaitsForItAndAcknowledges()
    {
        await using SessionClient alice = network.Connect(_alice);
        await using SessionClient bot = network.Connect(_bot, store: _store);
        await SendAsync(alice, "slow");
        var reached = new TaskCompletionSource();
        var release = new TaskCompletionSource();
        bool cancelled = false;
        Task run = bot.HandleAsync(
            async (_, token) =>
            {
                reached.SetResult();
                await release.Task;
                cancelled = token.IsCancellationRequested;
            },
            Quick,
            _stop.Token);
        await reached.Task.WaitAsync(Cancel);
        await _stop.CancelAsync();
        Assert.False(run.IsCompleted);
        release.SetResult();
        await run.WaitAsync(Cancel);

        Assert.False(cancelled);
        var next = new Seen();
        using var stop = new CancellationTokenSource();
        Task rerun = bot.HandleAsync((message, _) => next.Handle(message), Quick, stop.Token);
        await SendAsync(alice, "later");
        await next.WaitAsync(1, Cancel);
        await stop.CancelAsync();
        await rerun;
        Assert.Equal(["later"], next.Texts);
    }

    [Fact]
    public async Task HandleAsync_FullOfSlowMessages_FetchesNoMoreAndLosesNone()
    {
        await using SessionClient alice = network.Connect(_alice, TestNetwork.Eager with { SyncSentMessages = false });
        await using SessionClient bot = network.Connect(_bot);
        await SendAsync(alice, [.. Enumerable.Range(0, 12).Select(i => $"{i}")]);
        var release = new TaskCompletionSource();
        var seen = new Seen();
        Task run = bot.HandleAsync(
            async (message, _) =>
            {
                await release.Task;
                seen.Add(message.Text);
            },
            Quick with { MaxParallel = 1, MaxWaiting = 4 },
            _stop.Token);
        while (bot.Receiver.Held < 4)
        {
            Cancel.ThrowIfCancellationRequested();
            await Task.Yield();
        }

        Assert.Equal(4, bot.Receiver.Held);
        release.SetResult();
        await seen.WaitAsync(12, Cancel);
        await StopAsync(run);
        Assert.Equal(Enumerable.Range(0, 12).Select(i => $"{i}"), seen.Texts);
    }

    [Fact]
    public async Task HandleAsync_PoisonMessage_IsSetAsideAfterItsAttemptsAlsoAcrossRestartsAndCanBeTriedAgain()
    {
        await using SessionClient alice = network.Connect(_alice);
        await SendAsync(alice, "poison", "fine");
        int attempts = 0;
        await using (SessionClient first = network.Connect(_bot, store: _store))
        {
            // The first run ends after two failures, as a restart in between would.
            using var stop = new CancellationTokenSource();
            await first.HandleAsync(
                (_, _) => ++attempts == 2 ? StopThenFail(stop) : throw new FormatException("bad"),
                Quick with { MaxAttempts = 4 },
                stop.Token).WaitAsync(Cancel);
        }

        Assert.Equal(2, attempts);
        await using SessionClient bot = network.Connect(_bot, store: _store);
        MessageSetAsideEventArgs? report = null;
        bot.SetAside += (_, e) => report = e;
        var seen = new Seen();
        Task run = bot.HandleAsync(
            (message, _) => message.Text == "poison" && ++attempts > 0 ? throw new FormatException("bad") : seen.Handle(message),
            Quick with { MaxAttempts = 4 },
            _stop.Token);
        await seen.WaitAsync(1, Cancel);
        await StopAsync(run);

        Assert.Equal(["fine"], seen.Texts);
        Assert.Equal(4, attempts);
        Assert.Equal("poison", report?.Message.Text);
        Assert.Equal(4, report?.Attempts);
        Assert.IsType<FormatException>(report?.Exception);
        Assert.Equal(1, bot.Receiver.SetAside);

        // It does not come by itself, only when asked for, and then counts from the beginning.
        var again = new Seen();
        using var last = new CancellationTokenSource();
        Assert.Equal(1, await bot.RetrySetAsideAsync(Cancel));
        Assert.Equal(0, await bot.RetrySetAsideAsync(Cancel));
        Task rerun = bot.HandleAsync((message, _) => again.Handle(message), Quick, last.Token);
        await SendAsync(alice, "end");
        await again.WaitAsync(2, Cancel);
        await last.CancelAsync();
        await rerun;
        Assert.Equal(["poison", "end"], again.Texts);
        Assert.Empty(await _store.ListStatesAsync(AccountStateKind.HandlerFailures, Cancel));
        Assert.Empty(await _store.ListStatesAsync(AccountStateKind.PendingMessage, Cancel));
    }

    [Fact]
    public async Task HandleAsync_StoreFails_EndsWithItsExceptionAndAcknowledgesNothing()
    {
        await using SessionClient alice = network.Connect(_alice);
        var store = new BrokenStore(_store);
        await SendAsync(alice, "kept");
        await using (SessionClient bot = network.Connect(_bot, store: store))
        {
            await RequireBrokenAsync(bot, store, failure: null);
        }

        // The process has ended before the disk could be written: nobody knows any more that it was handled.
        store.IsBroken = false;
        await using SessionClient restarted = network.Connect(_bot, store: store);
        Assert.Equal(["kept"], await SeenAsync(restarted, 1));
    }

    [Fact]
    public async Task HandleAsync_StoreFailedAfterTheHandler_NextRunAcknowledgesFirst()
    {
        await using SessionClient alice = network.Connect(_alice);
        var store = new BrokenStore(_store);
        await using SessionClient bot = network.Connect(_bot, store: store);
        await SendAsync(alice, "handled");
        await RequireBrokenAsync(bot, store, failure: null);

        // No handler is called while the store is as it was.
        bool isCalled = false;
        Task run = bot.HandleAsync(
            (_, _) =>
            {
                isCalled = true;
                return ValueTask.CompletedTask;
            },
            Quick,
            _stop.Token);
        await Assert.ThrowsAsync<IOException>(() => run.WaitAsync(Cancel));
        Assert.False(isCalled);
        store.IsBroken = false;
        await SendAsync(alice, "next");

        Assert.Equal(["next"], await SeenAsync(bot, 1));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task HandleAsync_StoreAndHandlerFail_AttemptCountsAndMessageComesAgain(int maxAttempts)
    {
        await using SessionClient alice = network.Connect(_alice);
        var store = new BrokenStore(_store);
        await using SessionClient bot = network.Connect(_bot, store: store);
        MessageSetAsideEventArgs? report = null;
        bot.SetAside += (_, e) => report = e;
        HandlingOptions options = Quick with { MaxAttempts = maxAttempts };
        await SendAsync(alice, "poison");
        await RequireBrokenAsync(bot, store, new FormatException("bad"), options);

        store.IsBroken = false;
        await SendAsync(alice, "next");
        Assert.Equal(["poison", "next"], await SeenAsync(bot, 2, options, fails: "poison"));
        Assert.Equal("poison", report?.Message.Text);
        Assert.Equal(2, report?.Attempts);
    }

    [Fact]
    public async Task HandleAsync_Misuse_Throws()
    {
        await using SessionClient bot = network.Connect(_bot);

        await Assert.ThrowsAsync<ArgumentNullException>(() => bot.HandleAsync(null!, cancellationToken: Cancel));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => bot.HandleAsync(Nothing, Quick with { MaxAttempts = 0 }, Cancel));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => bot.HandleAsync(Nothing, Quick with { MaxWaiting = 7 }, Cancel));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => bot.HandleAsync(Nothing, Quick with { MaxRetryDelay = TimeSpan.FromDays(2) }, Cancel));
        Task run = bot.HandleAsync(Nothing, Quick, _stop.Token);
        await Assert.ThrowsAsync<InvalidOperationException>(() => bot.HandleAsync(Nothing, Quick, Cancel));
        await StopAsync(run);
    }

    private static ValueTask Nothing(ReceivedMessage message, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    private static ValueTask StopThenFail(CancellationTokenSource stop)
    {
        stop.Cancel();
        throw new FormatException("bad");
    }

    private async Task SendAsync(SessionClient from, params string[] texts)
    {
        foreach (string text in texts)
        {
            await from.SendTextAsync(_bot.AccountId, text, Cancel);
        }
    }

    /// <summary>Receives one message, and while it is handled the disk gets full.</summary>
    private async Task RequireBrokenAsync(SessionClient bot, BrokenStore store, Exception? failure, HandlingOptions? options = null)
    {
        Task run = bot.HandleAsync(
            (_, _) =>
            {
                store.IsBroken = true;
                return failure is null ? ValueTask.CompletedTask : throw failure;
            },
            options ?? Quick,
            _stop.Token);
        await Assert.ThrowsAsync<IOException>(() => run.WaitAsync(Cancel));
    }

    /// <summary>What a handler gets, which fails with one of them.</summary>
    private async Task<IReadOnlyList<string?>> SeenAsync(SessionClient bot, int count, HandlingOptions? options = null, string? fails = null)
    {
        var seen = new Seen();
        Task run = bot.HandleAsync(
            async (message, _) =>
            {
                await seen.Handle(message);
                if (message.Text == fails)
                {
                    throw new FormatException("bad");
                }
            },
            options ?? Quick,
            _stop.Token);
        await seen.WaitAsync(count, Cancel);
        await StopAsync(run);
        return seen.Texts;
    }

    private async Task StopAsync(Task run)
    {
        await _stop.CancelAsync();
        await run.WaitAsync(Cancel);
    }

    /// <summary>The texts that a handler got, and a way to wait for as many as are expected.</summary>
    private sealed class Seen
    {
        private readonly ConcurrentQueue<string?> _texts = new();
        private readonly SemaphoreSlim _arrived = new(0);
        private int _awaited;

        public IReadOnlyList<string?> Texts => [.. _texts];

        public ValueTask Handle(ReceivedMessage message)
        {
            Add(message.Text);
            return ValueTask.CompletedTask;
        }

        public void Add(string? text)
        {
            _texts.Enqueue(text);
            _arrived.Release();
        }

        public async Task WaitAsync(int count, CancellationToken cancellationToken)
        {
            for (; _awaited < count; _awaited++)
            {
                await _arrived.WaitAsync(cancellationToken);
            }
        }
    }
}
