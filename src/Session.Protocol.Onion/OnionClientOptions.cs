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
    public static OnionClientOptions Testnet { get; } = new() { Directory = NodeDirectoryOptions.Testnet };

    /// <summary>A network of one's own, found through its own seeds.</summary>
    /// <param name="seeds">JSON-RPC addresses, at least one. HTTPS ones need a certificate that this machine trusts; to pin one instead, set <see cref="Directory"/>.</param>
    /// <returns>The defaults with these seeds.</returns>
    /// <exception cref="ArgumentException">No seed.</exception>
    public static OnionClientOptions ForSeeds(IEnumerable<Uri> seeds)
    {
        SeedNode[] nodes = [.. seeds.Select(seed => new SeedNode(seed))];
        return nodes.Length == 0
            ? throw new ArgumentException("At least one seed is needed.", nameof(seeds))
            : Default with { Directory = NodeDirectoryOptions.Default with { Seeds = nodes } };
    }

    /// <summary>Where the node list comes from.</summary>
    public NodeDirectoryOptions Directory { get; init; } = NodeDirectoryOptions.Default;

    /// <summary>Rules for paths.</summary>
    public PathOptions Paths { get; init; } = PathOptions.Default;

    /// <summary>How connections are made, proxy included.</summary>
    public HttpTransportOptions Transport { get; init; } = HttpTransportOptions.Default;

    /// <summary>Cipher of all layers.</summary>
    public OnionCipher Cipher { get; init; } = OnionCipher.XChaCha20;

    /// <summary>
    /// Longest wait for a node's answer, positive. A node waits five seconds for the other members of a swarm before it
    /// answers a store.
    /// </summary>
    public TimeSpan NodeTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Longest wait for a server's answer, positive; files take time.</summary>
    public TimeSpan ServerTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Longest wait for a guard that is tested before use, positive.</summary>
    public TimeSpan GuardTestTimeout { get; init; } = TimeSpan.FromSeconds(5);

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
