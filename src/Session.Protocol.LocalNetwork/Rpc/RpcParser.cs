using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Session.Protocol.LocalNetwork.Rpc;

/// <summary>From the bytes of a request to a call, or to the refusal that the storage server gives (protocol/21 §1).</summary>
internal static class RpcParser
{
    private static readonly Dictionary<string, Func<RpcParameters, RpcCall>> Methods = new(StringComparer.Ordinal)
    {
        ["info"] = _ => new InfoCall(),
        ["get_swarm"] = parameters => new GetSwarmCall(parameters),
        ["get_snodes_for_pubkey"] = parameters => new GetSwarmCall(parameters),
        ["active_nodes_bin"] = _ => new ActiveNodesCall(),
        ["oxend_request"] = parameters => new OxendCall(parameters),
        ["store"] = parameters => new StoreCall(parameters),
        ["retrieve"] = parameters => new RetrieveCall(parameters),
        ["delete"] = parameters => new DeleteCall(parameters),
        ["delete_all"] = parameters => new DeleteAllCall(parameters),
        ["delete_before"] = parameters => new DeleteBeforeCall(parameters),
        ["expire"] = parameters => new ExpireCall(parameters),
        ["expire_all"] = parameters => new ExpireAllCall(parameters),
        ["get_expiries"] = parameters => new GetExpiriesCall(parameters),
        ["revoke_subaccount"] = parameters => new RevokeCall(parameters, revoke: true),
        ["unrevoke_subaccount"] = parameters => new RevokeCall(parameters, revoke: false),
        ["batch"] = parameters => new BatchCall(parameters, stopAtFailure: false),
        ["sequence"] = parameters => new BatchCall(parameters, stopAtFailure: true),
        ["ifelse"] = parameters => new IfElseCall(parameters),
    };

    public static bool TryParse(ReadOnlyMemory<byte> body, [NotNullWhen(true)] out RpcCall? call, [NotNullWhen(false)] out RpcReply? refusal)
    {
        call = null;
        refusal = null;
        if (!StrictJson.TryParse(body, out JsonDocument? document))
        {
            refusal = RpcReply.Refuse(400, "invalid json");
            return false;
        }

        using (document)
        {
            try
            {
                if (TryRead(document.RootElement, out call, out string? complaint))
                {
                    return true;
                }

                refusal = RpcReply.Refuse(400, complaint);
            }
            catch (RefusedException refused)
            {
                refusal = RpcReply.Refuse(400, $"invalid request: {refused.Message}");
            }
        }

        return false;
    }

    /// <summary>Reads <c>{"method","params"}</c>. A wrong field of the method itself throws <see cref="RefusedException"/>.</summary>
    public static bool TryRead(JsonElement json, [NotNullWhen(true)] out RpcCall? call, [NotNullWhen(false)] out string? complaint)
    {
        call = null;
        bool isObject = json.ValueKind == JsonValueKind.Object;
        if (!isObject || !json.TryGetProperty("method", out JsonElement method) || method.ValueKind != JsonValueKind.String)
        {
            complaint = "invalid json: no `method` field";
        }
        else if (!json.TryGetProperty("params", out JsonElement parameters) || parameters.ValueKind != JsonValueKind.Object)
        {
            complaint = "invalid json: no `params` field";
        }
        else if (!Methods.TryGetValue(method.GetString()!, out Func<RpcParameters, RpcCall>? read))
        {
            complaint = $"no method {method.GetString()}";
        }
        else
        {
            call = read(new RpcParameters(parameters));
            complaint = null;
            return true;
        }

        return false;
    }
}
