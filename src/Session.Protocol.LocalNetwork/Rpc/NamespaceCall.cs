using System.Globalization;
using System.Text.Json.Nodes;
using Session.Protocol.Accounts;
using Session.Protocol.LocalNetwork.Storage;
using Session.Protocol.Onion.Swarms;

namespace Session.Protocol.LocalNetwork.Rpc;

/// <summary>What the calls over one or all namespaces share: selector, signed text, and the shape of the hash lists.</summary>
internal abstract class NamespaceCall : RecursiveCall
{
    private readonly SwarmNamespace? _namespace;
    private readonly Authentication _authentication;

    protected NamespaceCall(string method, RpcParameters parameters)
        : base(method, parameters.Account())
    {
        _namespace = parameters.NamespaceOrAll();
        _authentication = parameters.Authentication(Account, signatureRequired: true);
    }

    protected bool AllNamespaces => _namespace is null;

    protected bool Covers(StoredMessage message) => _namespace is not { } ns || ns.Value == message.Namespace;

    /// <summary>Checks the signature over method, namespace and time.</summary>
    protected RpcReply? CheckSignature(LocalNode node, long time)
    {
        string selector = _namespace is { } ns ? ns.ToSignedText() : "all";
        return _authentication.Verify(node.Store, $"{Method}{selector}{time}", SubaccountRights.Delete)
            ? null
            : RpcReply.Refuse(401, $"{Method} signature verification failed");
    }

    /// <summary>Writes the hashes, a list or with all namespaces a list for each, and the signature over account, time and hashes.</summary>
    protected void Describe(LocalNode node, JsonObject entry, string field, long time, IEnumerable<StoredMessage> messages)
    {
        StoredMessage[] sorted = [.. messages.OrderBy(message => message.Hash, StringComparer.Ordinal)];
        string signature = Signed(node, [Account, Decimal(time), .. sorted.Select(message => message.Hash)]);
        JsonNode hashes = AllNamespaces ? ByNamespace(sorted) : JsonText.Array(sorted.Select(message => message.Hash));
        if (string.CompareOrdinal(field, "signature") < 0)
        {
            entry[field] = hashes;
            entry["signature"] = signature;
        }
        else
        {
            entry["signature"] = signature;
            entry[field] = hashes;
        }
    }

    private static JsonObject ByNamespace(IEnumerable<StoredMessage> messages)
    {
        var lists = new JsonObject();
        foreach (IGrouping<string, StoredMessage> list in messages
            .GroupBy(message => message.Namespace.ToString(CultureInfo.InvariantCulture), StringComparer.Ordinal).OrderBy(list => list.Key, StringComparer.Ordinal))
        {
            lists.Add(list.Key, JsonText.Array(list.Select(message => message.Hash)));
        }

        return lists;
    }
}
