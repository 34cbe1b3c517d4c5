using Session.Protocol.Cryptography;

namespace Session.Protocol.Onion.Paths;

/// <summary>
/// How long to wait before the next try after failures in a row: one second, doubled each time up to eight, of which chance takes up
/// to a half, so that clients which lost the same node do not come back together. With a test of five seconds there are always two tries
/// within thirty seconds.
/// </summary>
internal static class RebuildDelay
{
    private const int FirstMilliseconds = 1_000;
    private const int MaxDoublings = 3;

    /// <param name="failures">Failures in a row, at least 1.</param>
    /// <param name="random">Where chance comes from.</param>
    public static TimeSpan After(int failures, IRandomSource random)
    {
        int whole = FirstMilliseconds << Math.Min(failures - 1, MaxDoublings);
        return TimeSpan.FromMilliseconds(whole - random.Next(whole / 2));
    }
}
