using System.Text.Json.Nodes;

namespace Session.Protocol.LocalNetwork.Rpc;

/// <summary><c>delete_all</c> (protocol/21 §7.4).</summary>
internal sealed class DeleteAllCall(RpcParameters parameters) : NamespaceCall("delete_all", parameters)
{
    private readonly long _timestamp = parameters.RequiredInteger("timestamp");

    protected override RpcReply? Apply(LocalNode node, JsonObject entry, bool isEntryNode)
    {
        if (IsFarFrom(node.Now, _timestamp, Tolerance(isEntryNode)))
        {
            return RpcReply.Refuse(406, "delete_all timestamp too far from current time");
        }

        if (CheckSignature(node, _timestamp) is { } refusal)
        {
            return refusal;
        }

        Describe(node, entry, "deleted", _timestamp, node.Store.Delete(Account, Covers));
        return null;
    }
}
