using System.Diagnostics;

namespace Session.Protocol.Benchmarks.Corridor;

/// <summary>What this process needed for one message.</summary>
internal sealed record CorridorCost(double Microseconds, double Bytes, double Milliseconds)
{
    public static async Task<CorridorCost> MeasureAsync(int messages, Func<Task> action)
    {
        using var self = Process.GetCurrentProcess();
        long bytes = GC.GetTotalAllocatedBytes(precise: true);
        TimeSpan processor = self.TotalProcessorTime;
        long start = Stopwatch.GetTimestamp();
        await action();
        TimeSpan elapsed = Stopwatch.GetElapsedTime(start);
        self.Refresh();
        return new CorridorCost(
            (self.TotalProcessorTime - processor).TotalMicroseconds / messages,
            (GC.GetTotalAllocatedBytes(precise: true) - bytes) / (double)messages,
            elapsed.TotalMilliseconds / messages);
    }
}
