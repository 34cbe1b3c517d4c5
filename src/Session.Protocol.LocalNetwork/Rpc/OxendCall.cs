using System.Text.Json;
using System.Text.Json.Nodes;
using Session.Protocol.LocalNetwork.Faults;
using Session.Protocol.LocalNetwork.Seeds;

namespace Session.Protocol.LocalNetwork.Rpc;

/// <summary><c>oxend_request</c>: two questions that the node passes to its blockchain daemon (protocol/21 §7.13).</summary>
internal sealed class OxendCall : RpcCall
{
    private readonly string _endpoint;
    private readonly JsonElement? _parameters;

    public OxendCall(RpcParameters parameters)
        : base("oxend_request")
    {
        _parameters = parameters.Optional("params")?.Clone();
        _endpoint = parameters.Text("endpoint") ?? string.Empty;
        if (!parameters.Has("endpoint"))
        {
            RpcParameters.Missing("endpoint");
        }

        if (_endpoint is not ("get_service_nodes" or "ons_resolve"))
        {
            throw new RefusedException($"Invalid oxend endpoint '{_endpoint}'");
        }
    }

    public override ValueTask<RpcReply> RunAsync(LocalNode node, CancellationToken cancellationToken) => new(RpcReply.Json(200, new JsonObject
    {
        ["hf"] = node.HardForkJson(),
        ["result"] = DaemonRpc.Answer(node.Network, _endpoint, _parameters, new FaultSite(NodeRole.Destination, node, Method)),
        ["t"] = node.Now,
    }));
}
