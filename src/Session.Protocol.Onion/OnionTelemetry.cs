using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Session.Protocol.Onion;

/// <summary>
/// Numbers and activities of all onion clients of this process, under the name <see cref="Name"/>. The tags are a request's class and how
/// it ended: nothing tells accounts, nodes, servers or content (docs/onion.md lists them).
/// </summary>
internal static class OnionTelemetry
{
    public const string Name = "Session.Protocol.Onion";

    /// <summary>Tag: what kind of request, one of <see cref="Requests.RequestClass"/>.</summary>
    public const string ClassTag = "session.request.class";

    /// <summary>Tag: <c>ok</c>, <c>cancelled</c> or an <see cref="OnionFault"/>.</summary>
    public const string OutcomeTag = "session.request.outcome";

    private static readonly Meter Meter = new(Name);

    public static ActivitySource Activities { get; } = new(Name);

    public static Histogram<double> Duration { get; } = Meter.CreateHistogram<double>(
        "session.onion.request.duration", "s", "Time of a request over the onion, second tries included.");

    public static Counter<long> Repeats { get; } = Meter.CreateCounter<long>(
        "session.onion.request.repeats", "{request}", "Requests that were sent once more over another path.");

    public static Counter<long> PathLosses { get; } = Meter.CreateCounter<long>(
        "session.onion.path.losses", "{path}", "Paths that were changed or given up because of failures.");

    public static UpDownCounter<int> ReadyPaths { get; } = Meter.CreateUpDownCounter<int>(
        "session.onion.path.ready", "{path}", "Paths that are ready, over all clients.");
}
