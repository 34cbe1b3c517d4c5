using System.Globalization;
using System.Text;
using Session.Protocol.Accounts;

namespace Session.Protocol.Onion.Storage.Wire;

/// <summary>The texts that swarm members sign in their answers (protocol/21 §6.1). Lists that a node made are sorted, those of the request are not.</summary>
internal static class MemberText
{
    public static byte[] Store(string hash) => Encoding.ASCII.GetBytes(hash);

    public static byte[] Delete(AccountId account, IEnumerable<string> requested, IEnumerable<string> deleted) =>
        Text(account, string.Concat(requested), Sorted(deleted));

    /// <summary>For delete_all with its timestamp, and for delete_before and expire_all with the time they were given.</summary>
    public static byte[] Bulk(AccountId account, long time, IEnumerable<string> affected) => Text(account, Number(time), Sorted(affected));

    public static byte[] Expire(
        AccountId account, IEnumerable<long> expiries, IEnumerable<string> requested, IEnumerable<string> updated, IEnumerable<KeyValuePair<string, long>> unchanged) =>
        Text(
            account,
            string.Concat(expiries.Select(Number)),
            string.Concat(requested),
            Sorted(updated),
            string.Concat(unchanged.OrderBy(x => x.Key, StringComparer.Ordinal).Select(x => x.Key + Number(x.Value))));

    public static byte[] Revoke(AccountId account, long timestamp, IEnumerable<SubaccountToken> tokens) =>
        [.. Text(account, Number(timestamp)), .. tokens.SelectMany(token => token.AsSpan().ToArray())];

    private static string Sorted(IEnumerable<string> hashes) => string.Concat(hashes.Order(StringComparer.Ordinal));

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    // Hashes come from a peer: what is no ASCII becomes '?', and then the signature does not verify.
    private static byte[] Text(AccountId account, params ReadOnlySpan<string> parts) => Encoding.ASCII.GetBytes(account.ToString() + string.Concat(parts));
}
