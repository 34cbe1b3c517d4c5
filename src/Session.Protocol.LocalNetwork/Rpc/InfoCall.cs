using System.Text.Json.Nodes;

namespace Session.Protocol.LocalNetwork.Rpc;

/// <summary><c>info</c>: version and clock (protocol/21 §7.12).</summary>
internal sealed class InfoCall() : RpcCall("info")
{
    public override ValueTask<RpcReply> RunAsync(LocalNode node, CancellationToken cancellationToken) => new(RpcReply.Json(200, new JsonObject
    {
        ["hf"] = node.HardForkJson(),
        ["t"] = node.Now,
        ["timestamp"] = node.Now,
        ["version"] = node.Network.Options.VersionJson(),
    }));
}
