using System.Diagnostics;
using System.Security.Cryptography;
using Session.Protocol.LocalNetwork;

namespace Session.Protocol.Crash;

/// <summary>Kills a bot at each of its commits in turn, for a while, and looks whether anything was lost, repeated, or encrypted twice with one key.</summary>
public static class CrashRun
{
    /// <summary>What the children's stores are encrypted with.</summary>
    public static ReadOnlySpan<byte> StoreKey => CrashChild.StoreKey;

    /// <summary>This program, wherever it runs.</summary>
    internal static string Program => Path.Combine(AppContext.BaseDirectory, "Session.Protocol.Crash.dll");

    /// <summary>Runs a bot with the ratchet and one without.</summary>
    /// <param name="duration">How long; every round that was begun is finished.</param>
    /// <param name="report">Told what happens.</param>
    /// <returns>Kills that happened where they were planned, and what is wrong.</returns>
    public static Task<(int Kills, IReadOnlyList<string> Wrong)> RunAsync(TimeSpan duration, Action<string> report) => RunAsync(
        (folder, network) => [new CrashSubject(Path.Combine(folder, "ratchet.db"), ratchet: true, acknowledges: true, network), new CrashSubject(Path.Combine(folder, "plain.db"), ratchet: false, acknowledges: true, network)],
        subject => KillAsync(subject, duration, report),
        report);

    /// <summary>Runs a bot that answers and acknowledges in two commits, and dies between them: the run must find that wrong.</summary>
    /// <returns>What is wrong.</returns>
    public static async Task<IReadOnlyList<string>> RunCarelessAsync(Action<string> report) => (await RunAsync(
        (folder, network) => [new CrashSubject(Path.Combine(folder, "careless.db"), ratchet: true, acknowledges: false, network)],
        async subject =>
        {
            await subject.RunAsync(KillPlan.Never, questions: 1);
            return await subject.RunAsync(new KillPlan(CommitPoint.Answered, Moment.After, 1), questions: 1) ? 1 : 0;
        },
        report)).Wrong;

    /// <summary>Starts a process that holds a store, made with <see cref="StoreKey"/>, until it is killed.</summary>
    /// <returns>The process; the store is open.</returns>
    public static async Task<Process> HoldAsync(string path)
    {
        var process = Process.Start(new ProcessStartInfo("dotnet", ["exec", Program, "hold", path]) { RedirectStandardOutput = true })!;
        return await process.StandardOutput.ReadLineAsync() == "open" ? process : throw new InvalidOperationException("The process did not open the store.");
    }

    private static async Task<(int Kills, IReadOnlyList<string> Wrong)> RunAsync(
        Func<string, LocalNetwork.LocalNetwork, CrashSubject[]> make, Func<CrashSubject, Task<int>> run, Action<string> report)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("session-crash-");
        await using LocalNetwork.LocalNetwork network = await LocalNetwork.LocalNetwork.StartAsync(LocalNetworkOptions.Default with { NodeCount = 6, SwarmCount = 2 });
        CrashSubject[] subjects = make(folder.FullName, network);
        try
        {
            int[] kills = await Task.WhenAll(subjects.Select(run));
            var wrong = new List<string>();
            foreach (CrashSubject subject in subjects)
            {
                wrong.AddRange(await subject.CheckAsync());
                report($"{subject.Name}: {subject.Asked} messages");
            }

            return (kills.Sum(), wrong);
        }
        finally
        {
            foreach (CrashSubject subject in subjects)
            {
                await subject.DisposeAsync();
            }

            folder.Delete(recursive: true);
        }
    }

    private static async Task<int> KillAsync(CrashSubject subject, TimeSpan duration, Action<string> report)
    {
        var clock = Stopwatch.StartNew();
        int kills = 0;

        // A short run comes to a few points only: to others each time.
        int start = RandomNumberGenerator.GetInt32(CommitPoint.All.Count * Enum.GetValues<Moment>().Length);
        foreach (KillPlan plan in Plans().Skip(start).Where(subject.Reaches))
        {
            if (clock.Elapsed > duration)
            {
                break;
            }

            bool died = await subject.RunAsync(plan, questions: 2);
            kills += died ? 1 : 0;
            report($"{subject.Name}: {plan} {(died ? "killed" : "not reached")}");
        }

        return kills;
    }

    /// <summary>Every point at every moment, then the same at its second and third commit, and so on for ever.</summary>
    private static IEnumerable<KillPlan> Plans() =>
        from occurrence in Enumerable.Range(0, int.MaxValue)
        from point in CommitPoint.All
        from moment in Enum.GetValues<Moment>()
        select new KillPlan(point, moment, 1 + (occurrence % 3));
}
