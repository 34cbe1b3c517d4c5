using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Session.Protocol.Accounts;
using Session.Protocol.Client;
using Session.Protocol.Hosting.Commands;
using Session.Protocol.Messages;
using Session.Protocol.Onion;

namespace Session.Protocol.Hosting.Tests;

/// <summary>Bots in a generic host on a local network, as their authors write them.</summary>
public sealed class SessionHostTests(BotHost hosts) : IClassFixture<BotHost>, IAsyncDisposable
{
    private readonly CancellationTokenSource _deadline = new(BotHost.Patience);
    private readonly SessionIdentity _bot = SessionIdentity.Create(SecretExport.Allowed);
    private readonly SessionIdentity _alice = SessionIdentity.Create();

    private CancellationToken Cancel => _deadline.Token;

    public ValueTask DisposeAsync()
    {
        _bot.Dispose();
        _alice.Dispose();
        _deadline.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Host_AccountFromConfiguration_AnswersTextsAndCommandsInItsName()
    {
        using IHost host = hosts.Build(
            session => session.AddAccount("support")
                .AddCommands(commands => commands.Add("add", "Adds", CommandArgument.WholeNumber("a", "One"), CommandArgument.WholeNumber("b", "Other"), (x, a, b) => Reply(x, $"{a + b}")))
                .OnMessage<TextMessage>((x, text) => Reply(x, $"You said {text.Text}")),
            configuration: new Dictionary<string, string?>
            {
                ["Session:Accounts:support:Phrase"] = _bot.ExportPhrase(),
                ["Session:Accounts:support:DisplayName"] = "Support",
                ["Session:Accounts:support:DrainTimeout"] = "00:00:05",
                ["Session:Accounts:support:Roles:admin:0"] = _alice.AccountId.ToString(),
            });
        await host.StartAsync(Cancel);
        await using SessionClient alice = hosts.Connect(_alice);
        await using IAsyncEnumerator<ReceivedMessage> inbox = alice.ReceiveAsync(Cancel).GetAsyncEnumerator(Cancel);

        await alice.SendTextAsync(_bot.AccountId, "hello", Cancel);
        ReceivedMessage answer = await TextAsync(inbox);
        Assert.Equal("You said hello", answer.Text);
        Assert.Equal(_bot.AccountId, answer.Sender);
        Assert.Equal("Support", Assert.IsType<TextMessage>(answer.Content).Profile?.DisplayName);
        await alice.SendTextAsync(_bot.AccountId, "/add 40 2", Cancel);
        Assert.Equal("42", (await TextAsync(inbox)).Text);
        Assert.Equal(_bot.AccountId, host.Services.GetRequiredKeyedService<ISessionClient>("support").AccountId);
        Assert.True(host.Services.GetRequiredService<IOptionsMonitor<SessionAccountOptions>>().Get("support").ToRoles()["ADMIN"].Contains(_alice.AccountId));
        await host.StopAsync(Cancel);
    }

    [Fact]
    public async Task Stop_WhileAHandlerRuns_LetsItFinish()
    {
        var reached = new TaskCompletionSource();
        var release = new TaskCompletionSource();
        bool finished = false;
        using IHost host = Build(account => account.OnMessage<TextMessage>(async (_, _) =>
        {
            reached.SetResult();
            await release.Task;
            finished = true;
        }));
        await host.StartAsync(Cancel);
        await SendAsync("slow");
        await reached.Task.WaitAsync(Cancel);

        Task stop = host.StopAsync(Cancel);
        Assert.False(stop.IsCompleted);
        release.SetResult();
        await stop;

        Assert.True(finished);
    }

    [Fact]
    public async Task Pipeline_SeveralSteps_RunInOrderEachMessageInItsOwnScope()
    {
        var steps = new BlockingSteps();
        using IHost host = hosts.Build(
            session => Account(session)
                .Use(async (context, next) =>
                {
                    steps.Add("before " + context.Services.GetRequiredService<Scoped>().Name);
                    await next(context);
                    steps.Add("after " + context.Services.GetRequiredService<Scoped>().Name);
                })
                .OnMessage<TypingIndicator>((_, _) => throw new InvalidOperationException("Nobody types."))
                .OnMessage<TextMessage, Handler>(),
            builder =>
            {
                builder.Services.AddScoped<Scoped>();
                builder.Services.AddSingleton(steps);
                builder.Services.AddSingleton<Counter>();
            });
        await host.StartAsync(Cancel);

        await SendAsync("one", "two");

        await steps.WaitAsync(6, Cancel);
        Assert.Equal(["before 1", "handle one 1", "after 1", "before 2", "handle two 2", "after 2"], steps.All);
        await host.StopAsync(Cancel);
    }

    [Fact]
    public async Task RateLimit_TooManyMessages_DropsThemAndSaysSoOnce()
    {
        var seen = new BlockingSteps();
        var logs = new LogLines();
        using IHost host = hosts.Build(
            session => Account(session)
                .UseRateLimit(RateLimitOptions.Default with { Burst = 2, Period = TimeSpan.FromDays(1), Notice = "Slowly, please." })
                .OnMessage<TextMessage>((context, text) => seen.Handle($"{text.Text} of {context.Message.SentAt:O} as {context.Message.Hash}")),
            builder => builder.Logging.SetMinimumLevel(LogLevel.Debug).AddProvider(logs));
        await host.StartAsync(Cancel);
        await using SessionClient alice = hosts.Connect(_alice);
        await using IAsyncEnumerator<ReceivedMessage> inbox = alice.ReceiveAsync(Cancel).GetAsyncEnumerator(Cancel);

        foreach (string text in (string[])["one", "two", "three", "four"])
        {
            await alice.SendTextAsync(_bot.AccountId, text, Cancel);
        }

        Assert.Equal("Slowly, please.", (await TextAsync(inbox)).Text);
        await host.StopAsync(Cancel);
        string[] texts = [.. seen.All.Select(x => x.Split(' ')[0])];
        Assert.True(texts is ["one", "two"], $"{string.Join('\n', seen.All)}\n{logs}");
    }

    [Theory]
    [InlineData(RequestDecision.Pass, true, false, false)]
    [InlineData(RequestDecision.Accept, true, true, false)]
    [InlineData(RequestDecision.Ignore, false, false, false)]
    [InlineData(RequestDecision.Block, false, false, true)]
    public async Task MessageRequests_Stranger_AreTreatedAsDecided(RequestDecision decision, bool isHandled, bool isApproved, bool isBlocked)
    {
        var seen = new BlockingSteps();
        var decided = new BlockingSteps();
        using IHost host = Build(account => account
            .Use(async (context, next) =>
            {
                await next(context);
                decided.Add("done");
            })
            .UseMessageRequests(decision)
            .OnMessage<TextMessage>((_, text) => seen.Handle(text.Text)));
        await host.StartAsync(Cancel);

        await SendAsync("may I?");

        await decided.WaitAsync(1, Cancel);
        Assert.Equal(isHandled ? ["may I?"] : [], seen.All);
        var contact = await host.Services.GetRequiredKeyedService<ISessionClient>("bot").Conversations.Open(_alice.AccountId).GetContactAsync(Cancel);
        Assert.Equal(isApproved, contact.IsApproved);
        Assert.Equal(isBlocked, contact.IsBlocked);
        await host.StopAsync(Cancel);
    }

    [Fact]
    public async Task Fleet_TwoAccounts_ShareTheNodeListAndNoPath()
    {
        using SessionIdentity second = SessionIdentity.Create();
        using IHost host = hosts.Build(session => Account(session)
            .OnMessage<TextMessage>((x, _) => Reply(x, "first"))
            .AddAccount("second").UseIdentity(_ => second).OnMessage<TextMessage>((x, _) => Reply(x, "second")));
        await host.StartAsync(Cancel);
        await using SessionClient alice = hosts.Connect(_alice);
        await using IAsyncEnumerator<ReceivedMessage> inbox = alice.ReceiveAsync(Cancel).GetAsyncEnumerator(Cancel);
        await alice.SendTextAsync(_bot.AccountId, "to the first", Cancel);
        await alice.SendTextAsync(second.AccountId, "to the second", Cancel);
        ReceivedMessage[] answers = [await TextAsync(inbox), await TextAsync(inbox)];

        Assert.Equal(_bot.AccountId, answers.Single(x => x.Text == "first").Sender);
        Assert.Equal(second.AccountId, answers.Single(x => x.Text == "second").Sender);
        OnionClient[] clients = [.. new[] { "bot", "second" }.Select(host.Services.GetRequiredKeyedService<OnionClient>)];
        Assert.Same(clients[0].Nodes, clients[1].Nodes);
        Assert.NotEmpty(clients[0].Paths.Paths);
        Assert.Empty(clients[0].Paths.Paths.Intersect(clients[1].Paths.Paths));
        await host.StopAsync(Cancel);
    }

    [Fact]
    public async Task HealthCheck_RunningAndStopped_SaysSo()
    {
        using IHost host = hosts.Build(
            session => Account(session).OnMessage<TextMessage>((_, _) => ValueTask.CompletedTask),
            builder => builder.Services.AddHealthChecks().AddSession());
        var health = host.Services.GetRequiredService<HealthCheckService>();
        await host.StartAsync(Cancel);
        var client = host.Services.GetRequiredKeyedService<ISessionClient>("bot");
        while (client.Receiver.State != ReceiverState.Healthy)
        {
            Cancel.ThrowIfCancellationRequested();
            await Task.Yield();
        }

        Assert.Equal(HealthStatus.Healthy, (await health.CheckHealthAsync(Cancel)).Status);
        await host.StopAsync(Cancel);
        HealthReport report = await health.CheckHealthAsync(Cancel);
        Assert.Equal(HealthStatus.Unhealthy, report.Status);
        Assert.Equal("Not receiving: bot", report.Entries["session"].Description);
    }

    [Theory]
    [InlineData("Phrase", "abbey abbey abbey", "no recovery phrase")]
    [InlineData("Phrase", "", "Phrase is missing")]
    [InlineData("MaxParallel", "0", "MaxParallel must be")]
    [InlineData("PollInterval", "00:00:00", "PollInterval must be")]
    [InlineData("Roles:admin:0", "somebody", "Roles:admin has something")]
    [InlineData("DisplayName", "a name that is longer than the hundred bytes which any client of this network would ever accept from anybody", "bytes")]
    public async Task Start_UnusableOptions_FailsAndSaysWhichButNotThePhrase(string key, string value, string complaint)
    {
        using IHost host = hosts.Build(
            session => session.AddAccount("bot", x => x.PollInterval = key == "PollInterval" ? TimeSpan.Zero : x.PollInterval),
            configuration: new Dictionary<string, string?> { ["Session:Accounts:bot:Phrase"] = _bot.ExportPhrase(), [$"Session:Accounts:bot:{key}"] = value });

        var failure = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync(Cancel));

        Assert.Contains(complaint, failure.Message, StringComparison.Ordinal);
        Assert.Contains("'bot'", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("abbey", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_HostOptionsOutOfRange_Fails()
    {
        using IHost host = hosts.Build(
            session => Account(session),
            builder => builder.Services.Configure<SessionHostOptions>(x =>
            {
                x.RestartDelay = TimeSpan.Zero;
                x.SeedUrls.Add(new Uri("ftp://example.org"));
            }));

        var failure = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync(Cancel));

        Assert.Equal(2, failure.Failures.Count());
    }

    [Fact]
    public void AddAccount_Misuse_Throws()
    {
        SessionBuilder session = new ServiceCollection().AddSession(x => x.Network = SessionNetwork.Test);
        session.AddAccount("one");

        Assert.Throws<ArgumentException>(() => session.AddAccount("one"));
        Assert.Throws<ArgumentException>(() => session.AddAccount(" "));
        Assert.Throws<InvalidOperationException>(() => session.Services.AddSession(x => x.Network = SessionNetwork.Test));
        Assert.Throws<ArgumentOutOfRangeException>(() => session.AddAccount("two").UseRateLimit(RateLimitOptions.Default with { Burst = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => session.AddAccount("three").UseMessageRequests((RequestDecision)9));
    }

    private static async ValueTask Reply(MessageContext context, string text) => await context.AnswerAsync(text);

    private static async Task<ReceivedMessage> TextAsync(IAsyncEnumerator<ReceivedMessage> inbox)
    {
        while (await inbox.MoveNextAsync())
        {
            if (inbox.Current.Content is TextMessage)
            {
                return inbox.Current;
            }
        }

        throw new InvalidOperationException("The sequence has no end of its own.");
    }

    private IHost Build(Action<SessionAccountBuilder> account) => hosts.Build(session => account(Account(session)));

    private SessionAccountBuilder Account(SessionBuilder session) => session.AddAccount("bot", x => x.Phrase = _bot.ExportPhrase());

    private async Task SendAsync(params string[] texts)
    {
        await using SessionClient alice = hosts.Connect(_alice);
        foreach (string text in texts)
        {
            await alice.SendTextAsync(_bot.AccountId, text, Cancel);
        }
    }

    private sealed class Counter
    {
        private int _value;

        public int Next() => Interlocked.Increment(ref _value);
    }

    private sealed class Scoped(Counter counter)
    {
        public int Name { get; } = counter.Next();
    }

    private sealed class Handler(Scoped scoped, BlockingSteps steps) : IMessageHandler<TextMessage>
    {
        public ValueTask HandleAsync(MessageContext context, TextMessage content) => steps.Handle($"handle {content.Text} {scoped.Name}");
    }

    private sealed class BlockingSteps
    {
        private readonly ConcurrentQueue<string> _all = new();
        private readonly SemaphoreSlim _added = new(0);
        private int _awaited;

        public IReadOnlyList<string> All => [.. _all];

        public ValueTask Handle(string step)
        {
            Add(step);
            return ValueTask.CompletedTask;
        }

        public void Add(string step)
        {
            _all.Enqueue(step);
            _added.Release();
        }

        public async Task WaitAsync(int count, CancellationToken cancellationToken)
        {
            for (; _awaited < count; _awaited++)
            {
                await _added.WaitAsync(cancellationToken);
            }
        }
    }
}
