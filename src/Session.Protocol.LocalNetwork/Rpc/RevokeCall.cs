using System.Text;
using System.Text.Json.Nodes;
using Session.Protocol.Accounts;
using Session.Protocol.LocalNetwork.Storage;

namespace Session.Protocol.LocalNetwork.Rpc;

/// <summary>
/// <c>revoke_subaccount</c> and <c>unrevoke_subaccount</c> (protocol/21 §7.9). A node that never held a message of the account
/// answers and does nothing, like the real one (recorded entries 192, 193).
/// </summary>
internal sealed class RevokeCall : RecursiveCall
{
    private readonly bool _revoke;
    private readonly SubaccountToken[] _tokens;
    private readonly long _timestamp;
    private readonly Authentication _authentication;

    public RevokeCall(RpcParameters parameters, bool revoke)
        : base(revoke ? "revoke_subaccount" : "unrevoke_subaccount", parameters.Account())
    {
        _revoke = revoke;
        _tokens = parameters.Tokens(revoke ? "revoke" : "unrevoke");
        _timestamp = parameters.RequiredInteger("timestamp");
        _authentication = parameters.Authentication(Account, signatureRequired: true);
    }

    protected override RpcReply? Apply(LocalNode node, JsonObject entry, bool isEntryNode)
    {
        if (IsFarFrom(node.Now, _timestamp, Tolerance(isEntryNode)))
        {
            return RpcReply.Refuse(406, $"{Method} timestamp too far from current time");
        }

        byte[] tokens = [.. _tokens.SelectMany(token => token.AsSpan().ToArray())];
        byte[] signed = [.. Encoding.ASCII.GetBytes(Method + Decimal(_timestamp)), .. tokens];
        if (!_authentication.Verify(node.Store, signed, SubaccountRights.None))
        {
            return RpcReply.Refuse(401, $"{Method} signature verification failed");
        }

        int count = node.Store.Read(Account, Update);
        if (!_revoke)
        {
            entry["count"] = count;
        }

        entry["signature"] = node.Keys.Sign([.. Encoding.ASCII.GetBytes(Account + Decimal(_timestamp)), .. tokens]);
        return null;
    }

    private int Update(Mailbox mailbox)
    {
        if (!_revoke)
        {
            return _tokens.Count(token => mailbox.Unrevoke(token));
        }

        foreach (SubaccountToken token in _tokens)
        {
            mailbox.Revoke(token);
        }

        return _tokens.Length;
    }
}
