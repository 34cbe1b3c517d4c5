using System.Globalization;
using System.Text;
using Session.Protocol.Accounts;
using Session.Protocol.Onion.Swarms;

namespace Session.Protocol.Onion.Storage.Wire;

/// <summary>
/// The texts that callers sign (protocol/21 §7): ASCII joined without separators, numbers in decimal, nothing for namespace 0.
/// In place of a namespace, null means all of them, which is written <c>all</c>.
/// </summary>
internal static class RequestText
{
    private const string All = "all";

    public static byte[] Store(SwarmNamespace space, long signatureTimestamp) => Text("store", space.ToSignedText(), Number(signatureTimestamp));

    public static byte[] Retrieve(SwarmNamespace space, long timestamp) => Text("retrieve", space.ToSignedText(), Number(timestamp));

    /// <summary>There is no time in this text: the hashes are the limit of what a copied signature can do.</summary>
    public static byte[] Delete(IEnumerable<string> hashes) => Text("delete", string.Concat(hashes));

    public static byte[] DeleteAll(SwarmNamespace? space, long timestamp) => Text("delete_all", NamespaceText(space), Number(timestamp));

    public static byte[] DeleteBefore(SwarmNamespace? space, long before) => Text("delete_before", NamespaceText(space), Number(before));

    public static byte[] Expire(ExpiryChange change, IEnumerable<long> expiries, IEnumerable<string> hashes) => Text(
        "expire", ModeText(change), string.Concat(expiries.Select(Number)), string.Concat(hashes));

    public static byte[] ExpireAll(SwarmNamespace? space, long expiry) => Text("expire_all", NamespaceText(space), Number(expiry));

    public static byte[] GetExpiries(long timestamp, IEnumerable<string> hashes) => Text("get_expiries", Number(timestamp), string.Concat(hashes));

    /// <summary>The tokens stand in the text as raw bytes.</summary>
    public static byte[] Revoke(bool undo, long timestamp, IEnumerable<SubaccountToken> tokens) =>
        [.. Text(undo ? "unrevoke_subaccount" : "revoke_subaccount", Number(timestamp)), .. tokens.SelectMany(token => token.AsSpan().ToArray())];

    public static string ModeText(ExpiryChange change) => change switch
    {
        ExpiryChange.Shorten => "shorten",
        ExpiryChange.Extend => "extend",
        _ => string.Empty,
    };

    private static string NamespaceText(SwarmNamespace? space) => space?.ToSignedText() ?? All;

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static byte[] Text(params ReadOnlySpan<string> parts) => Encoding.ASCII.GetBytes(string.Concat(parts));
}
