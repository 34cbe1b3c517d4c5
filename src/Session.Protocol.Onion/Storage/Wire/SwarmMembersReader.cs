using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Session.Protocol.Accounts;
using Session.Protocol.Onion.Nodes;
using Session.Protocol.Onion.Storage.Results;

namespace Session.Protocol.Onion.Storage.Wire;

/// <summary>Reads the answer of <c>get_swarm</c>, which is also the body of status 421 (protocol/20 §5.2).</summary>
internal static class SwarmMembersReader
{
    /// <summary>Null when there is no list; single nodes that are malformed or not contactable are left out.</summary>
    public static SwarmMembers? Read(JsonElement body)
    {
        if (!body.TryGet("snodes"u8, JsonValueKind.Array, out JsonElement list) || list.GetArrayLength() > StorageLimits.MaxSwarmMembers)
        {
            return null;
        }

        ulong swarmId = body.TryGetText("swarm"u8, out string? hex) && ulong.TryParse(hex, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong id)
            ? id
            : ServiceNode.NoSwarm;
        var nodes = new Dictionary<Ed25519PublicKey, ServiceNode>();
        foreach (JsonElement item in list.EnumerateArray())
        {
            if (ReadNode(item, swarmId) is { } node)
            {
                nodes.TryAdd(node.IdentityKey, node);
            }
        }

        return new SwarmMembers(swarmId, [.. nodes.Values]);
    }

    private static ServiceNode? ReadNode(JsonElement item, ulong swarmId)
    {
        bool ok = item.TryGetText("pubkey_ed25519"u8, out string? identity) & item.TryGetText("pubkey_x25519"u8, out string? encryption) & item.TryGetText("ip"u8, out string? ip);
        return ok
            && Ed25519PublicKey.TryParse(identity, out Ed25519PublicKey identityKey)
            && X25519PublicKey.TryParse(encryption, out X25519PublicKey encryptionKey)
            && IPAddress.TryParse(ip, out IPAddress? address) && address.AddressFamily == AddressFamily.InterNetwork
            && !address.Equals(IPAddress.Any) && !address.Equals(IPAddress.Broadcast)
            && item.GetInteger("port_https"u8) is >= 1 and <= ushort.MaxValue and var port
            ? new ServiceNode(identityKey, encryptionKey, address, (int)port, swarmId)
            : null;
    }
}
