using System.Diagnostics;
using System.Globalization;
using System.Text;
using Session.Protocol.Benchmarks.Corridor;
using Session.Protocol.Benchmarks.Reports;
using Session.Protocol.Onion;
using Session.Protocol.Onion.Nodes;
using Session.Protocol.Onion.Paths;

namespace Session.Protocol.Benchmarks.Onion;

/// <summary>
/// Small requests through three hops of a network in another process: how long one takes on a warm path, and how many go through when
/// more and more are under way at once. Kept in <c>results/onion.md</c>.
/// </summary>
internal static class OnionCommand
{
    /// <summary>Most that the median of a warm request may take.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromMilliseconds(10);

    /// <summary>Most that a request may allocate in the client when one goes after the other: HTTP and TLS of the framework included.</summary>
    private const int MaxBytes = 9_000;

    private const int Requests = 2000;

    private static readonly byte[] Info = """{"method":"info","params":{}}"""u8.ToArray();

    public static async Task<int> RunAsync(string folder)
    {
        using NetworkProcess network = NetworkProcess.Start();
        await using var client = new OnionClient(OnionClientOptions.ForSeeds([network.Seed]));
        ServiceNode[] nodes = [.. await client.Nodes.GetNodesAsync()];
        await SendAsync(client, nodes, concurrency: 8, []);
        while (client.Paths.State != PathState.Ready)
        {
            await client.SendToNodeAsync(nodes[0], Info);
        }

        var table = new StringBuilder();
        table.AppendLine(CultureInfo.InvariantCulture, $"""
            # Requests through three hops

            {Machine.Describe()} {Requests} requests `info` for each line, over two warm paths; the network in another process on the same cores.

            | at once | requests/s | p50 ms | p90 ms | p99 ms | CPU us | allocated bytes |
            |---:|---:|---:|---:|---:|---:|---:|
            """);
        (TimeSpan Median, double Bytes)? warm = null;
        foreach (int concurrency in (int[])[1, 4, 16, 64, 256])
        {
            TimeSpan[] times = new TimeSpan[Requests];
            CorridorCost cost = await CorridorCost.MeasureAsync(Requests, () => SendAsync(client, nodes, concurrency, times));
            Array.Sort(times);
            warm ??= (times[Requests / 2], cost.Bytes);
            table.AppendLine(CultureInfo.InvariantCulture, $"| {concurrency} | {1000 / cost.Milliseconds:N0} | {At(times, 50)} | {At(times, 90)} | {At(times, 99)} | {cost.Microseconds:N0} | {cost.Bytes:N0} |");
        }

        Console.Write(table);
        await File.WriteAllTextAsync(Path.Combine(folder, "onion.md"), table.ToString());
        return warm?.Median < Limit && warm?.Bytes < MaxBytes ? 0 : 1;
    }

    private static string At(TimeSpan[] sorted, int percent) => sorted[(sorted.Length - 1) * percent / 100].TotalMilliseconds.ToString("F2", CultureInfo.InvariantCulture);

    // Each worker sends one after the other; together they send as many as there are places for times.
    private static async Task SendAsync(OnionClient client, ServiceNode[] nodes, int concurrency, TimeSpan[] times)
    {
        int next = -1, count = times.Length == 0 ? Requests : times.Length;
        await Task.WhenAll(Enumerable.Range(0, concurrency).Select(async _ =>
        {
            for (int i; (i = Interlocked.Increment(ref next)) < count;)
            {
                long start = Stopwatch.GetTimestamp();
                await client.SendToNodeAsync(nodes[i % nodes.Length], Info);
                if (times.Length > 0)
                {
                    times[i] = Stopwatch.GetElapsedTime(start);
                }
            }
        }));
    }
}
