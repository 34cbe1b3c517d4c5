using System.Globalization;
using System.Net;
using System.Text;

namespace Session.Protocol.Benchmarks.Guard;

/// <summary>The guard's ratios as a picture: a bar for each operation, from the floor to what it costs, and a mark at its limit.</summary>
internal static class GuardPicture
{
    private const int LabelWidth = 300;
    private const int PlotWidth = 460;
    private const int RowHeight = 18;
    private const int Top = 44;

    // Bars start a little left of 1.00, so that an operation at its floor still shows one. What is beyond the right edge is cut: its number says how much.
    private const double From = 0.9;
    private const double To = 1.5;
    private const double GridStep = 0.1;

    public static string ToSvg(IReadOnlyList<GuardRow> rows)
    {
        GuardRow[] shown = [.. rows.Where(x => x.Measured.Ratio is not null)];
        int height = Top + (shown.Length * RowHeight) + 12;
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"""
            <svg xmlns="http://www.w3.org/2000/svg" width="{LabelWidth + PlotWidth + 60}" height="{height}" font-family="sans-serif" font-size="11">
            <rect width="100%" height="100%" fill="white"/>
            <text x="8" y="18" font-size="13">Time as a multiple of the raw primitives (1.00 is the floor); the mark is the limit</text>

            """);
        for (int i = 0; From + (i * GridStep) <= To + (GridStep / 2); i++)
        {
            double at = From + (i * GridStep);
            svg.Append(CultureInfo.InvariantCulture, $"""
                <line x1="{X(at):F1}" y1="{Top - 6}" x2="{X(at):F1}" y2="{height - 8}" stroke="{(i == 1 ? "black" : "#ddd")}"/>
                <text x="{X(at):F1}" y="{Top - 10}" text-anchor="middle" fill="#555">{at:F1}</text>

                """);
        }

        for (int i = 0; i < shown.Length; i++)
        {
            AppendRow(svg, shown[i], Top + (i * RowHeight));
        }

        return svg.Append("</svg>\n").ToString();
    }

    private static void AppendRow(StringBuilder svg, GuardRow row, int y)
    {
        double ratio = row.Measured.Ratio!.Value;
        double end = X(ratio);
        svg.Append(CultureInfo.InvariantCulture, $"""
            <text x="{LabelWidth - 8}" y="{y + 12}" text-anchor="end">{WebUtility.HtmlEncode(row.Name)}</text>
            <rect x="{LabelWidth}" y="{y + 3}" width="{end - LabelWidth:F1}" height="{RowHeight - 6}" fill="{(row.IsWithin ? "#4a90d9" : "#d9534a")}"/>
            <text x="{end + 4:F1}" y="{y + 12}" fill="#333">{ratio:F2}</text>

            """);
        if (row.Limit.Ratio is { } limit and <= To)
        {
            double x = X(limit);
            svg.Append(CultureInfo.InvariantCulture, $"""<line x1="{x:F1}" y1="{y + 1}" x2="{x:F1}" y2="{y + RowHeight - 1}" stroke="#d90" stroke-width="2"/>""").Append('\n');
        }
    }

    private static double X(double ratio) => LabelWidth + ((Math.Clamp(ratio, From, To) - From) / (To - From) * PlotWidth);
}
