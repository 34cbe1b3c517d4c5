using System.Globalization;
using Session.Protocol.Storm;

const string Usage = """
    [--seed S] [--minutes M] [--accounts N]   ten minutes and two hundred accounts unless told otherwise; a random seed
    --short [--seed S]                        what the test suite does
    """;

StormOptions options = StormOptions.Full with { Seed = Random.Shared.Next() };
for (int i = 0; i < args.Length; i++)
{
    string? value = i + 1 < args.Length ? args[i + 1] : null;
    switch (args[i])
    {
        case "--short":
            options = StormOptions.Short with { Seed = options.Seed };
            break;
        case "--seed" when int.TryParse(value, CultureInfo.InvariantCulture, out int seed):
            options = options with { Seed = seed };
            i++;
            break;
        case "--minutes" when double.TryParse(value, CultureInfo.InvariantCulture, out double minutes) && minutes is > 0 and <= 1_440:
            options = options with { Duration = TimeSpan.FromMinutes(minutes) };
            i++;
            break;
        case "--accounts" when int.TryParse(value, CultureInfo.InvariantCulture, out int accounts) && accounts is >= 2 and <= 10_000:
            options = options with { Accounts = accounts };
            i++;
            break;
        default:
            Console.Error.WriteLine(Usage);
            return 2;
    }
}

Console.WriteLine($"seed {options.Seed}: {options.Accounts} accounts, {options.Nodes} nodes, {options.Duration}");
StormReport report = await StormRun.ExecuteAsync(options, Console.WriteLine);
Console.Write(report);
Console.WriteLine(report.Failures.Count == 0 ? "All well." : $"{report.Failures.Count} failures; seed {options.Seed} repeats the storm.");
return report.Failures.Count == 0 ? 0 : 1;
