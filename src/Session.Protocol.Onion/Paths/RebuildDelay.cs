using Session.Protocol.Cryptography;

namespace Session.Protocol.Onion.Paths;

/// <summary>
/// How long to wait before the next try after failures in a row: one second, doubled each time up to thirty, of which chance takes up
/// to a half, so that clients which lost the same node do not come back together.
/// </summary>
internal static class RebuildDelay
{
    private const int FirstMilliseconds = 1_000;
    private const int LongestMilliseconds = 30_000;

    /// <param name="failures">Failures in a row, at least 1.</param>
    /// <param name="random">Where chance comes from.</param>
    public static TimeSpan After(int failures, IRandomSource random)
    {
        int whole = failures > 5 ? LongestMilliseconds : Math.Min(FirstMilliseconds << (failures - 1), LongestMilliseconds);
        return TimeSpan.FromMilliseconds(whole - random.Next(whole / 2));
    }
}
