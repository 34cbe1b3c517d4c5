using System.Text.Json;
using System.Text.Json.Nodes;
using Session.Protocol.LocalNetwork.Faults;

namespace Session.Protocol.LocalNetwork.Seeds;

/// <summary>The methods of the blockchain daemon that clients use, through a seed or through a node (protocol/26 §3.1).</summary>
internal static class DaemonRpc
{
    /// <summary>The result, or null for a method that does not exist.</summary>
    public static JsonObject? Answer(NodeRegistry network, string method, JsonElement? parameters, in FaultSite giver)
    {
        JsonElement? fields = parameters is { ValueKind: JsonValueKind.Object } ? parameters : null;
        return method switch
        {
            "get_n_service_nodes" or "get_service_nodes" or "get_all_service_nodes" => ServiceNodeList.Describe(network, fields, giver),
            "ons_resolve" or "lns_resolve" => Resolve(network, fields),
            "get_height" => new JsonObject { ["height"] = network.Height, ["status"] = "OK" },
            "get_info" => new JsonObject
            {
                ["height"] = network.Height,
                ["mainnet"] = false,
                ["nettype"] = "fakechain",
                ["status"] = "OK",
                ["target_height"] = network.Height,
                ["top_block_hash"] = ServiceNodeList.BlockHash(network.Height),
            },
            _ => null,
        };
    }

    private static JsonObject Resolve(NodeRegistry network, JsonElement? parameters)
    {
        string? hash = parameters is { } json && json.TryGetProperty("name_hash", out JsonElement value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
        var result = new JsonObject();
        if (hash is not null && network.Names.Find(hash) is { } record)
        {
            result["encrypted_value"] = record.EncryptedValue;
            if (record.Nonce is not null)
            {
                result["nonce"] = record.Nonce;
            }
        }

        return result;
    }
}
