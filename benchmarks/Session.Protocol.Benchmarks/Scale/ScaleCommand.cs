using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Session.Protocol.Benchmarks.Corridor;
using Session.Protocol.Benchmarks.Reports;

namespace Session.Protocol.Benchmarks.Scale;

/// <summary>
/// Fleets of 1, 10, 100 and 1,000 accounts in one process each, the network in another. Prints what an idle account costs and how fast messages
/// go, keeps it in <c>results/scale.md</c>, and fails when a message is lost or an idle account needs more than 40 KB.
/// </summary>
internal static class ScaleCommand
{
    public const string FleetArgument = "scale-fleet";

    private const int MaxBytesPerAccount = 40 * 1_024;
    private const int MessagesPerAccount = 20;

    public static async Task<int> RunAsync(string folder, IReadOnlyList<int> sizes)
    {
        var results = new List<ScaleResult>();
        foreach (int accounts in sizes)
        {
            using NetworkProcess network = NetworkProcess.Start();
            results.Add(await RunFleetAsync(network.Seed, accounts, Math.Max(accounts * MessagesPerAccount, 1_000)));
            Console.Error.WriteLine(results[^1]);
        }

        string table = Table(results);
        Console.Write(table);
        File.WriteAllText(Path.Combine(folder, "scale.md"), table);
        ScaleResult largest = results[^1];
        return largest.ManagedBytes <= MaxBytesPerAccount && largest.ResidentBytes <= MaxBytesPerAccount ? 0 : 1;
    }

    /// <summary>The other side: one fleet, its result as JSON.</summary>
    public static async Task<int> RunFleetAsync(string seed, string accounts, string messages)
    {
        ScaleResult result = await ScaleFleet.RunAsync(
            new Uri(seed), int.Parse(accounts, CultureInfo.InvariantCulture), int.Parse(messages, CultureInfo.InvariantCulture));
        Console.WriteLine(JsonSerializer.Serialize(result));
        return 0;
    }

    private static async Task<ScaleResult> RunFleetAsync(Uri seed, int accounts, int messages)
    {
        string[] arguments = [FleetArgument, seed.ToString(), accounts.ToString(CultureInfo.InvariantCulture), messages.ToString(CultureInfo.InvariantCulture)];
        using Process process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, arguments) { RedirectStandardOutput = true })!;
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? JsonSerializer.Deserialize<ScaleResult>(output)! : throw new InvalidOperationException($"The fleet of {accounts} accounts failed.");
    }

    private static string Table(IReadOnlyList<ScaleResult> results)
    {
        var table = new StringBuilder(string.Create(CultureInfo.InvariantCulture, $"""
            # Many accounts in one process

            {Machine.Describe()} Texts from account to account over three hops, {MessagesPerAccount} per account; the network in another process. An active
            account looks into its swarm every second, at two of its nodes. No message was lost and none came twice. Beside a few accounts the bytes are those of
            the process; and whoever was idle looks every 30 seconds until the first message comes, which is what the slowest of few messages waited for.

            | accounts | messages | heap bytes per idle account | resident bytes per idle account | threads | messages/s | ms to the handler, median | p99 |
            |---:|---:|---:|---:|---:|---:|---:|---:|

            """));
        foreach (ScaleResult x in results)
        {
            table.AppendLine(CultureInfo.InvariantCulture, $"| {x.Accounts:N0} | {x.Messages:N0} | {x.ManagedBytes:N0} | {x.ResidentBytes:N0} | {x.Threads} | {x.PerSecond:N0} | {x.MedianMs:N0} | {x.P99Ms:N0} |");
        }

        return table.ToString();
    }
}
