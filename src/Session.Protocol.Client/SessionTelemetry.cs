using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Session.Protocol.Client;

/// <summary>
/// Numbers and activities of all clients of this process. Their tags are kinds of content and outcomes: nothing tells accounts, peers or content.
/// </summary>
public static class SessionTelemetry
{
    /// <summary>The name of the <see cref="Meter"/> and of the <see cref="ActivitySource"/>, to subscribe to.</summary>
    public const string Name = "Session.Protocol.Client";

    private static readonly Meter Meter = new(Name);

    internal static ActivitySource Activities { get; } = new(Name);

    internal static Counter<long> Sent { get; } = Meter.CreateCounter<long>("session.messages.sent", "{message}", "Messages that a swarm has stored, copies for own devices included.");

    internal static Histogram<double> Handled { get; } = Meter.CreateHistogram<double>(
        "session.messages.handled.duration", "s", "Time of one attempt of a handler, by outcome: ok, failed.");

    internal static Counter<long> SetAside { get; } = Meter.CreateCounter<long>("session.messages.set_aside", "{message}", "Messages whose handler failed too often.");

    internal static Counter<long> Polls { get; } = Meter.CreateCounter<long>("session.polls", "{poll}", "Looks into the swarm, by outcome: ok or the fault.");

    internal static Counter<long> GroupPolls { get; } = Meter.CreateCounter<long>("session.group.polls", "{poll}", "Looks into the swarms of groups, by outcome: ok or the fault.");

    internal static Counter<long> GroupMissing { get; } = Meter.CreateCounter<long>("session.group.messages.missing", "{message}", "Messages of groups that were reported as missing.");

    internal static UpDownCounter<int> Held { get; } = Meter.CreateUpDownCounter<int>("session.messages.held", "{message}", "Messages that wait for a handler or are with one.");

    internal static KeyValuePair<string, object?> Outcome(string outcome) => new("session.outcome", outcome);

    internal static KeyValuePair<string, object?> Kind(object content) => new("session.content.kind", content.GetType().Name);
}
