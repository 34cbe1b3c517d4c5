using System.Text.Json.Nodes;
using Session.Protocol.Accounts;
using Session.Protocol.LocalNetwork.Storage;

namespace Session.Protocol.LocalNetwork.Rpc;

/// <summary><c>expire</c>: new expiries for messages by hash (protocol/21 §7.6).</summary>
internal sealed class ExpireCall : RecursiveCall
{
    private static readonly Version FirstWithSeveralExpiries = new(19, 4);

    private readonly string _signedText;
    private readonly string[] _hashes;
    private readonly long[] _expiries;
    private readonly bool _shorten;
    private readonly bool _extend;
    private readonly Authentication _authentication;

    public ExpireCall(RpcParameters parameters)
        : base("expire", parameters.Account())
    {
        _hashes = parameters.Hashes();
        _expiries = parameters.RequiredIntegers("expiry");
        _shorten = parameters.Flag("shorten");
        _extend = parameters.Flag("extend");
        _authentication = parameters.Authentication(Account, signatureRequired: true);
        if (_shorten && _extend)
        {
            throw new RefusedException("Cannot specify both 'extend' and 'shorten'");
        }

        if (_expiries.Length != 1 && _expiries.Length != _hashes.Length)
        {
            throw new RefusedException("Invalid value given for 'expiry': expected one integer, or one for each message");
        }

        string mode = _shorten ? "shorten" : _extend ? "extend" : string.Empty;
        _signedText = string.Concat(["expire", mode, .. _expiries.Select(Decimal), .. _hashes]);

        // A token that may write but not delete can only prolong.
        if (_authentication.Subaccount is { } token && !token.Rights.HasFlag(SubaccountRights.Delete))
        {
            _extend = !_shorten ? true : throw new RefusedException("Invalid value given for 'shorten': requires delete permission");
        }
    }

    protected override RpcReply? Apply(LocalNode node, JsonObject entry, bool isEntryNode)
    {
        long now = node.Now;
        if (Check(node, now) is { } refusal)
        {
            return refusal;
        }

        long[] expiries = [.. _expiries.Select(expiry => Math.Min(expiry, now + NamespaceRules.MaxLifetime))];
        var updated = new SortedSet<string>(StringComparer.Ordinal);
        var unchanged = new SortedDictionary<string, long>(StringComparer.Ordinal);
        node.Store.Read(Account, mailbox => Update(mailbox, expiries, updated, unchanged));

        // With one expiry for each message the answer has them in the order of the hashes, and the signature covers them so; the
        // hashes themselves are signed as they were asked for (recorded entry 99).
        if (expiries.Length > 1)
        {
            Array.Sort([.. _hashes], expiries, StringComparer.Ordinal);
        }

        entry["expiry"] = expiries.Length == 1 ? JsonValue.Create(expiries[0]) : JsonText.Array(expiries);
        entry["signature"] = Signed(node, [Account, .. expiries.Select(Decimal), .. _hashes, .. updated,
            .. unchanged.Select(pair => pair.Key + Decimal(pair.Value))]);
        if (_shorten || _extend)
        {
            entry["unchanged"] = new JsonObject(unchanged.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value)));
        }

        entry["updated"] = JsonText.Array(updated);
        return null;
    }

    private RpcReply? Check(LocalNode node, long now)
    {
        if (_expiries.Length > 1 && node.HardFork < FirstWithSeveralExpiries)
        {
            return RpcReply.Refuse(403, "expire: multiple expiries require hardfork 19.4");
        }

        if (_expiries.Any(expiry => expiry < now - SignatureTolerance))
        {
            return RpcReply.Refuse(401, "expire: timestamp should be >= current time");
        }

        return _authentication.Verify(node.Store, _signedText, SubaccountRights.Write)
            ? null
            : RpcReply.Refuse(401, "expire_msgs signature verification failed");
    }

    private bool Update(Mailbox mailbox, long[] expiries, SortedSet<string> updated, SortedDictionary<string, long> unchanged)
    {
        for (int i = 0; i < _hashes.Length; i++)
        {
            if (!mailbox.TryGet(_hashes[i], out StoredMessage? message))
            {
                continue;
            }

            long expiry = expiries.Length == 1 ? expiries[0] : expiries[i];
            if ((_shorten && expiry >= message.Expiry) || (_extend && expiry <= message.Expiry))
            {
                unchanged[message.Hash] = message.Expiry;
            }
            else
            {
                message.Expiry = expiry;
                updated.Add(message.Hash);
            }
        }

        return true;
    }
}
