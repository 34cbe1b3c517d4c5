using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Session.Protocol.Accounts;
using Session.Protocol.Cryptography;
using Session.Protocol.LocalNetwork.Faults;
using Session.Protocol.LocalNetwork.Http;
using Session.Protocol.LocalNetwork.Onion;
using Session.Protocol.LocalNetwork.Seeds;
using Session.Protocol.LocalNetwork.Servers;
using Session.Protocol.Onion;
using Session.Protocol.Onion.Files;
using Session.Protocol.Onion.Nodes;
using Session.Protocol.Onion.Requests;

namespace Session.Protocol.LocalNetwork;

/// <summary>
/// A whole Session network in this process, on loopback only: a seed node and service nodes with real onion keys, TLS, swarms and
/// the storage RPC, which answer as the real storage server does. For development, samples and tests. Everything is in memory and
/// gone after <see cref="DisposeAsync"/>. Safe for concurrent use.
/// </summary>
[SuppressMessage("Design", "MA0049:Type name should not match containing namespace", Justification = "The package, its namespace and its one entry point have the same name.")]
[SuppressMessage("Naming", "CA1724:Type names should not match namespaces", Justification = "The package, its namespace and its one entry point have the same name.")]
public sealed partial class LocalNetwork : IAsyncDisposable
{
    /// <summary>First swarm id; the others follow at equal distances. Above 2^53, so that a client that reads ids as doubles fails.</summary>
    private const ulong FirstSwarmId = 1UL << 61;

    /// <summary>Keys are made from a seed and an index; nodes have those from 0 on.</summary>
    private const int PushServerIndex = -1;

    private const int FileServerIndex = -2;

    private const int NameHashSize = 32;
    private const int NameNonceSize = 24;

    private readonly NodeRegistry _registry;
    private readonly OnionRelay _relay;
    private LoopbackServer? _server;

    private LocalNetwork(NodeRegistry registry, bool sharesOneAddress)
    {
        _registry = registry;
        PushServer = new LocalPushServer(registry, CreateKeys(registry.Options, PushServerIndex));
        FileServer = new LocalFileServer(registry, CreateKeys(registry.Options, FileServerIndex));
        _relay = new OnionRelay(registry);
        SharesOneAddress = sharesOneAddress;
    }

    /// <summary>Base addresses of the seed nodes; a client posts to <c>json_rpc</c> below them.</summary>
    public IReadOnlyList<Uri> SeedUrls { get; private set; } = [];

    /// <summary>What an onion client needs to find this network; seeds over HTTPS are pinned.</summary>
    public OnionClientOptions ClientOptions => OnionClientOptions.Default with
    {
        Seeds = [.. SeedUrls.Select(url => new SeedNode(url, _registry.Options.SeedsOverHttps ? SHA256.HashData(TestCertificates.Seed.RawData) : null))],
    };

    /// <summary>What goes wrong on this network: put faults in, count them, take them out.</summary>
    public FaultScript Faults => _registry.Faults;

    /// <summary>A push notification server, reached through the exits.</summary>
    public LocalPushServer PushServer { get; }

    /// <summary>A file server, reached through the exits.</summary>
    public LocalFileServer FileServer { get; }

    /// <summary>The service nodes, decommissioned ones included.</summary>
    public IReadOnlyList<LocalNode> Nodes => _registry.Nodes;

    /// <summary>The swarms by id, as they are now.</summary>
    public IReadOnlyDictionary<ulong, IReadOnlyList<LocalNode>> Swarms => _registry.Swarms;

    /// <summary>The nodes' clock.</summary>
    public TimeProvider Clock => _registry.Clock;

    /// <summary>True when all nodes are on 127.0.0.1, so that a client must not insist on a /24 of its own for each hop.</summary>
    public bool SharesOneAddress { get; }

    internal NodeRegistry Registry => _registry;

    /// <summary>Starts a network.</summary>
    /// <param name="options">How it is made; null for <see cref="LocalNetworkOptions.Default"/>.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    /// <returns>The running network; dispose it to free its ports.</returns>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    /// <exception cref="IOException">A loopback address cannot be listened on.</exception>
    public static async Task<LocalNetwork> StartAsync(LocalNetworkOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= LocalNetworkOptions.Default;
        LocalNetworkOptions.Validate(options);
        bool addressPerNode = options.AddressPerNode ?? LoopbackAddresses.ManyAvailable;
        var registry = new NodeRegistry(options, new AdvanceableClock(options.Clock));
        registry.SetNodes([.. Enumerable.Range(0, options.NodeCount).Select(index => CreateNode(registry, index, addressPerNode))]);
        var network = new LocalNetwork(registry, !addressPerNode && options.NodeCount > 1);
        try
        {
            await network.ListenAsync(cancellationToken).ConfigureAwait(false);
            return network;
        }
        catch
        {
            await network.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Makes somebody who writes to an account under test and reads its answers.</summary>
    /// <param name="identity">The peer's account, which the peer disposes; null for a new one.</param>
    /// <returns>The peer.</returns>
    public ScriptedPeer CreatePeer(SessionIdentity? identity = null) => new(_registry, identity ?? SessionIdentity.Create());

    /// <summary>How often clients called a method at all nodes together; see <see cref="LocalNode.RequestCount"/>.</summary>
    /// <param name="method">For example <c>retrieve</c> or <c>onion_req</c>.</param>
    /// <returns>The number.</returns>
    public long RequestCount(string method) => Nodes.Sum(node => node.RequestCount(method));

    /// <summary>All counters by method, added up over the nodes.</summary>
    /// <returns>A snapshot.</returns>
    public IReadOnlyDictionary<string, long> RequestCounts() => Nodes.SelectMany(node => node.Requests)
        .GroupBy(pair => pair.Key, StringComparer.Ordinal)
        .ToDictionary(group => group.Key, group => group.Sum(pair => pair.Value), StringComparer.Ordinal);

    /// <summary>Sets what <c>ons_resolve</c> answers for a name, at the nodes and at the seed (protocol/26 §3.2).</summary>
    /// <param name="nameHash">BLAKE2b-256 of the lower-case name, 32 bytes.</param>
    /// <param name="encryptedValue">The encrypted account, any length.</param>
    /// <param name="nonce">24 bytes, or empty for a record of the old form, which has none.</param>
    /// <exception cref="ArgumentException">A length is wrong.</exception>
    public void SetName(ReadOnlySpan<byte> nameHash, ReadOnlySpan<byte> encryptedValue, ReadOnlySpan<byte> nonce)
    {
        Error.RequireLength(nameHash.Length, NameHashSize, nameof(nameHash));
        if (!nonce.IsEmpty)
        {
            Error.RequireLength(nonce.Length, NameNonceSize, nameof(nonce));
        }

        _registry.Names.Set(nameHash, new NameRecord(
            Convert.ToHexStringLower(encryptedValue), nonce.IsEmpty ? null : Convert.ToHexStringLower(nonce)));
    }

    /// <summary>Closes all ports and connections and wipes the nodes' keys.</summary>
    /// <returns>A task that ends when nothing listens any more.</returns>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _server, null) is { } server)
        {
            await server.DisposeAsync().ConfigureAwait(false);
        }

        _relay.Dispose();
        PushServer.Keys.Dispose();
        FileServer.Keys.Dispose();
        foreach (LocalNode node in Nodes)
        {
            node.Keys.Dispose();
        }
    }

    private static LocalNode CreateNode(NodeRegistry registry, int index, bool addressPerNode)
    {
        LocalNetworkOptions options = registry.Options;
        ulong swarm = (ulong)(index * options.SwarmCount / options.NodeCount);
        ulong swarmId = unchecked(FirstSwarmId + (swarm * (ulong.MaxValue / (ulong)options.SwarmCount)));
        return new LocalNode(registry, CreateKeys(options, index), addressPerNode ? LoopbackAddresses.ForNode(index) : IPAddress.Loopback, swarmId);
    }

    private static NodeKeys CreateKeys(LocalNetworkOptions options, int index)
    {
        Span<byte> seed = stackalloc byte[Ed25519.SeedSize];
        if (options.KeySeed is { } number)
        {
            Span<byte> input = stackalloc byte[sizeof(ulong) + sizeof(int)];
            BinaryPrimitives.WriteUInt64LittleEndian(input, number);
            BinaryPrimitives.WriteInt32LittleEndian(input[sizeof(ulong)..], index);
            Blake2b.Hash(input, seed);
        }
        else
        {
            RandomSource.System.Fill(seed);
        }

        try
        {
            return new NodeKeys(seed);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(seed);
        }
    }

    private async Task ListenAsync(CancellationToken cancellationToken)
    {
        LocalNetworkOptions options = _registry.Options;
        X509Certificate2? seedCertificate = options.SeedsOverHttps ? TestCertificates.Seed : null;
        LoopbackListener[] listeners =
        [
            .. Enumerable.Range(0, options.SeedCount).Select(index => new LoopbackListener(
                IPAddress.Loopback, new FaultSite(NodeRole.Seed, null, SeedIndex: index), seedCertificate, new SeedEndpoint(_registry, index).HandleAsync)),
            .. Nodes.Select(node => new LoopbackListener(
                node.Address, new FaultSite(NodeRole.Guard, node), TestCertificates.Node, new NodeEndpoint(node, _relay).HandleAsync)),
            new LoopbackListener(IPAddress.Loopback, new FaultSite(NodeRole.Server, null), Certificate: null, FileServer.Endpoint.HandleAsync),
            new LoopbackListener(IPAddress.Loopback, new FaultSite(NodeRole.Server, null), Certificate: null, PushServer.Endpoint.HandleAsync),
        ];
        _server = await LoopbackServer.StartAsync(listeners, Faults, cancellationToken).ConfigureAwait(false);
        for (int i = 0; i < Nodes.Count; i++)
        {
            Nodes[i].HttpsPort = _server.Endpoints[options.SeedCount + i].Port;
        }

        FileServer.Server = FileServerAddress.FromSigningKey(new Uri($"http://{_server.Endpoints[^2]}/"), FileServer.Keys.Identity);
        PushServer.Server = new OnionServer(new Uri($"http://{_server.Endpoints[^1]}/"), PushServer.Keys.Encryption);
        string scheme = options.SeedsOverHttps ? "https" : "http";
        SeedUrls = [.. _server.Endpoints.Take(options.SeedCount).Select(endpoint => new Uri($"{scheme}://{endpoint}/"))];
    }
}
