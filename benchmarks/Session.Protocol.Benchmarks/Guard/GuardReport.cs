using System.Globalization;
using System.Text;
using Session.Protocol.Benchmarks.Reports;

namespace Session.Protocol.Benchmarks.Guard;

/// <summary>The guard's table as Markdown.</summary>
internal static class GuardReport
{
    public static string ToMarkdown(IReadOnlyList<GuardRow> rows)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"# Operations beside their floors\n\n{Machine.Describe()}\n\n![ratio to the floor](guard.svg)\n\n");
        text.Append("| operation | ns | floor ns | ratio | limit | bytes | limit |\n|---|---:|---:|---:|---:|---:|---:|\n");
        foreach ((string name, GuardMeasurement measured, GuardLimit limit) in rows)
        {
            text.Append(CultureInfo.InvariantCulture, $"| {name} | {measured.Nanoseconds:N0} | {measured.FloorNanoseconds:N0} | {measured.Ratio:F2} | {limit.Ratio:F2} | {measured.Bytes:N0} | {limit.Bytes:N0} |\n");
        }

        return text.ToString();
    }
}
