using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Session.Protocol.Accounts;
using Session.Protocol.Client;
using Session.Protocol.Onion;

namespace Session.Protocol.Benchmarks.Scale;

/// <summary>Many accounts in this process, over one node list and one set of connections, that write to each other.</summary>
internal sealed class ScaleFleet : IAsyncDisposable
{
    /// <summary>Senders at once: what two cores can do, without a queue that would be measured as latency.</summary>
    private const int Senders = 16;

    /// <summary>Connections that nobody uses are closed after seven seconds.</summary>
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(10);

    /// <summary>After so much silence an account looks less often than connections are kept.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(45);

    private static readonly SessionClientOptions Behaviour = SessionClientOptions.Default with
    {
        PollInterval = TimeSpan.FromSeconds(1),
        IdlePollInterval = TimeSpan.FromSeconds(30),
        SyncSentMessages = false,
    };

    private readonly OnionClient _network;
    private readonly List<Member> _members = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<string, int> _arrived = new(StringComparer.Ordinal);
    private readonly ConcurrentBag<double> _latencies = [];

    private ScaleFleet(Uri seed) =>
        // A thousand accounts are more than a small network has paths.
        _network = new OnionClient(OnionClientOptions.ForSeeds([seed]) with { AllowSharedPaths = true });

    public static async Task<ScaleResult> RunAsync(Uri seed, int accounts, int messages)
    {
        await using var fleet = new ScaleFleet(seed);

        // Code, node list and connections are there before anything is counted.
        await fleet.AddAsync(4);
        await fleet.ExchangeAsync(40);
        (long managed, long resident) = await MemoryAsync(Settling);
        await fleet.AddAsync(accounts);
        (long managedThen, long residentThen) = await MemoryAsync(Silence);
        int threads = Process.GetCurrentProcess().Threads.Count;

        fleet.Forget();
        long start = Stopwatch.GetTimestamp();
        await fleet.ExchangeAsync(messages);
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        double[] latencies = [.. fleet._latencies.Order()];
        return new ScaleResult(
            accounts,
            messages,
            (managedThen - managed) / accounts,
            (residentThen - resident) / accounts,
            threads,
            messages / seconds,
            latencies[latencies.Length / 2],
            latencies[latencies.Length * 99 / 100]);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_members.Select(x => x.Run));
        foreach (Member member in _members)
        {
            await member.Client.DisposeAsync();
            await member.Onion.DisposeAsync();
            member.Identity.Dispose();
        }

        await _network.DisposeAsync();
        _stop.Dispose();
    }

    /// <summary>Adds accounts and waits until each has looked into its swarm.</summary>
    private async Task AddAsync(int count)
    {
        Member[] added = [.. Enumerable.Range(0, count).Select(_ => Connect())];
        _members.AddRange(added);
        foreach (Member member in added)
        {
            while (member.Client.Receiver.LastPoll is null)
            {
                await Task.Delay(50);
            }
        }
    }

    private Member Connect()
    {
        SessionIdentity identity = SessionIdentity.Create();
        OnionClient onion = _network.Fork();
        var client = new SessionClient(identity, onion, Behaviour);
        return new Member(identity, onion, client, client.HandleAsync(Handle, cancellationToken: _stop.Token));
    }

    private ValueTask Handle(ReceivedMessage message, CancellationToken cancellationToken)
    {
        string text = message.Text!;
        _latencies.Add(Stopwatch.GetElapsedTime(long.Parse(text.AsSpan(text.IndexOf(' ', StringComparison.Ordinal) + 1), CultureInfo.InvariantCulture)).TotalMilliseconds);
        _ = _arrived.AddOrUpdate(text, 1, (_, times) => times + 1);
        return ValueTask.CompletedTask;
    }

    private void Forget()
    {
        _arrived.Clear();
        _latencies.Clear();
    }

    /// <summary>Each message goes from one account to the next but some; fails when one is lost or comes twice.</summary>
    private async Task ExchangeAsync(int messages)
    {
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = Senders };
        await Parallel.ForAsync(0, messages, parallel, async (i, cancellationToken) =>
        {
            Member from = _members[i % _members.Count];
            // To every other in turn, never to oneself: that message would not be handed out.
            Member to = _members[(i + 1 + (i / _members.Count % (_members.Count - 1))) % _members.Count];
            await from.Client.SendTextAsync(to.Identity.AccountId, string.Create(CultureInfo.InvariantCulture, $"{i} {Stopwatch.GetTimestamp()}"), cancellationToken);
        });
        long deadline = Stopwatch.GetTimestamp();
        while (_arrived.Count < messages)
        {
            if (Stopwatch.GetElapsedTime(deadline) > TimeSpan.FromMinutes(3))
            {
                throw new InvalidOperationException($"{messages - _arrived.Count} of {messages} messages were lost.");
            }

            await Task.Delay(20);
        }

        if (_arrived.Values.Any(x => x > 1))
        {
            throw new InvalidOperationException("A message was handled twice.");
        }
    }

    private static async Task<(long Managed, long Resident)> MemoryAsync(TimeSpan after)
    {
        await Task.Delay(after);
        for (int i = 0; i < 3; i++)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
        }

        using Process self = Process.GetCurrentProcess();
        return (GC.GetTotalMemory(forceFullCollection: true), self.WorkingSet64);
    }

    private sealed record Member(SessionIdentity Identity, OnionClient Onion, SessionClient Client, Task Run);
}
