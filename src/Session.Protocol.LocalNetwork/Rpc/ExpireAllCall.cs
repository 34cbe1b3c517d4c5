using System.Text.Json.Nodes;
using Session.Protocol.LocalNetwork.Storage;

namespace Session.Protocol.LocalNetwork.Rpc;

/// <summary><c>expire_all</c>: only ever shortens (protocol/21 §7.7).</summary>
internal sealed class ExpireAllCall(RpcParameters parameters) : NamespaceCall("expire_all", parameters)
{
    private readonly long _expiry = parameters.RequiredInteger("expiry");

    protected override RpcReply? Apply(LocalNode node, JsonObject entry, bool isEntryNode)
    {
        if (_expiry < node.Now - SignatureTolerance)
        {
            return RpcReply.Refuse(406, "expire_all: timestamp should be >= current time");
        }

        if (CheckSignature(node, _expiry) is { } refusal)
        {
            return refusal;
        }

        Describe(node, entry, "updated", _expiry, node.Store.Read(Account, Shorten) ?? []);
        return null;
    }

    private List<StoredMessage> Shorten(Mailbox mailbox)
    {
        List<StoredMessage> updated = [.. mailbox.All.Where(message => Covers(message) && message.Expiry > _expiry)];
        updated.ForEach(message => message.Expiry = _expiry);
        return updated;
    }
}
