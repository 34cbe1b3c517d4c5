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
