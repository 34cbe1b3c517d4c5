using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Session.Protocol.Cryptography;
using Session.Protocol.LocalNetwork.Faults;
using Session.Protocol.Onion.Nodes;

namespace Session.Protocol.LocalNetwork.Seeds;

/// <summary>The node list as the daemon shows it (protocol/20 §2.2, protocol/27).</summary>
internal static class ServiceNodeList
{
    /// <summary>Distance between the HTTPS port and the port that nodes announce for the other transports, which do not listen here.</summary>
    private const int OmqOffset = 100;

    private static readonly Dictionary<string, Func<NodeListing, Version, JsonNode>> NodeFields = new(StringComparer.Ordinal)
    {
        ["active"] = (node, _) => node.SwarmId != ServiceNode.NoSwarm,
        ["funded"] = (_, _) => true,
        ["pubkey_ed25519"] = (node, _) => node.Identity.ToString(),
        ["pubkey_x25519"] = (node, _) => node.Encryption.ToString(),
        ["public_ip"] = (node, _) => node.Address,
        ["registration_height"] = (_, _) => 1,
        ["requested_unlock_height"] = (_, _) => 0,
        ["service_node_pubkey"] = (node, _) => node.Identity.ToString(),
        ["state_height"] = (_, _) => 1,
        ["storage_lmq_port"] = (node, _) => node.OmqPort,
        ["storage_port"] = (node, _) => node.Port,
        ["storage_server_version"] = (_, version) => new JsonArray(version.Major, version.Minor, version.Build),
        ["swarm"] = (node, _) => node.SwarmId.ToString("x", CultureInfo.InvariantCulture),
        ["swarm_id"] = (node, _) => node.SwarmId,
    };

    private static readonly Dictionary<string, Func<NodeRegistry, JsonNode>> NetworkFields = new(StringComparer.Ordinal)
    {
        ["block_hash"] = network => BlockHash(network.Height),
        ["hardfork"] = network => network.HardFork.Major,
        ["height"] = network => network.Height,
        ["snode_revision"] = network => network.HardFork.Minor,
        ["target_height"] = network => network.Height,
    };

    public static int OmqPort(LocalNode node) => node.HttpsPort + (node.HttpsPort > ushort.MaxValue - OmqOffset ? -OmqOffset : OmqOffset);

    /// <summary>A made-up block hash: the same for the same height.</summary>
    public static string BlockHash(long height)
    {
        Span<byte> hash = stackalloc byte[32];
        Blake2b.Hash(Encoding.ASCII.GetBytes($"block {height}"), hash);
        return Convert.ToHexStringLower(hash);
    }

    public static JsonObject Describe(NodeRegistry network, JsonElement? parameters, in FaultSite giver)
    {
        var result = new JsonObject();
        if (string.Equals(Text(parameters, "poll_block_hash"), BlockHash(network.Height), StringComparison.Ordinal))
        {
            result["unchanged"] = true;
        }
        else
        {
            HashSet<string>? wanted = Fields(parameters);
            Version version = network.Options.StorageServerVersion;
            IReadOnlyList<NodeListing> nodes = network.Faults.NodeList(giver, [.. Select(network, parameters).Select(NodeListing.Of)]);
            JsonArray states = [.. nodes.Select(node => (JsonNode)Pick(NodeFields, field => field(node, version), wanted))];
            result["service_node_states"] = states;
            foreach (KeyValuePair<string, JsonNode?> field in Pick(NetworkFields, field => field(network), wanted))
            {
                result[field.Key] = field.Value?.DeepClone();
            }
        }

        result["status"] = "OK";
        return result;
    }

    private static LocalNode[] Select(NodeRegistry network, JsonElement? parameters)
    {
        HashSet<string> keys = Names(Member(parameters, "service_node_pubkeys"));
        bool onlyActive = Member(parameters, "active_only") is { ValueKind: JsonValueKind.True };
        LocalNode[] nodes = [.. network.Nodes.Where(node => (!onlyActive || IsActive(node)) && (keys.Count == 0 || keys.Contains(node.IdentityHex)))];
        if (Member(parameters, "limit") is not { ValueKind: JsonValueKind.Number } json || !json.TryGetInt32(out int limit) || limit <= 0 || limit >= nodes.Length)
        {
            return nodes;
        }

        // The daemon answers a limit with a random choice.
        RandomNumberGenerator.Shuffle(nodes.AsSpan());
        return nodes[..limit];
    }

    private static JsonObject Pick<T>(Dictionary<string, T> fields, Func<T, JsonNode> read, HashSet<string>? wanted) => new(fields
        .Where(field => wanted is null || wanted.Contains(field.Key))
        .Select(field => KeyValuePair.Create(field.Key, (JsonNode?)read(field.Value))));

    // Missing, or "all": every field. Clients send an object of booleans or an array of names.
    private static HashSet<string>? Fields(JsonElement? parameters)
    {
        if (Member(parameters, "fields") is not { } fields)
        {
            return null;
        }

        HashSet<string> names = fields.ValueKind == JsonValueKind.Object
            ? fields.EnumerateObject().Where(field => field.Value.ValueKind == JsonValueKind.True).Select(field => field.Name).ToHashSet(StringComparer.Ordinal)
            : Names(fields);
        return names.Contains("all") ? null : names;
    }

    private static HashSet<string> Names(JsonElement? json) => json is { ValueKind: JsonValueKind.Array } array
        ? array.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.String).Select(item => item.GetString()!).ToHashSet(StringComparer.Ordinal)
        : [];

    private static JsonElement? Member(JsonElement? parameters, string name) =>
        parameters is { } json && json.TryGetProperty(name, out JsonElement value) ? value : null;

    private static string? Text(JsonElement? parameters, string name) =>
        Member(parameters, name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

    private static bool IsActive(LocalNode node) => node.SwarmId != ServiceNode.NoSwarm;
}
