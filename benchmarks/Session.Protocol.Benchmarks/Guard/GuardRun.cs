using System.Globalization;

namespace Session.Protocol.Benchmarks.Guard;

/// <summary>
/// Measures every operation beside its floor and prints a line for each. A ratio survives a busy machine better than nanoseconds
/// do, and an operation over its limit is measured again before it counts.
/// </summary>
internal sealed class GuardRun(IReadOnlyDictionary<string, GuardLimit> limits)
{
    private const int Attempts = 3;

    /// <summary>Operations without a limit, limits without an operation, and what passed its limit.</summary>
    public int Failures { get; private set; }

    public IReadOnlyList<GuardRow> Measure(string prefix)
    {
        var rows = new List<GuardRow>();
        var unknown = limits.Keys.Where(x => x.StartsWith(prefix, StringComparison.Ordinal)).ToHashSet();
        Print($"{"operation",-36} {"ns",11} {"floor ns",11} {"ratio",7} {"limit",7} {"bytes",7} {"limit",7}");
        foreach (GuardedOperation operation in GuardedOperation.All(prefix))
        {
            unknown.Remove(operation.Name);
            if (!limits.TryGetValue(operation.Name, out GuardLimit? limit))
            {
                Fail($"{operation.Name,-36} has no limit");
                continue;
            }

            GuardRow row = BestOf(operation, limit);
            rows.Add(row);
            GuardMeasurement measured = row.Measured;
            Print($"{row.Name,-36} {measured.Nanoseconds,11:N0} {measured.FloorNanoseconds,11:N0} {measured.Ratio,7:F3} {limit.Ratio,7:F2} {measured.Bytes,7} {limit.Bytes,7}{(row.IsWithin ? "" : "  OVER")}");
            Failures += row.IsWithin ? 0 : 1;
        }

        foreach (string name in unknown)
        {
            Fail($"{name,-36} has a limit, but is no operation");
        }

        return rows;
    }

    private static GuardRow BestOf(GuardedOperation operation, GuardLimit limit)
    {
        var best = new GuardRow(operation.Name, GuardMeasurement.Of(operation), limit);
        for (int i = 1; i < Attempts && !best.IsWithin; i++)
        {
            GuardMeasurement again = GuardMeasurement.Of(operation);
            best = again.Ratio < best.Measured.Ratio || again.Bytes < best.Measured.Bytes ? best with { Measured = again } : best;
        }

        return best;
    }

    private void Fail(FormattableString line)
    {
        Failures++;
        Print(line);
    }

    private static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
