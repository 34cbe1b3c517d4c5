using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Session.Protocol.LocalNetwork.Faults;
using Session.Protocol.LocalNetwork.Http;
using Session.Protocol.LocalNetwork.Onion;
using Session.Protocol.LocalNetwork.Rpc;

namespace Session.Protocol.LocalNetwork.Seeds;

/// <summary>A seed: JSON-RPC 2.0 at <c>/json_rpc</c>, over plain HTTP as testnet and devnet do it or over HTTPS (protocol/26 §2, §3.1).</summary>
internal sealed class SeedEndpoint(NodeRegistry network, int index)
{
    public async Task HandleAsync(HttpContext context)
    {
        if (context.Request.Path != "/json_rpc" || !HttpMethods.IsPost(context.Request.Method))
        {
            await HttpReply.TextAsync(context, 404, "Not found").ConfigureAwait(false);
            return;
        }

        if (await HttpReply.ReadBodyAsync(context).ConfigureAwait(false) is not { } body)
        {
            await HttpReply.TextAsync(context, 413, "Request body too large").ConfigureAwait(false);
            return;
        }

        var site = new FaultSite(NodeRole.Seed, null, SeedIndex: index);
        OnionReply reply = await network.Faults.HopAsync(
            new HopSite(site, network.Clock),
            () => new(new OnionReply(200, JsonText.Write(Answer(body, site))) { ContentType = "application/json" }),
            context.RequestAborted).ConfigureAwait(false);
        await HttpReply.WriteAsync(context, reply).ConfigureAwait(false);
    }

    private JsonObject Answer(byte[] body, in FaultSite site)
    {
        if (!StrictJson.TryParse(body, out JsonDocument? document))
        {
            return Error(null, -32700, "Parse error");
        }

        using (document)
        {
            JsonElement root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("method", out JsonElement method) || method.ValueKind != JsonValueKind.String)
            {
                return Error(null, -32600, "Invalid Request");
            }

            JsonNode? id = root.TryGetProperty("id", out JsonElement given) ? Id(given) : null;
            JsonElement? parameters = root.TryGetProperty("params", out JsonElement value) ? value : null;
            return DaemonRpc.Answer(network, method.GetString()!, parameters, site) is { } result
                ? new JsonObject { ["jsonrpc"] = "2.0", ["id"] = id, ["result"] = result }
                : Error(id, -32601, "Method not found");
        }
    }

    private static JsonValue? Id(JsonElement id) => id.ValueKind switch
    {
        JsonValueKind.String => JsonValue.Create(id.GetString()),
        JsonValueKind.Number when id.TryGetInt64(out long number) => JsonValue.Create(number),
        _ => null,
    };

    private static JsonObject Error(JsonNode? id, int code, string message) => new()
    {
        ["jsonrpc"] = "2.0",
        ["id"] = id,
        ["error"] = new JsonObject { ["code"] = code, ["message"] = message },
    };
}
