namespace Session.Protocol.Benchmarks.Guard;

/// <summary>Fails when an operation passed its limit, and records the table when asked to.</summary>
internal static class GuardCommand
{
    public static int Run(string limitsFile, string prefix)
    {
        var run = new GuardRun(GuardLimit.Read(limitsFile));
        _ = run.Measure(prefix);
        return Report(run);
    }

    /// <summary>The same for all operations; writes the table and its picture into <paramref name="folder"/>.</summary>
    public static int Record(string limitsFile, string folder)
    {
        var run = new GuardRun(GuardLimit.Read(limitsFile));
        IReadOnlyList<GuardRow> rows = run.Measure(string.Empty);
        File.WriteAllText(Path.Combine(folder, "guard.md"), GuardReport.ToMarkdown(rows));
        File.WriteAllText(Path.Combine(folder, "guard.svg"), GuardPicture.ToSvg(rows));
        return Report(run);
    }

    private static int Report(GuardRun run)
    {
        Console.WriteLine(run.Failures == 0 ? "All within their limits." : $"{run.Failures} over a limit.");
        return run.Failures == 0 ? 0 : 1;
    }
}
