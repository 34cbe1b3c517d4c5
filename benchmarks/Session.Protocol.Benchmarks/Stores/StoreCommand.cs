using System.Globalization;
using System.Text;
using Session.Protocol.Benchmarks.Reports;

namespace Session.Protocol.Benchmarks.Stores;

/// <summary>Measures the store on disk with more and more history behind it, prints the table and keeps it in <c>results/store.md</c>.</summary>
internal static class StoreCommand
{
    /// <summary>Messages that the store remembers as handled, and keeps as history in 100 conversations.</summary>
    private static readonly int[] Histories = [0, 1_000, 10_000, 100_000, 1_000_000];

    public static async Task<int> RunAsync(string folder)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"# The store on disk\n\n{Machine.Describe()} Wall time, median of {StoreMeasurement.Samples}, each commit flushed to the disk.\n\n");
        text.Append("| messages remembered and kept | look-up, µs | acknowledge, µs | ratchet step, µs | 64 commits at once, per commit, µs | keep a message, µs | page of 50, µs | file, MB |\n|---:|---:|---:|---:|---:|---:|---:|---:|\n");
        foreach (int history in Histories)
        {
            StoreMeasurement measured = await StoreMeasurement.OfAsync(history);
            string row = string.Create(
                CultureInfo.InvariantCulture,
                $"| {history:N0} | {measured.LookUp:N0} | {measured.Acknowledge:N0} | {measured.Step:N0} | {measured.Batched:N0} | {measured.Keep:N0} | {measured.Page:N0} | {measured.Megabytes:N1} |\n");
            Console.Write(row);
            text.Append(row);
        }

        await File.WriteAllTextAsync(Path.Combine(folder, "store.md"), text.ToString());
        return 0;
    }
}
