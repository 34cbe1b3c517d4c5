using System.Text.Json;
using System.Text.Json.Nodes;

namespace Session.Protocol.LocalNetwork.Rpc;

/// <summary><c>batch</c> and <c>sequence</c> (protocol/21 §7.10). Parts of a batch have no promised order; here they run one after the other.</summary>
internal sealed class BatchCall : RpcCall
{
    private const int MaxParts = 20;

    private readonly bool _stopAtFailure;
    private readonly List<RpcCall> _parts = [];

    public BatchCall(RpcParameters parameters, bool stopAtFailure)
        : base(stopAtFailure ? "sequence" : "batch")
    {
        _stopAtFailure = stopAtFailure;
        if (parameters.Optional("requests") is not { ValueKind: JsonValueKind.Array } requests || requests.GetArrayLength() == 0)
        {
            throw new RefusedException("Invalid batch request: no valid \"requests\" field");
        }

        if (requests.GetArrayLength() > MaxParts)
        {
            throw new RefusedException("Invalid batch request: subrequest limit exceeded");
        }

        foreach (JsonElement request in requests.EnumerateArray())
        {
            if (request.ValueKind == JsonValueKind.Object && request.TryGetProperty("method", out JsonElement method)
                && method.ValueKind == JsonValueKind.String && method.GetString() is "batch" or "sequence" or "ifelse")
            {
                throw new RefusedException("Invalid batch subrequest: subrequests may not contain meta-requests");
            }

            _parts.Add(RpcParser.TryRead(request, out RpcCall? part, out string? complaint)
                ? part
                : throw new RefusedException($"Invalid batch subrequest: {complaint}"));
        }
    }

    public override async ValueTask<RpcReply> RunAsync(LocalNode node, CancellationToken cancellationToken)
    {
        var results = new JsonArray();
        foreach (RpcCall part in _parts)
        {
            RpcReply reply = await RpcService.RunAsync(node, part, cancellationToken).ConfigureAwait(false);
            results.Add((JsonNode)new JsonObject { ["body"] = reply.ToNode(), ["code"] = reply.Status });
            if (_stopAtFailure && !reply.IsSuccess)
            {
                break;
            }
        }

        return RpcReply.Json(200, new JsonObject { ["results"] = results });
    }
}
