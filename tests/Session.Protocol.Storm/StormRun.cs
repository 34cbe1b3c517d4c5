using System.Diagnostics;
using Session.Protocol.LocalNetwork;
using Network = Session.Protocol.LocalNetwork.LocalNetwork;

namespace Session.Protocol.Storm;

/// <summary>A network, accounts that talk, and everything that can go wrong at once (issue: no message lost, none delivered twice, all well afterwards).</summary>
public static class StormRun
{
    /// <summary>What the runtime keeps or not as it likes, connections and buffers included.</summary>
    private const long MemoryNoise = 24 * 1024 * 1024;

    /// <summary>
    /// Per message: its hash and key in the memory of recipient and sender for 14 days, its bytes and its place in every node that was
    /// ever responsible for it, and the ledger's own line.
    /// </summary>
    private const long MemoryPerMessage = 8 * 1024;

    private const int MemoryLooks = 5;

    public static async Task<StormReport> ExecuteAsync(StormOptions options, Action<string>? progress = null)
    {
        await using Network network = await Network.StartAsync(LocalNetworkOptions.Default with
        {
            NodeCount = options.Nodes,
            SwarmCount = options.Swarms,
            SeedCount = 3,
            KeySeed = (ulong)options.Seed,
            FaultSeed = (ulong)options.Seed,
        });
        var ledger = new Ledger();
        Talker[] talkers = [.. Enumerable.Range(0, options.Accounts).Select(number => new Talker(number, network, options, ledger))];
        using var receivingEnds = new CancellationTokenSource();
        Task[] receiving = [.. talkers.Select(talker => talker.ReceiveAsync(receivingEnds.Token))];
        try
        {
            _ = await RecoverAsync(talkers, options.StartLimit).ConfigureAwait(false);
            progress?.Invoke("All paths are ready.");
            var script = new StormScript(network, options.Seed);
            (long memory, long delivered) = await BlowAsync(options, talkers, script, ledger, progress).ConfigureAwait(false);
            (List<string> sick, TimeSpan healthyAfter) = await RecoverAsync(talkers, options.HealingLimit).ConfigureAwait(false);
            TimeSpan arrivedAfter = await ArriveAsync(ledger, options.ArrivalLimit).ConfigureAwait(false);
            long allowance = MemoryNoise + (MemoryPerMessage * (ledger.Delivered - delivered));
            long growth = await GrowthAsync(memory, allowance).ConfigureAwait(false);
            return new StormReport(ledger, script.Events, sick, healthyAfter, arrivedAfter, growth, allowance, ThreadPool.PendingWorkItemCount);
        }
        finally
        {
            await receivingEnds.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(receiving).ConfigureAwait(false);
            foreach (Talker talker in talkers)
            {
                await talker.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    // Polling goes on, and what a request or a connection holds for a moment is not growth: what stays shows at every look.
    private static async Task<long> GrowthAsync(long before, long allowance)
    {
        long growth = long.MaxValue;
        for (int look = 0; look < MemoryLooks && growth > allowance; look++)
        {
            await Task.Delay(TimeSpan.FromSeconds(look)).ConfigureAwait(false);
            growth = Math.Min(growth, GC.GetTotalMemory(forceFullCollection: true) - before);
        }

        return growth;
    }

    private static async Task<(long Memory, long Delivered)> BlowAsync(
        StormOptions options, Talker[] talkers, StormScript script, Ledger ledger, Action<string>? progress)
    {
        using var talkingEnds = new CancellationTokenSource();
        Task[] talking = [.. talkers.Select((talker, number) => talker.TalkAsync(talkers, new Random(options.Seed + number), options.SendInterval, talkingEnds.Token))];
        long start = Stopwatch.GetTimestamp();
        (long Memory, long Delivered)? early = null;
        TimeSpan reported = TimeSpan.Zero;
        using var steps = new PeriodicTimer(options.FaultInterval);
        for (TimeSpan passed = TimeSpan.Zero; passed < options.Duration; passed = Stopwatch.GetElapsedTime(start))
        {
            script.Step();
            if (early is null && passed > options.Duration / 4)
            {
                early = (GC.GetTotalMemory(forceFullCollection: true), ledger.Delivered);
            }

            if (passed - reported > TimeSpan.FromSeconds(10))
            {
                reported = passed;
                progress?.Invoke(FormattableString.Invariant(
                    $"{passed.TotalSeconds,4:N0} s: {ledger.Confirmed} confirmed, {ledger.Unconfirmed} not, {ledger.Delivered} delivered, {ledger.Missing.Count} on their way, {GC.GetTotalMemory(false) / 1_000_000} MB"));
            }

            await steps.WaitForNextTickAsync().ConfigureAwait(false);
        }

        script.End();
        await talkingEnds.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(talking).ConfigureAwait(false);
        return early ?? (GC.GetTotalMemory(forceFullCollection: true), ledger.Delivered);
    }

    private static async Task<(List<string> Sick, TimeSpan After)> RecoverAsync(Talker[] talkers, TimeSpan limit)
    {
        long start = Stopwatch.GetTimestamp();
        using var ends = new CancellationTokenSource(limit);
        Task[] recovering = [.. talkers.Select(talker => talker.BecomeHealthyAsync(ends.Token))];
        await ((Task)Task.WhenAll(recovering)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return ([.. talkers.Where((_, number) => !recovering[number].IsCompletedSuccessfully).Select(talker => talker.ToString())], Stopwatch.GetElapsedTime(start));
    }

    private static async Task<TimeSpan> ArriveAsync(Ledger ledger, TimeSpan limit)
    {
        long start = Stopwatch.GetTimestamp();
        using var looks = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (ledger.Missing.Count > 0 && Stopwatch.GetElapsedTime(start) < limit)
        {
            await looks.WaitForNextTickAsync().ConfigureAwait(false);
        }

        return Stopwatch.GetElapsedTime(start);
    }
}
