using System.Text;
using System.Text.Json;
using Session.Protocol.Accounts;
using Session.Protocol.Conformance;
using Session.Protocol.Onion.Requests;
using Session.Protocol.Onion.Storage;
using Session.Protocol.Onion.Swarms;

namespace Session.Protocol.Onion.Tests.Storage;

/// <summary>One request to the real storage server, and its answer (tests/vectors/storage-server).</summary>
public sealed record Recording(int Id, string Title, JsonElement? Request, int Status, string Answer)
{
    /// <summary>Every exchange of the storage RPC that was recorded in full.</summary>
    public static IReadOnlyList<Recording> All { get; } = Load();

    public string Method => Request!.Value.GetProperty("method").GetString()!;

    public JsonElement Parameters => Request!.Value.GetProperty("params");

    public OnionResponse Response => new(Status, Encoding.UTF8.GetBytes(Answer));

    /// <summary>The time that the caller signed, or 0.</summary>
    public long Timestamp => Request is null || !Parameters.TryGetProperty("timestamp", out JsonElement time) ? 0
        : time.ValueKind == JsonValueKind.String ? long.Parse(time.GetString()!, System.Globalization.CultureInfo.InvariantCulture)
        : time.TryGetInt64(out long ms) ? ms : 0;

    public static Recording Get(int id) => All.Single(recording => recording.Id == id);

    public override string ToString() => $"{Id} {Title}";

    /// <summary>The same request made with this library; null when the library has no way to express it.</summary>
    internal StorageRequest? Build() => Build(Request!.Value, check: Status is 200 or 404);

    private static StorageRequest? Build(JsonElement request, bool check)
    {
        string method = request.GetProperty("method").GetString()!;
        JsonElement p = request.GetProperty("params");
        try
        {
            if (method is "batch" or "sequence")
            {
                StorageRequest?[] parts = [.. p.GetProperty("requests").EnumerateArray().Select(x => Build(x, check: false))];
                return parts.Contains(null) ? null : method == "batch" ? BatchRequest.Parallel(parts!) : BatchRequest.OneByOne(parts!);
            }

            return BuildSingle(method, p, check);
        }
        catch (Exception e) when (e is ArgumentException or FormatException or InvalidOperationException or KeyNotFoundException)
        {
            return null;
        }
    }

    private static StorageRequest? BuildSingle(string method, JsonElement p, bool check)
    {
        if (method == "info")
        {
            return new InfoRequest();
        }

        if (method == "oxend_request")
        {
            return p.GetProperty("endpoint").GetString() switch
            {
                "get_service_nodes" => OxendRequest.GetServiceNodes(),
                "ons_resolve" => OxendRequest.ResolveName(new byte[32]),
                _ => null,
            };
        }

        AccountId account = AccountId.Parse((p.TryGetProperty("pubkey", out JsonElement id) ? id : p.GetProperty("pubKey")).GetString());
        bool otherTime = p.TryGetProperty("sig_timestamp", out JsonElement signed) && signed.GetInt64() != p.GetProperty("timestamp").GetInt64();
        var space = new SwarmNamespace(p.TryGetProperty("namespace", out JsonElement n) && n.ValueKind == JsonValueKind.Number ? n.GetInt16() : (short)0);
        bool unchecked_ = method == "store" && space.IsPublicInbox;
        SwarmCredentials? credentials = p.TryGetProperty("signature", out _) ? new RecordedCredentials(account, p, check && !otherTime && !unchecked_) : null;
        bool all = n.ValueKind == JsonValueKind.String;
        return method switch
        {
            "get_swarm" => new GetSwarmRequest(account),
            "store" => new StoreRequest(account, space, Bytes(p.GetProperty("data")), TimeSpan.FromMilliseconds(TimeToLive(p)), credentials),
            "retrieve" => new RetrieveRequest(account, space, credentials)
            {
                LastHash = p.TryGetProperty("last_hash", out JsonElement hash) && hash.GetString() != "" ? hash.GetString() : null,
                MaxSize = p.TryGetProperty("max_size", out JsonElement size) ? size.GetInt32() : null,
                MaxCount = p.TryGetProperty("max_count", out JsonElement count) ? count.GetInt32() : null,
            },
            "delete" => new DeleteRequest(credentials!, Hashes(p)) { Required = p.TryGetProperty("required", out _) },
            "delete_all" => all ? DeleteAllRequest.Everything(credentials!) : DeleteAllRequest.InNamespace(credentials!, space),
            "delete_before" => all ? null : new DeleteBeforeRequest(credentials!, space, Time(p.GetProperty("before"))),
            "expire_all" => ExpireAllRequest.InNamespace(credentials!, space, Time(p.GetProperty("expiry"))),
            "expire" => Expire(p, credentials!),
            "get_expiries" => new GetExpiriesRequest(credentials!, Hashes(p)),
            "revoke_subaccount" => RevokeSubaccountsRequest.Revoke(credentials!, Tokens(p.GetProperty("revoke"))),
            "unrevoke_subaccount" => RevokeSubaccountsRequest.Restore(credentials!, Tokens(p.GetProperty("unrevoke"))),
            _ => null,
        };
    }

    private static ExpireRequest Expire(JsonElement p, SwarmCredentials credentials)
    {
        ExpiryChange change = p.TryGetProperty("shorten", out _) ? ExpiryChange.Shorten : p.TryGetProperty("extend", out _) ? ExpiryChange.Extend : ExpiryChange.Set;
        JsonElement expiry = p.GetProperty("expiry");
        return expiry.ValueKind == JsonValueKind.Array
            ? new ExpireRequest(credentials, [.. Hashes(p).Zip(expiry.EnumerateArray(), (hash, time) => KeyValuePair.Create(hash, Time(time)))], change)
            : new ExpireRequest(credentials, Hashes(p), Time(expiry), change);
    }

    private static double TimeToLive(JsonElement p) => p.TryGetProperty("ttl", out JsonElement ttl)
        ? ttl.ValueKind == JsonValueKind.String ? double.Parse(ttl.GetString()!, System.Globalization.CultureInfo.InvariantCulture) : ttl.GetInt64()
        : p.GetProperty("expiry").GetInt64() - p.GetProperty("timestamp").GetInt64();

    private static byte[] Bytes(JsonElement data)
    {
        string text = data.GetString()!;
        return Convert.FromBase64String(text.PadRight((text.Length + 3) / 4 * 4, '='));
    }

    private static string[] Hashes(JsonElement p) => [.. p.GetProperty("messages").EnumerateArray().Select(x => x.GetString()!)];

    private static DateTimeOffset Time(JsonElement ms) => DateTimeOffset.FromUnixTimeMilliseconds(ms.GetInt64());

    private static SubaccountToken[] Tokens(JsonElement value)
    {
        JsonElement[] list = value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray()] : [value];
        return [.. list.Select(x =>
        {
            string text = x.GetString()!;
            Assert.True(SubaccountToken.TryCreate(text.Length == 72 ? Convert.FromHexString(text) : Convert.FromBase64String(text), out SubaccountToken token));
            return token;
        })];
    }

    private static List<Recording> Load()
    {
        JsonDocument file = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(VectorFolder.Path, "storage-server", "transcripts.json")));
        var all = new List<Recording>();
        foreach (JsonElement item in file.RootElement.EnumerateArray())
        {
            bool rpc = item.GetProperty("url").GetString()!.EndsWith("/storage_rpc/v1", StringComparison.Ordinal) && item.GetProperty("method").GetString() == "POST";
            if (rpc && item.GetProperty("status").ValueKind == JsonValueKind.Number && !item.GetProperty("cut").GetBoolean())
            {
                all.Add(new Recording(
                    item.GetProperty("id").GetInt32(),
                    item.GetProperty("title").GetString()!,
                    ParseRequest(item.GetProperty("body").GetString()),
                    item.GetProperty("status").GetInt32(),
                    item.GetProperty("response_body").GetString()!));
            }
        }

        return all;
    }

    // Requests that are no JSON, or have no method or parameters, cannot come from this library; their answers are still read.
    private static JsonElement? ParseRequest(string? body)
    {
        try
        {
            JsonElement request = JsonDocument.Parse(body ?? string.Empty).RootElement;
            return request.TryGetProperty("method", out _) && request.TryGetProperty("params", out _) ? request : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
