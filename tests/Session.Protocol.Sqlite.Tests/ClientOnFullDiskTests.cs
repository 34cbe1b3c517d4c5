using System.Threading.Channels;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Session.Protocol.Accounts;
using Session.Protocol.Client;
using Session.Protocol.Client.Stores;
using Session.Protocol.Crash;
using Session.Protocol.Hosting;
using Session.Protocol.LocalNetwork;
using Session.Protocol.Messages;
using Session.Protocol.Onion;

namespace Session.Protocol.Sqlite.Tests;

/// <summary>A client, and a bot in a host, whose disk is full for a while.</summary>
public sealed class ClientOnFullDiskTests : IAsyncLifetime, IDisposable
{
    /// <summary>Fewer sent messages are kept than are sent: each takes the place of one.</summary>
    private const int Resendable = 2;

    private readonly CancellationTokenSource _deadline = new(TimeSpan.FromMinutes(2));
    private readonly SessionIdentity _alice = SessionIdentity.Create();
    private readonly SessionIdentity _bob = SessionIdentity.Create(SecretExport.Allowed);
    private readonly StoreFolder _folder = new();
    private LocalNetwork.LocalNetwork? _network;

    private CancellationToken Cancel => _deadline.Token;

    public async ValueTask InitializeAsync() => _network = await LocalNetwork.LocalNetwork.StartAsync(LocalNetworkOptions.Default with { NodeCount = 6, SwarmCount = 2 }, Cancel);

    public async ValueTask DisposeAsync()
    {
        await _network!.DisposeAsync();
        Dispose();
    }

    public void Dispose()
    {
        _deadline.Dispose();
        _alice.Dispose();
        _bob.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task HandleAsync_RatchetedMessageOnAFullDisk_EndsWithTheReasonAndComesOnceWhenThereIsRoom()
    {
        await using SqliteAccountStore store = _folder.Open();
        await using SessionClient alice = Connect(_alice, ratchet: true), bob = Connect(_bob, ratchet: true, store);
        int undecryptable = 0;
        bob.Undecryptable += (_, _) => undecryptable++;
        var inbox = new Inbox(bob);
        await SpeakAsync(alice, bob, inbox);

        await store.FillAsync();
        Assert.Equal(Protection.Ratchet, (await alice.SendTextAsync(_bob.AccountId, "while it was full", Cancel)).Protection);
        for (int i = 0; i < 2; i++)
        {
            Assert.Equal(SqliteStoreFault.DiskFull, (await Assert.ThrowsAsync<SqliteStoreException>(() => inbox.RunAsync(Cancel).WaitAsync(Cancel))).Fault);
            Assert.Equal(ReceiverState.Stopped, bob.Receiver.State);
        }

        await store.MakeRoomAsync();
        await alice.SendTextAsync(_bob.AccountId, "after", Cancel);
        await using (inbox.Start(Cancel))
        {
            Assert.Equal("while it was full", await inbox.NextAsync(Cancel));
            Assert.Equal("after", await inbox.NextAsync(Cancel));
        }

        await RequireNothingElseAsync(alice, inbox);
        Assert.Equal(0, undecryptable);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task HandleAsync_DiskGetsFullWhileAMessageIsHandled_ItIsNotHandledAgain(bool ratchet)
    {
        await using SqliteAccountStore store = _folder.Open();
        await using SessionClient alice = Connect(_alice, ratchet), bob = Connect(_bob, ratchet, store);
        var inbox = new Inbox(bob) { Handling = store.FillAsync };
        await alice.SendTextAsync(_bob.AccountId, "handled", Cancel);

        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(SqliteStoreFault.DiskFull, (await Assert.ThrowsAsync<SqliteStoreException>(() => inbox.RunAsync(Cancel).WaitAsync(Cancel))).Fault);
        }

        inbox.Handling = () => Task.CompletedTask;
        await store.MakeRoomAsync();
        Assert.Equal("handled", await inbox.NextAsync(Cancel));
        await RequireNothingElseAsync(alice, inbox);
    }

    [Fact]
    public async Task ReceiveAsync_DiskGetsFullWhileAMessageIsHandled_ItIsNotHandedOutAgain()
    {
        await using SqliteAccountStore store = _folder.Open();
        await using SessionClient alice = Connect(_alice, ratchet: false), bob = Connect(_bob, ratchet: false, store);
        await alice.SendTextAsync(_bob.AccountId, "handled", Cancel);
        await using (IAsyncEnumerator<ReceivedMessage> inbox = bob.ReceiveAsync(Cancel).GetAsyncEnumerator(Cancel))
        {
            Assert.True(await inbox.MoveNextAsync());
            Assert.Equal("handled", inbox.Current.Text);
            await store.FillAsync();
            Assert.Equal(SqliteStoreFault.DiskFull, (await Assert.ThrowsAsync<SqliteStoreException>(() => inbox.MoveNextAsync().AsTask())).Fault);
        }

        await store.MakeRoomAsync();
        await alice.SendTextAsync(_bob.AccountId, "after", Cancel);
        await using IAsyncEnumerator<ReceivedMessage> again = bob.ReceiveAsync(Cancel).GetAsyncEnumerator(Cancel);
        Assert.True(await again.MoveNextAsync());
        Assert.Equal("after", again.Current.Text);
    }

    [Fact]
    public async Task SendAsync_FullDisk_FailsAndNothingLeaves_AndAfterwardsTheRatchetGoesOn()
    {
        await using SqliteAccountStore store = _folder.Open();
        await using SessionClient alice = Connect(_alice, ratchet: true), bob = Connect(_bob, ratchet: true, store);
        int undecryptable = 0;
        alice.Undecryptable += (_, _) => undecryptable++;
        Inbox inbox = new(bob), answers = new(alice);
        await SpeakAsync(alice, bob, inbox, answers);

        await store.FillAsync();
        for (int i = 0; i < 2; i++)
        {
            var sending = await Assert.ThrowsAsync<SqliteStoreException>(() => bob.SendTextAsync(_alice.AccountId, "not sent", Cancel).AsTask());
            var queueing = await Assert.ThrowsAsync<SqliteStoreException>(() => bob.EnqueueAsync(_alice.AccountId, new TextMessage("not queued"), cancellationToken: Cancel).AsTask());
            Assert.Equal([SqliteStoreFault.DiskFull, SqliteStoreFault.DiskFull], [sending.Fault, queueing.Fault]);
        }

        Assert.Empty(await store.ListStatesAsync(AccountStateKind.OutgoingMessage, Cancel));
        await store.MakeRoomAsync();
        Assert.Equal(Protection.Ratchet, (await bob.SendTextAsync(_alice.AccountId, "sent", Cancel)).Protection);
        Assert.Equal(Resendable, (await store.ListStatesAsync(AccountStateKind.SentMessage, Cancel)).Count);
        await alice.SendTextAsync(_bob.AccountId, "answer", Cancel);
        await using (answers.Start(Cancel))
        await using (inbox.Start(Cancel))
        {
            Assert.Equal("sent", await answers.NextAsync(Cancel));
            Assert.Equal("answer", await inbox.NextAsync(Cancel));
        }

        await using var onion = new OnionClient(_network!.ClientOptions);
        (int messages, IReadOnlyList<string> usedTwice) = await RatchetKeyLog.ReadAsync(onion, _alice);
        Assert.NotEqual(0, messages);
        Assert.Empty(usedTwice);
        Assert.Equal(0, undecryptable);
    }

    [Fact]
    public async Task Host_FullDisk_IsUnhealthyAndTriesAgain_AndAnswersOnceWhenThereIsRoom()
    {
        await using SqliteAccountStore store = _folder.Open();
        using var time = new RestartGate();
        int handled = 0;
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddSingleton<TimeProvider>(time);
        SessionBuilder session = builder.Services.AddSession(builder.Configuration.GetSection("Session"), x =>
        {
            x.UseNetwork(_network!.ClientOptions);
            x.RestartDelay = RestartGate.Delay;
        });
        session.AddAccount("bot", x => (x.Phrase, x.PollInterval) = (_bob.ExportPhrase(), SessionClientOptions.MinPollInterval))
            .UseStore(_ => store)
            .OnMessage<TextMessage>(async (context, text) =>
            {
                Interlocked.Increment(ref handled);
                await context.AnswerAsync($"You said {text.Text}");
            });
        builder.Services.AddHealthChecks().AddSession();
        using IHost host = builder.Build();
        var health = host.Services.GetRequiredService<HealthCheckService>();
        await using SessionClient alice = Connect(_alice, ratchet: false);
        await alice.SendTextAsync(_bob.AccountId, "hello", Cancel);
        await store.FillAsync();

        await host.StartAsync(Cancel);
        for (int i = 0; i < 2; i++)
        {
            await time.WaitAsync(Cancel);
            Assert.Equal("Not receiving: bot", (await health.CheckHealthAsync(Cancel)).Entries["session"].Description);

            // The store could not even count that the handler failed, so that is not called before there is room.
            Assert.Equal(1, handled);
            if (i == 1)
            {
                await store.MakeRoomAsync();
            }

            time.Restart();
        }

        var answers = new Inbox(alice);
        await using (answers.Start(Cancel))
        {
            Assert.Equal("You said hello", await answers.NextAsync(Cancel));
            await alice.SendTextAsync(_bob.AccountId, "again", Cancel);
            Assert.Equal("You said again", await answers.NextAsync(Cancel));
        }

        Assert.Equal(HealthStatus.Healthy, (await health.CheckHealthAsync(Cancel)).Status);
        Assert.Equal(3, handled);
        await host.StopAsync(Cancel);
    }

    private SessionClient Connect(SessionIdentity identity, bool ratchet, IAccountStore? store = null) => SessionClient.Connect(
        identity,
        _network!.ClientOptions,
        SessionClientOptions.Default with { PollInterval = SessionClientOptions.MinPollInterval, Ratchet = RatchetOptions.Default with { Enabled = ratchet, ResendCapacity = Resendable } },
        store);

    /// <summary>Until both sides speak nothing but the ratchet.</summary>
    private async Task SpeakAsync(SessionClient alice, SessionClient bob, Inbox inbox, Inbox? answers = null)
    {
        answers ??= new Inbox(alice);
        await using IAsyncDisposable listening = inbox.Start(Cancel), waiting = answers.Start(Cancel);
        SentMessage answer;
        int i = 0;
        do
        {
            await alice.SendTextAsync(_bob.AccountId, $"question {i}", Cancel);
            Assert.Equal($"question {i}", await inbox.NextAsync(Cancel));
            answer = await bob.SendTextAsync(_alice.AccountId, $"answer {i}", Cancel);
            Assert.Equal($"answer {i}", await answers.NextAsync(Cancel));
        }
        while (answer.Protection != Protection.Ratchet || i++ < 3);
    }

    private async Task RequireNothingElseAsync(SessionClient alice, Inbox inbox)
    {
        await alice.SendTextAsync(_bob.AccountId, "end", Cancel);
        await using IAsyncDisposable listening = inbox.Start(Cancel);
        Assert.Equal("end", await inbox.NextAsync(Cancel));
    }

    /// <summary>The texts that a client's handler got.</summary>
    private sealed class Inbox(SessionClient client)
    {
        private readonly Channel<string> _texts = Channel.CreateUnbounded<string>();

        public Func<Task> Handling { get; set; } = () => Task.CompletedTask;

        public Task RunAsync(CancellationToken cancellationToken) => client.HandleAsync(
            async (message, _) =>
            {
                if (message.Text is { } text)
                {
                    await _texts.Writer.WriteAsync(text, CancellationToken.None);
                    await Handling();
                }
            },
            cancellationToken: cancellationToken);

        /// <summary>Receives until what this gives is disposed, which is when all that was handled is acknowledged.</summary>
        public IAsyncDisposable Start(CancellationToken cancellationToken)
        {
            var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            return new Listening(stop, RunAsync(stop.Token));
        }

        public ValueTask<string> NextAsync(CancellationToken cancellationToken) => _texts.Reader.ReadAsync(cancellationToken);

        private sealed class Listening(CancellationTokenSource stop, Task run) : IAsyncDisposable
        {
            public async ValueTask DisposeAsync()
            {
                await stop.CancelAsync();
                await run;
                stop.Dispose();
            }
        }
    }

    /// <summary>The system's clock, but a host starts an account again when the test says so.</summary>
    private sealed class RestartGate : TimeProvider, IDisposable
    {
        public static readonly TimeSpan Delay = TimeSpan.FromMinutes(59);

        private readonly SemaphoreSlim _waiting = new(0);
        private Action _restart = () => { };

        public Task WaitAsync(CancellationToken cancellationToken) => _waiting.WaitAsync(cancellationToken);

        public void Restart() => _restart();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            if (dueTime != Delay)
            {
                return base.CreateTimer(callback, state, dueTime, period);
            }

            _restart = () => callback(state);
            _waiting.Release();
            return base.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, period);
        }

        public void Dispose() => _waiting.Dispose();
    }
}
