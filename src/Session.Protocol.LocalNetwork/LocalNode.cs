using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;
using Session.Protocol.Accounts;
using Session.Protocol.LocalNetwork.Faults;
using Session.Protocol.LocalNetwork.Storage;
using Session.Protocol.Onion.Nodes;

namespace Session.Protocol.LocalNetwork;

/// <summary>One service node of a <see cref="LocalNetwork"/>. Safe for concurrent use.</summary>
public sealed class LocalNode
{
    private readonly ConcurrentDictionary<string, long> _requests = new(StringComparer.Ordinal);

    internal LocalNode(NodeRegistry network, NodeKeys keys, IPAddress address, ulong swarmId)
    {
        Network = network;
        Keys = keys;
        Address = address;
        SwarmId = swarmId;
        Store = new MessageStore(network.Clock);
        Peers = new PeerLink(this);
        IdentityHex = keys.Identity.ToString();
    }

    /// <summary>Ed25519 key: the node's name, and what its signatures are checked with.</summary>
    public Ed25519PublicKey IdentityKey => Keys.Identity;

    /// <summary>X25519 key, the image of <see cref="IdentityKey"/>: what onion layers are encrypted to.</summary>
    public X25519PublicKey EncryptionKey => Keys.Encryption;

    /// <summary>Loopback address.</summary>
    public IPAddress Address { get; }

    /// <summary>Port of the HTTPS service.</summary>
    public int HttpsPort { get; internal set; }

    /// <summary>The swarm, or <see cref="ServiceNode.NoSwarm"/> while decommissioned.</summary>
    public ulong SwarmId { get; internal set; }

    /// <summary>Messages this node holds for the accounts of its swarm, expired ones included until the next sweep.</summary>
    public int StoredMessageCount => Store.Accounts.Where(account => Network.Owns(this, account)).Sum(account => Store.Copy(account).Messages.Count);

    internal NodeRegistry Network { get; }

    internal NodeKeys Keys { get; }

    internal MessageStore Store { get; }

    internal PeerLink Peers { get; }

    internal string IdentityHex { get; }

    internal long Now => (Network.Clock.GetUtcNow() + Network.Faults.ClockOffset(Here)).ToUnixTimeMilliseconds();

    internal Version HardFork => Network.Faults.HardFork(Here) ?? Network.HardFork;

    private FaultSite Here => new(NodeRole.Destination, this);

    internal IReadOnlyDictionary<string, long> Requests => _requests;

    /// <summary>The node as a client's node list describes it.</summary>
    /// <returns>A new value; the swarm is the present one.</returns>
    public ServiceNode ToServiceNode() => new(IdentityKey, EncryptionKey, Address, HttpsPort, SwarmId);

    /// <summary>How often a client called a method of this node; parts of a batch and requests that came through the onion count too.</summary>
    /// <param name="method">For example <c>store</c>; <c>onion_req</c> counts the onion layers that the node peeled, <c>connection</c> the connections that it took.</param>
    /// <returns>The number, 0 for a method that nobody called.</returns>
    public long RequestCount(string method) => _requests.GetValueOrDefault(method);

    /// <summary>Address and port, for a person to read.</summary>
    /// <returns>For example <c>127.0.3.1:40123</c>.</returns>
    public override string ToString() => $"{Address}:{HttpsPort}";

    internal JsonArray HardForkJson()
    {
        Version hardFork = HardFork;
        return [(JsonNode)hardFork.Major, (JsonNode)hardFork.Minor];
    }

    internal void Count(string method) => _requests.AddOrUpdate(method, 1, static (_, count) => count + 1);
}
