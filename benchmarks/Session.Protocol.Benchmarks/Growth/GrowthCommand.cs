using Session.Protocol.Benchmarks.Reports;

namespace Session.Protocol.Benchmarks.Growth;

/// <summary>Measures how costs grow, prints the tables and keeps them in <c>results/growth.md</c>.</summary>
internal static class GrowthCommand
{
    public static int Run(string folder)
    {
        string text = $"# How costs grow\n\n{Machine.Describe()} CPU time of one thread, median of 11 blocks.\n";
        foreach (GrowthTable table in Tables)
        {
            string section = $"\n## {table.Axis}\n\n{table.ToMarkdown()}";
            Console.Write(section);
            text += section;
        }

        File.WriteAllText(Path.Combine(folder, "growth.md"), text);
        return 0;
    }

    private static IReadOnlyList<GrowthTable> Tables { get; } = [MessageSizeGrowth.Table, SkippedKeysGrowth.Table, GroupSizeGrowth.Table];
}
