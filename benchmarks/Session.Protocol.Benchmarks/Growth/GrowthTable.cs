using System.Globalization;
using System.Text;
using Session.Protocol.Benchmarks.Guard;

namespace Session.Protocol.Benchmarks.Growth;

/// <summary>Operations against one quantity, measured at some points.</summary>
/// <param name="Axis">The quantity and its unit.</param>
internal sealed record GrowthTable(string Axis, IReadOnlyList<int> Points, IReadOnlyList<GrowthSeries> Series)
{
    public string ToMarkdown()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"| {Axis} |");
        foreach (GrowthSeries series in Series)
        {
            text.Append(CultureInfo.InvariantCulture, $" {series.Name}, ns | bytes |");
        }

        text.Append("\n|---:|").Insert(text.Length, "---:|", Series.Count * 2).Append('\n');
        foreach (int point in Points)
        {
            text.Append(CultureInfo.InvariantCulture, $"| {point:N0} |");
            foreach (GrowthSeries series in Series)
            {
                GuardMeasurement measured = GuardMeasurement.Of(new GuardedOperation(series.Name, series.At(point), Floor: null));
                text.Append(CultureInfo.InvariantCulture, $" {measured.Nanoseconds:N0} | {measured.Bytes:N0} |");
            }

            text.Append('\n');
        }

        return text.ToString();
    }
}
