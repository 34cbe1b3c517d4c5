using System.Globalization;
using System.Text;
using System.Text.Json;
using Session.Protocol.Accounts;
using Session.Protocol.Onion.Storage;
using Session.Protocol.Onion.Swarms;

namespace Session.Protocol.Conformance.Suites;

/// <summary>
/// Signed storage requests. Each case is run through the real request type: it is written with the case's time, and the signature
/// and the proof in what it wrote are compared.
/// </summary>
public sealed class SwarmAuthSuite() : KindSuite("swarm_auth")
{
    protected override CaseOutcome Run(KindCase @case) => @case.Kind switch
    {
        "user" => RunUser(@case),
        "group_admin" => RunGroupAdmin(@case),
        "group_subaccount" => RunSubaccount(@case),
        "verify" => RunVerify(@case),
        "message_hash" => RunMessageHash(@case),
        _ => Unknown(@case),
    };

    private static CaseOutcome RunUser(KindCase @case)
    {
        using SessionIdentity identity = SessionIdentity.FromSeed(@case.In.Hex("ed25519_seed"));
        return RunSigned(@case, SwarmCredentials.ForAccount(identity), identity.SigningKey);
    }

    private static CaseOutcome RunGroupAdmin(KindCase @case)
    {
        using GroupAdminKey key = GroupAdminKey.FromSeed(@case.In.Hex("group_ed25519_seed"));
        return RunSigned(@case, SwarmCredentials.ForGroupAdmin(key), new Ed25519PublicKey(key.GroupId.KeySpan().ToArray()));
    }

    private static CaseOutcome RunSubaccount(KindCase @case)
    {
        using SessionIdentity member = SessionIdentity.FromSeed(@case.In.Hex("member_ed25519_seed"));
        AccountId group = AccountId.Parse(@case.In.Text("group_id"));
        if (!SubaccountSigner.TryCreate(group, member, @case.In.Hex("signing_value"), SubaccountRights.Read, out SubaccountSigner? signer))
        {
            return CaseOutcome.Failed("the signing value was refused");
        }

        using (signer)
        {
            return RunSigned(@case, SwarmCredentials.ForSubaccount(signer), signer.Token.Key);
        }
    }

    private static CaseOutcome RunSigned(KindCase @case, SwarmCredentials credentials, Ed25519PublicKey key)
    {
        JsonElement given = @case.In.GetProperty("params");
        string method = @case.In.Text("method");
        bool sendsTime = given.TryGetProperty("timestamp", out JsonElement time) || given.TryGetProperty("sig_timestamp", out time);
        StorageRequest? request = Build(method, given, credentials);
        if (request is null)
        {
            // delete_before of all namespaces: nodes fail on it, so the library has no such request. The text is still checked.
            byte[] signature = new byte[64];
            byte[] text = Onion.Storage.Wire.RequestText.DeleteBefore(null, given.GetProperty("before").GetInt64());
            credentials.Sign(text, signature);
            return CaseOutcome.All(
                CaseOutcome.WhenEqual("text", @case.Out.Hex("to_sign"), text),
                CaseOutcome.WhenEqual("signature", @case.Out.Base64("signature"), signature));
        }

        using JsonDocument written = JsonDocument.Parse(request.ToBody(sendsTime ? time.GetInt64() : 0));
        JsonElement sent = written.RootElement.GetProperty("params");
        byte[] sentSignature = sent.Base64("signature");
        return CaseOutcome.All(
            CaseOutcome.When(written.RootElement.Text("method") == method, "method"),
            CaseOutcome.When(sent.Text("pubkey") == @case.Out.Text("pubkey"), "pubkey"),
            CaseOutcome.When(sent.TextOrNull("pubkey_ed25519") == @case.Out.TextOrNull("pubkey_ed25519"), "pubkey_ed25519"),
            CaseOutcome.When(sent.TextOrNull("subaccount") == @case.Out.TextOrNull("subaccount"), "subaccount"),
            CaseOutcome.When(sent.TextOrNull("subaccount_sig") == @case.Out.TextOrNull("subaccount_sig"), "subaccount_sig"),
            CaseOutcome.When(key.Verify(@case.Out.Hex("to_sign"), sentSignature), "what was signed is not to_sign"),
            CaseOutcome.WhenEqual("signature", @case.Out.Base64("signature"), sentSignature));
    }

    private static StorageRequest? Build(string method, JsonElement given, SwarmCredentials credentials)
    {
        SwarmNamespace space = given.TryGetProperty("namespace", out JsonElement n) && n.ValueKind == JsonValueKind.Number ? new(n.GetInt16()) : default;
        bool all = n.ValueKind == JsonValueKind.String;
        return method switch
        {
            "store" => new StoreRequest(credentials.Account, space, new byte[1], TimeSpan.FromDays(1), credentials),
            "retrieve" => new RetrieveRequest(credentials.Account, space, credentials),
            "delete" => new DeleteRequest(credentials, Hashes(given)),
            "delete_all" => all ? DeleteAllRequest.Everything(credentials) : DeleteAllRequest.InNamespace(credentials, space),
            "delete_before" => all ? null : new DeleteBeforeRequest(credentials, space, Time(given.GetProperty("before"))),
            "expire_all" => all
                ? ExpireAllRequest.Everything(credentials, Time(given.GetProperty("expiry")))
                : ExpireAllRequest.InNamespace(credentials, space, Time(given.GetProperty("expiry"))),
            "expire" => Expire(given, credentials),
            "get_expiries" => new GetExpiriesRequest(credentials, Hashes(given)),
            "revoke_subaccount" => RevokeSubaccountsRequest.Revoke(credentials, Tokens(given.GetProperty("revoke"))),
            "unrevoke_subaccount" => RevokeSubaccountsRequest.Restore(credentials, Tokens(given.GetProperty("unrevoke"))),
            _ => throw new NotSupportedException(method),
        };
    }

    private static ExpireRequest Expire(JsonElement given, SwarmCredentials credentials)
    {
        ExpiryChange change = Flag(given, "shorten") ? ExpiryChange.Shorten : Flag(given, "extend") ? ExpiryChange.Extend : ExpiryChange.Set;
        JsonElement expiry = given.GetProperty("expiry");
        return expiry.ValueKind == JsonValueKind.Array
            ? new ExpireRequest(credentials, [.. Hashes(given).Zip(expiry.EnumerateArray(), (hash, time) => KeyValuePair.Create(hash, Time(time)))], change)
            : new ExpireRequest(credentials, Hashes(given), Time(expiry), change);
    }

    private static CaseOutcome RunVerify(KindCase @case)
    {
        bool valid = Ed25519PublicKey.Parse(@case.In.Text("ed25519_pk")).Verify(@case.In.Hex("to_sign"), @case.In.Base64("signature"));
        return CaseOutcome.When(valid == @case.Accept, $"valid is {valid}");
    }

    private static CaseOutcome RunMessageHash(KindCase @case)
    {
        var space = new SwarmNamespace(@case.In.GetProperty("namespace").GetInt16());
        string hash = MessageHash.Compute(AccountId.Parse(@case.In.Text("pubkey")), space, @case.In.Message("data"));
        return CaseOutcome.WhenEqual("hash", Encoding.ASCII.GetBytes(@case.Out.Text("hash")), Encoding.ASCII.GetBytes(hash));
    }

    private static bool Flag(JsonElement given, string name) => given.TryGetProperty(name, out JsonElement flag) && flag.ValueKind == JsonValueKind.True;

    private static string[] Hashes(JsonElement given) => [.. given.GetProperty("messages").EnumerateArray().Select(x => x.GetString()!)];

    private static DateTimeOffset Time(JsonElement value) => DateTimeOffset.FromUnixTimeMilliseconds(value.GetInt64());

    private static SubaccountToken[] Tokens(JsonElement list) =>
        [.. list.EnumerateArray().Select(x => SubaccountToken.TryCreate(Convert.FromHexString(x.GetString()!), out SubaccountToken token)
            ? token
            : throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"token {x}")))];
}
