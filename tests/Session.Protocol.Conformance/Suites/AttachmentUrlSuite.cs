using System.Text.Json;
using Session.Protocol.Accounts;
using Session.Protocol.Attachments;

namespace Session.Protocol.Conformance.Suites;

/// <summary>Download URLs, read and written, and the two forms of a server's key.</summary>
public sealed class AttachmentUrlSuite : IVectorSuite
{
    public IReadOnlyList<string> Files { get; } = ["v2-urls"];

    public IEnumerable<VectorCase> Read(JsonElement root)
    {
        foreach (JsonElement item in root.GetProperty("cases").EnumerateArray())
        {
            yield return new VectorCase(item.Text("name"), () => Run(item));
        }
    }

    private static CaseOutcome Run(JsonElement item) => item.Text("op") switch
    {
        "parse" => Parse(item.Text("url"), item.GetProperty("result")),
        "generate" => Generate(item),
        "ed25519-to-x25519" => Convert(item),
        _ => CaseOutcome.Skipped($"op {item.Text("op")} is not implemented"),
    };

    private static CaseOutcome Parse(string text, JsonElement expected)
    {
        if (!AttachmentUrl.TryParse(text, out AttachmentUrl? url))
        {
            return CaseOutcome.Failed("refused");
        }

        JsonElement port = expected.GetProperty("port");
        int? expectedPort = port.ValueKind == JsonValueKind.Null ? null : port.GetInt32();
        return CaseOutcome.All(
            CaseOutcome.When(url.IsHttps == (expected.Text("scheme") == "https"), "scheme"),
            CaseOutcome.When(url.Host == expected.Text("host"), $"host {url.Host}"),
            CaseOutcome.When(url.Port == expectedPort, $"port {url.Port}"),
            CaseOutcome.When(url.FileId == expected.Text("file_id"), $"id {url.FileId}"),
            CaseOutcome.When(url.ServerKey?.ToString() == expected.TextOrNull("custom_pubkey"), $"key {url.ServerKey}"),
            CaseOutcome.When((url.Scheme == AttachmentScheme.Stream) == expected.GetProperty("stream").GetBoolean(), $"scheme {url.Scheme}"),
            CaseOutcome.When(url.SessionRouter == expected.TextOrNull("session_router"), $"router {url.SessionRouter}"));
    }

    private static CaseOutcome Generate(JsonElement item)
    {
        var url = new AttachmentUrl
        {
            IsHttps = item.Text("scheme") == "https",
            Host = item.Text("host"),
            Port = item.GetProperty("port").GetInt32(),
            FileId = item.Text("file_id"),
            ServerKey = item.Text("pubkey") == item.Text("default_pubkey") ? null : Ed25519PublicKey.Parse(item.Text("pubkey")),
            Scheme = item.GetProperty("stream").GetBoolean() ? AttachmentScheme.Stream : AttachmentScheme.Legacy,
        };
        return CaseOutcome.When(url.Format() == item.Text("url"), url.Format());
    }

    private static CaseOutcome Convert(JsonElement item) =>
        Ed25519PublicKey.Parse(item.Text("ed25519")).TryToX25519(out X25519PublicKey key)
            ? CaseOutcome.WhenEqual("key", item.Hex("x25519"), key.AsSpan())
            : CaseOutcome.Failed("refused");
}
