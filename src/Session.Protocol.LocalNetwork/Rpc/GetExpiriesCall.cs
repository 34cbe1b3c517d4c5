using System.Text.Json.Nodes;
using Session.Protocol.Accounts;
using Session.Protocol.LocalNetwork.Storage;

namespace Session.Protocol.LocalNetwork.Rpc;

/// <summary><c>get_expiries</c>, answered by one node alone (protocol/21 §7.8).</summary>
internal sealed class GetExpiriesCall : RpcCall
{
    private readonly string[] _hashes;
    private readonly long _timestamp;
    private readonly Authentication _authentication;

    public GetExpiriesCall(RpcParameters parameters)
        : base("get_expiries")
    {
        Account = parameters.Account();
        _hashes = parameters.Hashes();
        _timestamp = parameters.RequiredInteger("timestamp");
        _authentication = parameters.Authentication(Account, signatureRequired: true);
    }

    public override string Account { get; }

    public override ValueTask<RpcReply> RunAsync(LocalNode node, CancellationToken cancellationToken) => new(Run(node));

    private RpcReply Run(LocalNode node)
    {
        if (!node.Network.MembersOf(Account).Contains(node))
        {
            return GetSwarmCall.WrongSwarm(node, Account);
        }

        if (IsFarFrom(node.Now, _timestamp))
        {
            return RpcReply.Refuse(406, "get_expiries timestamp too far from current time");
        }

        if (!_authentication.Verify(node.Store, $"get_expiries{_timestamp}{string.Concat(_hashes)}", SubaccountRights.Read))
        {
            return RpcReply.Refuse(401, "get_expiries signature verification failed");
        }

        return RpcReply.Json(200, new JsonObject { ["expiries"] = node.Store.Read(Account, Collect) ?? [] });
    }

    private JsonObject Collect(Mailbox mailbox)
    {
        var expiries = new JsonObject();
        foreach (string hash in _hashes.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            if (mailbox.TryGet(hash, out StoredMessage? message))
            {
                expiries.Add(hash, message.Expiry);
            }
        }

        return expiries;
    }
}
