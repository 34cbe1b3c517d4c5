using System.Globalization;
using System.Runtime.InteropServices;

namespace Session.Protocol.Benchmarks.Reports;

/// <summary>What a table was measured on.</summary>
internal static class Machine
{
    private const string ProcessorFile = "/proc/cpuinfo";
    private const string LoadFile = "/proc/loadavg";

    public static string Describe() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Processor()}, {Environment.ProcessorCount} cores, {RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}, {DateTime.UtcNow:yyyy-MM-dd}{Load()}.");

    private static string Processor() => File.Exists(ProcessorFile)
        && File.ReadLines(ProcessorFile).FirstOrDefault(x => x.StartsWith("model name", StringComparison.Ordinal)) is { } line
        ? line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim()
        : RuntimeInformation.ProcessArchitecture.ToString();

    // Other work on the machine is why two tables differ.
    private static string Load() => File.Exists(LoadFile) ? $", load average {File.ReadAllText(LoadFile).Split(' ')[0]}" : string.Empty;
}
