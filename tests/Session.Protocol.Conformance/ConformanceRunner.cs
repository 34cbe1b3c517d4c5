using System.Text.Json;

namespace Session.Protocol.Conformance;

/// <summary>Runs vector files through the suites that know them.</summary>
public static class ConformanceRunner
{
    private static readonly Dictionary<string, IVectorSuite> Suites = AllSuites()
        .SelectMany(suite => suite.Files.Select(file => (file, suite)))
        .ToDictionary(x => x.file, x => x.suite, StringComparer.Ordinal);

    /// <summary>Names of the files that have a suite.</summary>
    public static IReadOnlyCollection<string> KnownFiles => Suites.Keys;

    /// <summary>Runs one file. A file without a suite counts as one skipped case.</summary>
    public static FileReport Run(string path)
    {
        string name = Path.GetFileNameWithoutExtension(path);
        if (!Suites.TryGetValue(name, out IVectorSuite? suite))
        {
            return new FileReport(name, 0, 0, 1, []);
        }

        int passed = 0, skipped = 0;
        var failures = new List<string>();
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
        foreach (VectorCase @case in suite.Read(document.RootElement))
        {
            CaseOutcome outcome = Run(@case);
            switch (outcome.Verdict)
            {
                case CaseVerdict.Passed:
                    passed++;
                    break;
                case CaseVerdict.Skipped:
                    skipped++;
                    break;
                default:
                    failures.Add($"{name}/{@case.Name}: {outcome.Reason}");
                    break;
            }
        }

        return new FileReport(name, passed, failures.Count, skipped, failures);
    }

    // A case that throws has failed, and the run goes on with the next one.
    private static CaseOutcome Run(VectorCase @case)
    {
        try
        {
            return @case.Run();
        }
        catch (Exception e)
        {
            return CaseOutcome.Failed($"{e.GetType().Name}: {e.Message}");
        }
    }

    private static IEnumerable<IVectorSuite> AllSuites() => typeof(ConformanceRunner).Assembly.GetTypes()
        .Where(type => type is { IsClass: true, IsAbstract: false } && type.IsAssignableTo(typeof(IVectorSuite)))
        .Select(type => (IVectorSuite)Activator.CreateInstance(type)!);
}
