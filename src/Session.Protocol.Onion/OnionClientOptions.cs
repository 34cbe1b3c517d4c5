using System.Net;
using Session.Protocol.Onion.Nodes;
using Session.Protocol.Onion.Paths;
using Session.Protocol.Onion.Requests;
using Session.Protocol.Onion.Transport;

namespace Session.Protocol.Onion;

/// <summary>How an <see cref="OnionClient"/> works. Immutable; checked by its constructor.</summary>
public sealed record OnionClientOptions
{
    /// <summary>The main network, two paths of three hops.</summary>
    public static OnionClientOptions Default { get; } = new();

    /// <summary>The test network.</summary>
    public static OnionClientOptions Testnet { get; } = new() { Seeds = SeedNode.Testnet };

    /// <summary>A network of one's own, found through its own seeds.</summary>
    /// <param name="seeds">JSON-RPC addresses, at least one. HTTPS ones need a certificate that this machine trusts; to pin one instead, set <see cref="Seeds"/>.</param>
    /// <returns>The defaults with these seeds.</returns>
    /// <exception cref="ArgumentException">No seed.</exception>
    public static OnionClientOptions ForSeeds(IEnumerable<Uri> seeds)
    {
        SeedNode[] nodes = [.. seeds.Select(seed => new SeedNode(seed))];
        return nodes.Length == 0
            ? throw new ArgumentException("At least one seed is needed.", nameof(seeds))
            : Default with { Seeds = nodes };
    }

    /// <summary>Where the first node list comes from, at least one; asked in random order until one gives a list. Later the nodes themselves are asked first.</summary>
    public IReadOnlyList<SeedNode> Seeds
    {
        get => Directory.Seeds;
        init => Directory = Directory with { Seeds = value };
    }

    /// <summary>
    /// A node list that the application brings along, used when no seed can be reached and no list was kept; null for none. Its nodes are
    /// asked for a newer one before anything else.
    /// </summary>
    public NodeSnapshot? FallbackNodes
    {
        get => Directory.Fallback;
        init => Directory = Directory with { Fallback = value };
    }

    /// <summary>Age at which the node list is fetched again, positive.</summary>
    public TimeSpan NodeListLifetime
    {
        get => Directory.Lifetime;
        init => Directory = Directory with { Lifetime = value };
    }

    /// <summary>Nodes that are asked for a new list at the same time, 2 to 16.</summary>
    public int NodeListSources
    {
        get => Directory.AskedNodes;
        init => Directory = Directory with { AskedNodes = value };
    }

    /// <summary>How many of them must describe a node alike for it to count, 2 to <see cref="NodeListSources"/>.</summary>
    public int NodeListAgreement
    {
        get => Directory.AgreeingNodes;
        init => Directory = Directory with { AgreeingNodes = value };
    }

    /// <summary>Paths that are kept ready, 1 to 8. Each has a guard of its own, which learns this machine's address.</summary>
    public int PathCount
    {
        get => Paths.PathCount;
        init => Paths = Paths with { PathCount = value };
    }

    /// <summary>Age at which a path gets other nodes behind its guard, positive.</summary>
    public TimeSpan PathRotation
    {
        get => Paths.RotationInterval;
        init => Paths = Paths with { RotationInterval = value };
    }

    /// <summary>
    /// Whether several accounts may send over the paths of one client, which lets nodes guess that they belong together. False unless
    /// that is no secret.
    /// </summary>
    public bool AllowSharedPaths { get; init; }

    /// <summary>How long a guard is kept, positive; over restarts only with a <see cref="Store"/>.</summary>
    public TimeSpan GuardLifetime
    {
        get => Paths.GuardLifetime;
        init => Paths = Paths with { GuardLifetime = value };
    }

    /// <summary>Whether the hops of a path must lie in different /24 networks.</summary>
    public NetworkDiversity NetworkDiversity
    {
        get => Paths.NetworkDiversity;
        init => Paths = Paths with { NetworkDiversity = value };
    }

    /// <summary>A proxy for everything that this client makes connections for, or null. The system's settings are never used.</summary>
    public IWebProxy? Proxy
    {
        get => Transport.Proxy;
        init => Transport = Transport with { Proxy = value };
    }

    /// <summary>Where the node list and the guards are kept between runs; null to start anew each time.</summary>
    public IOnionStore? Store { get; init; }

    /// <summary>
    /// Longest wait for a node's answer, positive. A node waits five seconds for the other members of a swarm before it
    /// answers a store.
    /// </summary>
    public TimeSpan NodeTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Longest wait for a server's answer, positive; files take time.</summary>
    public TimeSpan ServerTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Longest wait for a guard that is tested before use, positive.</summary>
    public TimeSpan GuardTestTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Where the node list comes from.</summary>
    internal NodeDirectoryOptions Directory { get; init; } = NodeDirectoryOptions.Default;

    /// <summary>Rules for paths.</summary>
    internal PathOptions Paths { get; init; } = PathOptions.Default;

    /// <summary>How connections are made.</summary>
    internal HttpTransportOptions Transport { get; init; } = HttpTransportOptions.Default;

    /// <summary>Cipher of all layers.</summary>
    internal OnionCipher Cipher { get; init; } = OnionCipher.XChaCha20;

    internal void Validate()
    {
        Directory.Validate();
        Paths.Validate();
        Transport.Validate();
        _ = OnionLayer.NonceSize(Cipher);
        OptionChecks.RequirePositive(NodeTimeout);
        OptionChecks.RequirePositive(ServerTimeout);
        OptionChecks.RequirePositive(GuardTestTimeout);
    }
}
