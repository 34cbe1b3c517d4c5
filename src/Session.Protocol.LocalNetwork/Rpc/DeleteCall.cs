using System.Text.Json.Nodes;
using Session.Protocol.Accounts;
using Session.Protocol.LocalNetwork.Storage;

namespace Session.Protocol.LocalNetwork.Rpc;

/// <summary><c>delete</c>: messages by hash, in all namespaces (protocol/21 §7.3).</summary>
internal sealed class DeleteCall : RecursiveCall
{
    private readonly string[] _hashes;
    private readonly bool _required;
    private readonly Authentication _authentication;

    public DeleteCall(RpcParameters parameters)
        : base("delete", parameters.Account())
    {
        _hashes = parameters.Hashes();
        _required = parameters.Flag("required");
        _authentication = parameters.Authentication(Account, signatureRequired: true);
    }

    protected override RpcReply? Apply(LocalNode node, JsonObject entry, bool isEntryNode)
    {
        if (!_authentication.Verify(node.Store, $"delete{string.Concat(_hashes)}", SubaccountRights.Delete))
        {
            return RpcReply.Refuse(401, "delete_msgs signature verification failed");
        }

        string[] deleted = [.. node.Store.Delete(Account, message => _hashes.Contains(message.Hash, StringComparer.Ordinal))
            .Select(message => message.Hash).Order(StringComparer.Ordinal)];
        entry["deleted"] = JsonText.Array(deleted);
        entry["signature"] = Signed(node, [Account, .. _hashes, .. deleted]);
        return null;
    }

    protected override RpcReply Finish(LocalNode node, JsonObject swarm, long now)
    {
        bool nothing = swarm.All(member => member.Value?["deleted"] is not JsonArray { Count: > 0 });
        return RpcReply.Json(_required && nothing ? 404 : 200, new JsonObject
        {
            ["hf"] = node.HardForkJson(),
            ["swarm"] = swarm,
            ["t"] = now,
        });
    }
}
