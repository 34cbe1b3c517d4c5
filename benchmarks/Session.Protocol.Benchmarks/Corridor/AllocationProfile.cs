using System.Diagnostics.Tracing;
using Microsoft.Diagnostics.NETCore.Client;
using Microsoft.Diagnostics.Tracing.Etlx;

namespace Session.Protocol.Benchmarks.Corridor;

/// <summary>Where this process allocates: the runtime tells about every hundred kilobytes what was allocated and by whom.</summary>
internal static class AllocationProfile
{
    private const long GarbageCollectionKeyword = 0x1;
    private const string OwnCode = "Session.Protocol";

    /// <summary>Runs the action and returns bytes by "type &lt;- the method of this library that asked for it".</summary>
    public static async Task<IReadOnlyList<KeyValuePair<string, double>>> OfAsync(Func<Task> action)
    {
        string trace = Path.GetTempFileName();
        try
        {
            EventPipeProvider[] providers = [new("Microsoft-Windows-DotNETRuntime", EventLevel.Verbose, GarbageCollectionKeyword)];
            using (EventPipeSession session = new DiagnosticsClient(Environment.ProcessId).StartEventPipeSession(providers))
            {
                await using FileStream file = File.Create(trace);
                Task copying = session.EventStream.CopyToAsync(file);
                await action();
                await session.StopAsync(CancellationToken.None);
                await copying;
            }

            return Read(trace);
        }
        finally
        {
            File.Delete(trace);
        }
    }

    private static List<KeyValuePair<string, double>> Read(string trace)
    {
        var bytes = new Dictionary<string, double>(StringComparer.Ordinal);
        string converted = TraceLog.CreateFromEventPipeDataFile(trace);
        using (var log = new TraceLog(converted))
        {
            using TraceLogEventSource source = log.Events.GetSource();
            source.Clr.GCAllocationTick += tick =>
            {
                string name = $"{tick.TypeName} <- {Owner(tick.CallStack())}";
                bytes[name] = bytes.GetValueOrDefault(name) + tick.AllocationAmount64;
            };
            _ = source.Process();
        }

        File.Delete(converted);
        return [.. bytes.OrderByDescending(x => x.Value)];
    }

    // The frame just above the framework's, and how the framework was entered.
    private static string Owner(TraceCallStack? stack)
    {
        string below = string.Empty;
        for (; stack is not null; stack = stack.Caller)
        {
            string frame = stack.CodeAddress.FullMethodName;
            if (frame.StartsWith(OwnCode, StringComparison.Ordinal))
            {
                return below.Length == 0 ? Short(frame) : $"{Short(frame)} via {Short(below)}";
            }

            below = frame.Length == 0 ? below : frame;
        }

        return $"the framework's own threads, {Short(below)}";
    }

    private static string Short(string frame)
    {
        string name = frame.Split('(')[0];
        string[] parts = name.Split('.');
        return string.Join('.', parts[Math.Max(0, parts.Length - 2)..]);
    }
}
