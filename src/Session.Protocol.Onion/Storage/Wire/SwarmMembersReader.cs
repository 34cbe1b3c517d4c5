using System.Text.Json;
using Session.Protocol.Onion.Json;
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

        ulong swarmId = NodeReader.ReadHex(body, "swarm"u8) ?? ServiceNode.NoSwarm;
        return new SwarmMembers(swarmId,
        [
            .. list.EnumerateArray().Select(item => NodeReader.Read(item, "ip"u8, "port_https"u8, swarmId) ?? NodeReader.Read(item, "ip"u8, "port"u8, swarmId))
                .OfType<ServiceNode>().DistinctBy(node => node.IdentityKey),
        ]);
    }
}
