using Session.Protocol.Conformance;

// dotnet run -c Release --project tests/Session.Protocol.Conformance -- DIR [--require name,name…]
const string Usage = "usage: Session.Protocol.Conformance DIR [--require name,name…]";
string? directory = null;
string[] required = [];
for (int i = 0; i < args.Length; i++)
{
    if (args[i] == "--require" && i + 1 < args.Length)
    {
        required = args[++i].Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    }
    else if (directory is null && !args[i].StartsWith('-'))
    {
        directory = args[i];
    }
    else
    {
        return Complain(Usage);
    }
}

if (directory is null)
{
    return Complain(Usage);
}

if (!Directory.Exists(directory))
{
    return Complain($"{directory}: no such folder");
}

int passed = 0, failed = 0, skipped = 0;
var seen = new Dictionary<string, FileReport>(StringComparer.Ordinal);
foreach (string path in Directory.GetFiles(directory, "*.json").Order(StringComparer.Ordinal))
{
    FileReport report = ConformanceRunner.Run(path);
    Console.WriteLine(report);
    foreach (string failure in report.Failures)
    {
        Console.WriteLine("  FAILED " + failure);
    }

    seen[report.File] = report;
    passed += report.Passed;
    failed += report.Failed;
    skipped += report.Skipped;
}

bool complete = true;
foreach (string name in required.Select(x => x.EndsWith(".json", StringComparison.Ordinal) ? x[..^5] : x))
{
    if (!seen.TryGetValue(name, out FileReport? report) || report.Skipped > 0 || report.Passed == 0)
    {
        Console.WriteLine(report is null ? $"REQUIRED {name}: missing" : $"REQUIRED {name}: incomplete ({report})");
        complete = false;
    }
}

Console.WriteLine($"{passed} passed, {failed} failed, {skipped} skipped");
return failed == 0 && complete ? 0 : 1;

static int Complain(string message)
{
    Console.Error.WriteLine(message);
    return 2;
}
