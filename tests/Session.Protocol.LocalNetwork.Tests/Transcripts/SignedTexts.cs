using System.Text;
using System.Text.Json.Nodes;
using Session.Protocol.Accounts;

namespace Session.Protocol.LocalNetwork.Tests.Transcripts;

/// <summary>
/// What the members' signatures in a swarm map cover, worked out from request and answer alone (protocol/21 §6.1). The same check
/// runs over the recorded answers with the recorded keys, so the texts are those that the real server signed.
/// </summary>
internal static class SignedTexts
{
    /// <summary>Checks every signature in an answer; returns how many there were.</summary>
    public static int Verify(string request, JsonNode? answer)
    {
        JsonObject json = JsonNode.Parse(request)!.AsObject();
        JsonObject parameters = json["params"]!.AsObject();
        if (answer is not JsonObject)
        {
            return 0;
        }

        if (answer["results"] is JsonArray results)
        {
            JsonArray requests = parameters["requests"]!.AsArray();
            return results.Select((result, i) => Verify(requests[i]!.ToJsonString(), result!["body"])).Sum();
        }

        if (answer["swarm"] is not JsonObject swarm)
        {
            return 0;
        }

        int count = 0;
        foreach ((string member, JsonNode? entry) in swarm.Where(pair => pair.Value!["signature"] is not null))
        {
            byte[] text = Text((string)json["method"]!, parameters, entry!.AsObject());
            bool good = Ed25519PublicKey.Parse(member).Verify(text, Convert.FromBase64String((string)entry["signature"]!));
            Assert.True(good, $"signature of {member} over {Encoding.ASCII.GetString(text)}");
            count++;
        }

        return count;
    }

    private static byte[] Text(string method, JsonObject parameters, JsonObject entry)
    {
        string account = (string)parameters["pubkey"]!;
        return method switch
        {
            "store" => Ascii((string)entry["hash"]!),
            "delete" => Ascii(account, Join(parameters["messages"]), Join(entry["deleted"])),
            "delete_all" => Ascii(account, Join(parameters["timestamp"]), Sorted(entry["deleted"])),
            "delete_before" => Ascii(account, Join(parameters["before"]), Sorted(entry["deleted"])),
            "expire_all" => Ascii(account, Join(parameters["expiry"]), Sorted(entry["updated"])),
            "expire" => Ascii(account, Join(entry["expiry"]), Join(parameters["messages"]), Join(entry["updated"]), Unchanged(entry["unchanged"])),
            _ => [.. Ascii(account, Join(parameters["timestamp"])), .. Tokens(parameters["revoke"] ?? parameters["unrevoke"]!)],
        };
    }

    private static string Unchanged(JsonNode? unchanged) =>
        string.Concat((unchanged as JsonObject ?? []).OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}{pair.Value}"));

    private static string Join(JsonNode? json) => json is JsonArray items ? string.Concat(items) : $"{json}";

    private static string Sorted(JsonNode? json) => string.Concat(
        (json is JsonObject lists ? lists.SelectMany(list => list.Value!.AsArray()) : json!.AsArray()).Select(item => (string)item!).Order(StringComparer.Ordinal));

    private static byte[] Tokens(JsonNode tokens) =>
        [.. (tokens is JsonArray items ? items.Select(item => (string)item!) : [(string)tokens!]).SelectMany(text => text.Length == 72 ? Convert.FromHexString(text) : Convert.FromBase64String(text))];

    private static byte[] Ascii(params string[] parts) => Encoding.ASCII.GetBytes(string.Concat(parts));
}
