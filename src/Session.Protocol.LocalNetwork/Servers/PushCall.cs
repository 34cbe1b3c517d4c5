using System.Text.Json;
using Session.Protocol.Accounts;
using Session.Protocol.LocalNetwork.Rpc;
using Session.Protocol.LocalNetwork.Storage;
using Session.Protocol.Onion.Swarms;

namespace Session.Protocol.LocalNetwork.Servers;

/// <summary>One object of a request to the push server, read and checked; what is wrong with it throws <see cref="RefusedException"/>.</summary>
internal sealed class PushCall
{
    private const int KeySize = 32;
    private const int SignatureSize = 64;

    /// <summary>Signatures of subscriptions hold for two weeks.</summary>
    private static readonly TimeSpan SubscribeTolerance = TimeSpan.FromDays(14);

    private static readonly TimeSpan UnsubscribeTolerance = TimeSpan.FromDays(1);

    private static readonly string[] Services = ["apns", "apns-sandbox", "firebase", "huawei"];

    private readonly JsonElement _json;
    private readonly long _signedAt;

    public PushCall(JsonElement json)
    {
        _json = json;
        AccountId = AccountId.TryCreate(Bytes("pubkey", AccountId.Size), out AccountId account) ? account : throw new RefusedException("Invalid pubkey: unknown prefix");
        Service = Text(json, "service");
        if (!Services.Contains(Service, StringComparer.Ordinal))
        {
            throw new RefusedException($"Invalid service: {Service}");
        }

        DeviceToken = json.TryGetProperty("service_info", out JsonElement info) ? Text(info, "token") : throw Missing("service_info");
        _signedAt = json.TryGetProperty("sig_ts", out JsonElement time) && time.ValueKind == JsonValueKind.Number && time.TryGetInt64(out long seconds)
            ? seconds
            : throw Missing("sig_ts");
    }

    public AccountId AccountId { get; }

    public string Service { get; }

    public string DeviceToken { get; }

    /// <summary>Checks the <c>MONITOR</c> text of protocol/24 §1.</summary>
    public PushSubscription ReadSubscription(DateTimeOffset now)
    {
        if (!_json.TryGetProperty("namespaces", out JsonElement list) || list.ValueKind != JsonValueKind.Array || list.GetArrayLength() == 0)
        {
            throw Missing("namespaces");
        }

        var namespaces = new List<SwarmNamespace>();
        foreach (JsonElement item in list.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.Number || !item.TryGetInt16(out short number) || (namespaces.Count > 0 && number <= namespaces[^1].Value))
            {
                throw new RefusedException("Invalid namespaces: expected a sorted list of integers");
            }

            namespaces.Add(new SwarmNamespace(number));
        }

        bool wantsData = _json.TryGetProperty("data", out JsonElement data) && data.ValueKind == JsonValueKind.True;
        byte[] key = Bytes("enc_key", KeySize);
        Check(now, SubscribeTolerance, $"MONITOR{AccountId}{_signedAt}{(wantsData ? 1 : 0)}{string.Join(',', namespaces.Select(space => space.Value))}");
        return new PushSubscription(AccountId, Service, DeviceToken, namespaces, wantsData, key);
    }

    public void CheckUnsubscription(DateTimeOffset now) => Check(now, UnsubscribeTolerance, $"UNSUBSCRIBE{AccountId}{_signedAt}");

    private void Check(DateTimeOffset now, TimeSpan tolerance, string signedText)
    {
        if (Math.Abs((double)now.ToUnixTimeSeconds() - _signedAt) > tolerance.TotalSeconds)
        {
            throw new RefusedException("sig_ts is too far from the current time");
        }

        bool isUser = AccountId.Prefix == AccountIdPrefix.Standard;
        if (isUser != _json.TryGetProperty("session_ed25519", out _))
        {
            throw new RefusedException("session_ed25519 is required for 05 accounts, and for them only");
        }

        Ed25519PublicKey? key = isUser ? new Ed25519PublicKey(Bytes("session_ed25519", KeySize)) : null;
        bool hasToken = _json.TryGetProperty("subaccount", out _);
        SubaccountToken? token = null;
        if (hasToken)
        {
            token = SubaccountToken.TryCreate(Bytes("subaccount", SubaccountToken.Size), out SubaccountToken read) ? read : throw Missing("subaccount");
        }

        var authentication = new Authentication(
            AccountId.ToString(), key, Bytes("signature", SignatureSize), token, hasToken ? Bytes("subaccount_sig", SignatureSize) : null);

        // The push server knows of no revocations: a store that holds none.
        if (!authentication.Verify(new MessageStore(TimeProvider.System), signedText, SubaccountRights.Read))
        {
            throw new RefusedException("Signature verification failed");
        }
    }

    private byte[] Bytes(string name, int size)
    {
        string text = Text(_json, name);
        byte[] bytes = text.Length == 2 * size && text.All(char.IsAsciiHexDigit) ? Convert.FromHexString(text)
            : Base64Text.TryDecode(text, out byte[] decoded) ? decoded : [];
        return bytes.Length == size ? bytes : throw new RefusedException($"Invalid {name}: expected {size} bytes in hex or base64");
    }

    private static string Text(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()!
            : throw Missing(name);

    private static RefusedException Missing(string name) => new($"Required field {name} missing or invalid");
}
