using System.Text.Json.Nodes;

namespace Session.Protocol.LocalNetwork.Rpc;

/// <summary><c>delete_before</c> (protocol/21 §7.5).</summary>
internal sealed class DeleteBeforeCall(RpcParameters parameters) : NamespaceCall("delete_before", parameters)
{
    private readonly long _before = parameters.RequiredInteger("before");

    protected override RpcReply? Apply(LocalNode node, JsonObject entry, bool isEntryNode)
    {
        if (_before > node.Now + SignatureTolerance)
        {
            return RpcReply.Refuse(401, "delete_before timestamp too far in the future");
        }

        if (CheckSignature(node, _before) is { } refusal)
        {
            return refusal;
        }

        Describe(node, entry, "deleted", _before, node.Store.Delete(Account, message => Covers(message) && message.Timestamp <= _before));
        return null;
    }

    // With "all" the real server deletes at every member and then trips over its own database query (recorded entries 106, 158, 172).
    protected override RpcReply Finish(LocalNode node, JsonObject swarm, long now) =>
        AllNamespaces ? RpcReply.Refuse(500, "request failed") : base.Finish(node, swarm, now);
}
