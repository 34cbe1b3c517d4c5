using System.Text.Json.Nodes;
using Session.Protocol.LocalNetwork.Onion;

namespace Session.Protocol.LocalNetwork;

/// <summary>How a <see cref="LocalNetwork"/> is made. Immutable; checked by <see cref="LocalNetwork.StartAsync"/>.</summary>
public sealed record LocalNetworkOptions
{
    /// <summary>Most nodes of one network: each has an address of its own in 127.0.0.0/8.</summary>
    public const int MaxNodes = 1_000;

    /// <summary>Most seeds of one network; the main network has three.</summary>
    public const int MaxSeeds = 10;

    /// <summary>Nine nodes in two swarms on the system's clock.</summary>
    public static LocalNetworkOptions Default { get; } = new();

    /// <summary>Number of service nodes, 1 to <see cref="MaxNodes"/>. A client's three hops and a destination need four.</summary>
    public int NodeCount { get; init; } = 9;

    /// <summary>Number of swarms, 1 to <see cref="NodeCount"/>. The nodes are shared out evenly.</summary>
    public int SwarmCount { get; init; } = 2;

    /// <summary>With a number, the nodes have the same keys in every network made with it; null for random keys.</summary>
    public ulong? KeySeed { get; init; }

    /// <summary>Number of seeds, 1 to <see cref="MaxSeeds"/>.</summary>
    public int SeedCount { get; init; } = 1;

    /// <summary>
    /// True gives the seeds HTTPS with a certificate of their own, which <see cref="LocalNetwork.ClientOptions"/> pins; false plain HTTP, as
    /// the official test networks have it.
    /// </summary>
    public bool SeedsOverHttps { get; init; }

    /// <summary>Decides how faults with a probability fall: the same number gives the same sequence for each fault.</summary>
    public ulong FaultSeed { get; init; }

    /// <summary>
    /// The clock of all nodes: timestamps, expiry, time limits and delays. A virtual one makes hours of them pass at once;
    /// <see cref="LocalNetwork.AdvanceClock"/> puts the nodes forward on any.
    /// </summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Version that the nodes report, three numbers.</summary>
    public Version StorageServerVersion { get; init; } = new(2, 8, 0);

    /// <summary>Hard fork and revision that the nodes report as <c>hf</c>; <see cref="LocalNetwork.SetHardFork"/> changes it later.</summary>
    public Version HardFork { get; init; } = new(19, 4);

    /// <summary>
    /// True gives node <c>i</c> the address 127.0.i.1, so that each is a /24 of its own; false puts all on 127.0.0.1 with
    /// different ports. Null finds out what this system can do.
    /// </summary>
    public bool? AddressPerNode { get; init; }

    /// <summary>Direct requests that a client address may make to one node at once, at least 1 (protocol/21 §1.1).</summary>
    public int RateLimitBurst { get; init; } = 600;

    /// <summary>Direct requests per second that a client address regains, at least 1.</summary>
    public int RateLimitPerSecond { get; init; } = 300;

    /// <summary>
    /// Called for every onion layer that a node has peeled, with all that this node learns: what an assertion about anonymity
    /// looks at. It runs inside the request and may be called concurrently.
    /// </summary>
    public Action<ObservedLayer>? OnLayerPeeled { get; init; }

    /// <summary>How the nodes name themselves in HTTP headers.</summary>
    internal string SoftwareName => $"Oxen Storage Server/{StorageServerVersion.ToString(3)}";

    internal JsonArray VersionJson() =>
        [(JsonNode)StorageServerVersion.Major, (JsonNode)StorageServerVersion.Minor, (JsonNode)StorageServerVersion.Build];

    internal static void Validate(LocalNetworkOptions options)
    {
        RequireRange(options.NodeCount, MaxNodes, nameof(NodeCount), nameof(options));
        RequireRange(options.SwarmCount, options.NodeCount, nameof(SwarmCount), nameof(options));
        RequireRange(options.SeedCount, MaxSeeds, nameof(SeedCount), nameof(options));
        RequireRange(options.RateLimitBurst, int.MaxValue, nameof(RateLimitBurst), nameof(options));
        RequireRange(options.RateLimitPerSecond, int.MaxValue, nameof(RateLimitPerSecond), nameof(options));
        if (options.StorageServerVersion is not { Build: >= 0 } || options.HardFork is null || options.Clock is null)
        {
            throw new ArgumentException("The version needs three numbers; hard fork and clock must be given.", nameof(options));
        }
    }

    private static void RequireRange(int value, int max, string name, string parameter)
    {
        if (value < 1 || value > max)
        {
            throw new ArgumentOutOfRangeException(parameter, value, $"{name} must be 1 to {max}.");
        }
    }
}
