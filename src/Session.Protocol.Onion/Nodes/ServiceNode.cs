using System.Net;
using Session.Protocol.Accounts;

namespace Session.Protocol.Onion.Nodes;

/// <summary>
/// One service node as a client knows it: its keys, its address and its swarm (protocol/20 §1). An immutable value;
/// two nodes are the same when their Ed25519 keys are.
/// </summary>
public sealed class ServiceNode : IEquatable<ServiceNode>
{
    /// <summary>Swarm id of a node that belongs to no swarm (decommissioned).</summary>
    public const ulong NoSwarm = ulong.MaxValue;

    /// <summary>Describes a node.</summary>
    /// <param name="identityKey">The node's Ed25519 key, its name everywhere in the protocol.</param>
    /// <param name="encryptionKey">The node's X25519 key, which onion layers are encrypted to.</param>
    /// <param name="address">IPv4 address.</param>
    /// <param name="httpsPort">Port of the HTTPS service, 1 to 65535.</param>
    /// <param name="swarmId">The swarm, or <see cref="NoSwarm"/>; null when the source did not say.</param>
    public ServiceNode(Ed25519PublicKey identityKey, X25519PublicKey encryptionKey, IPAddress address, int httpsPort, ulong? swarmId = null)
    {
        ArgumentNullException.ThrowIfNull(address);
        ArgumentOutOfRangeException.ThrowIfLessThan(httpsPort, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(httpsPort, ushort.MaxValue);
        IdentityKey = identityKey;
        EncryptionKey = encryptionKey;
        Address = address;
        HttpsPort = httpsPort;
        SwarmId = swarmId;
    }

    /// <summary>The node's Ed25519 key: its name, and what its signatures are checked with.</summary>
    public Ed25519PublicKey IdentityKey { get; }

    /// <summary>The node's X25519 key: what onion layers are encrypted to.</summary>
    public X25519PublicKey EncryptionKey { get; }

    /// <summary>IPv4 address.</summary>
    public IPAddress Address { get; }

    /// <summary>Port of the HTTPS service.</summary>
    public int HttpsPort { get; }

    /// <summary>The swarm, <see cref="NoSwarm"/>, or null when unknown.</summary>
    public ulong? SwarmId { get; }

    /// <summary>Where it takes requests of a kind, for example <c>onion_req/v2</c>.</summary>
    internal Uri Endpoint(string path) => new($"https://{Address}:{HttpsPort}/{path}");

    /// <inheritdoc/>
    public bool Equals(ServiceNode? other) => other is not null && IdentityKey == other.IdentityKey;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ServiceNode);

    /// <inheritdoc/>
    public override int GetHashCode() => IdentityKey.GetHashCode();

    /// <summary>Address and port, for a person to read.</summary>
    /// <returns>For example <c>127.0.3.1:22103</c>.</returns>
    public override string ToString() => $"{Address}:{HttpsPort}";
}
