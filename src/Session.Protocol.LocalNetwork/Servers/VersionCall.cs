using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Session.Protocol.Accounts;
using Session.Protocol.LocalNetwork.Rpc;
using Session.Protocol.Onion.Requests;

namespace Session.Protocol.LocalNetwork.Servers;

/// <summary>The question for the newest version of an official client, alone or signed with a version-blinded key (protocol/23 §3, §5).</summary>
internal static class VersionCall
{
    private const string PlatformQuery = "?platform=";
    private const string BlindedPrefix = "07";

    private static readonly TimeSpan Tolerance = TimeSpan.FromHours(24);
    private static readonly string[] Platforms = ["desktop", "android", "ios"];
    private static readonly string[] SignatureHeaders = ["x-fs-pubkey", "x-fs-timestamp", "x-fs-signature"];

    /// <summary>The answer; null when there is no such platform.</summary>
    public static ServerResponse? Answer(ServerRequest request, DateTimeOffset now, string version)
    {
        int query = request.Endpoint.IndexOf(PlatformQuery, StringComparison.Ordinal);
        if (query < 0 || !Platforms.Contains(request.Endpoint[(query + PlatformQuery.Length)..].Split('&')[0], StringComparer.Ordinal))
        {
            return null;
        }

        return Refusal(request, now) ?? ServerEndpoint.Json(JsonText.Write(new JsonObject
        {
            ["status_code"] = 200,
            ["updated"] = now.ToUnixTimeMilliseconds() / 1000d,
            ["result"] = version,
        }));
    }

    private static ServerResponse? Refusal(ServerRequest request, DateTimeOffset now)
    {
        string[] values = [.. SignatureHeaders.Where(request.Headers.ContainsKey).Select(name => request.Headers[name])];
        if (values.Length == 0)
        {
            return null;
        }

        if (values is not [var key, var time, var signature]
            || !key.StartsWith(BlindedPrefix, StringComparison.Ordinal)
            || !Ed25519PublicKey.TryParse(key.AsSpan(BlindedPrefix.Length), out Ed25519PublicKey publicKey)
            || !long.TryParse(time, NumberStyles.None, CultureInfo.InvariantCulture, out long seconds)
            || !Base64Text.TryDecode(signature, out byte[] signatureBytes))
        {
            return ServerEndpoint.Text(400, "Invalid authentication: missing or malformed headers");
        }

        if (Math.Abs((double)now.ToUnixTimeSeconds() - seconds) > Tolerance.TotalSeconds)
        {
            return ServerEndpoint.Text(425, "Invalid authentication: timestamp is too far from the current time");
        }

        return signatureBytes.Length == 64 && publicKey.Verify(Encoding.UTF8.GetBytes($"{time}{request.Method}{request.Endpoint}"), signatureBytes)
            ? null
            : ServerEndpoint.Text(401, "Invalid authentication: signature verification failed");
    }
}
