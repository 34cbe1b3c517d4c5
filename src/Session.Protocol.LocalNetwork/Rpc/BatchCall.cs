using System.Text.Json;
using System.Text.Json.Nodes;

namespace Session.Protocol.LocalNetwork.Rpc;

/// <summary><c>batch</c> and <c>sequence</c> (protocol/21 §7.10). The parts of a batch are begun in order and none waits for another.</summary>
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
        IEnumerable<RpcReply> replies = _stopAtFailure
            ? await RunInSequenceAsync(node, cancellationToken).ConfigureAwait(false)
            : await Task.WhenAll(_parts.Select(part => RpcService.RunAsync(node, part, cancellationToken).AsTask())).ConfigureAwait(false);
        JsonNode[] results = [.. replies.Select(reply => new JsonObject { ["body"] = reply.ToNode(), ["code"] = reply.Status })];
        return RpcReply.Json(200, new JsonObject { ["results"] = new JsonArray(results) });
    }

    private async ValueTask<List<RpcReply>> RunInSequenceAsync(LocalNode node, CancellationToken cancellationToken)
    {
        List<RpcReply> replies = [];
        foreach (RpcCall part in _parts)
        {
            replies.Add(await RpcService.RunAsync(node, part, cancellationToken).ConfigureAwait(false));
            if (!replies[^1].IsSuccess)
            {
                break;
            }
        }

        return replies;
    }
}
