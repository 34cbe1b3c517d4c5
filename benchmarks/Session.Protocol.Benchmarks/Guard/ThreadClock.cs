using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Session.Protocol.Benchmarks.Guard;

/// <summary>CPU time of this thread, so that other programs on the machine do not count; wall time where the system has no such clock.</summary>
internal static partial class ThreadClock
{
    private const int LinuxThreadCpuTime = 3;
    private const int MacThreadCpuTime = 16;
    private const long NanosecondsPerSecond = 1_000_000_000;

    public static long Nanoseconds()
    {
        int clock = OperatingSystem.IsLinux() ? LinuxThreadCpuTime : OperatingSystem.IsMacOS() ? MacThreadCpuTime : -1;
        return clock >= 0 && ReadClock(clock, out TimeSpec time) == 0
            ? (time.Seconds * NanosecondsPerSecond) + time.Nanoseconds
            : Stopwatch.GetElapsedTime(0).Ticks * (NanosecondsPerSecond / TimeSpan.TicksPerSecond);
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int ReadClock(int clock, out TimeSpec time);

    [StructLayout(LayoutKind.Sequential)]
    private struct TimeSpec
    {
        public nint Seconds;
        public nint Nanoseconds;
    }
}
