using Session.Protocol.Accounts;
using Session.Protocol.Onion.Nodes;

namespace Session.Protocol.Onion.Paths;

/// <summary>The nodes that a request goes through, in order. Safe for concurrent use.</summary>
public sealed class OnionPath
{
    private readonly ServiceNode[] _hops;
    private long _latency;

    internal OnionPath(ServiceNode[] hops) => _hops = hops;

    /// <summary>The hops, guard first.</summary>
    public IReadOnlyList<ServiceNode> Hops => _hops;

    /// <summary>The first hop: the only one that sees our address.</summary>
    public ServiceNode Guard => _hops[0];

    /// <summary>Where the guard takes requests. Made at the first one: most paths that are drawn are never used.</summary>
    internal Uri Entrance => field ??= Guard.Endpoint("onion_req/v2");

    /// <summary>How long requests over this path took lately, destination included: an average in which the latest counts a quarter. Null before the first.</summary>
    public TimeSpan? Latency => Interlocked.Read(ref _latency) is > 0 and var ticks ? new TimeSpan(ticks) : null;

    internal void Observe(TimeSpan took)
    {
        // Two at once may lose one of their samples, which is of no weight.
        long before = Interlocked.Read(ref _latency), now = Math.Max(1, took.Ticks);
        _ = Interlocked.Exchange(ref _latency, before == 0 ? now : before + ((now - before) / 4));
    }

    internal ReadOnlySpan<ServiceNode> AsSpan() => _hops;

    /// <summary>The way to a hop: those before it.</summary>
    internal OnionPath Before(int hop) => new(_hops[..hop]);

    internal bool Contains(Ed25519PublicKey node) => IndexOf(node) >= 0;

    internal int IndexOf(Ed25519PublicKey node) => Array.FindIndex(_hops, hop => hop.IdentityKey == node);

    /// <summary>Addresses in order, for a person to read.</summary>
    /// <returns>For example <c>127.0.1.1:22101 → 127.0.4.1:22104 → 127.0.7.1:22107</c>.</returns>
    public override string ToString() => string.Join(" → ", _hops.AsEnumerable());
}
