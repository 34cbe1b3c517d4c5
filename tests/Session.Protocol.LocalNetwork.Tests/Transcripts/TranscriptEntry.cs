using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Session.Protocol.Conformance;

namespace Session.Protocol.LocalNetwork.Tests.Transcripts;

/// <summary>One recorded request and answer of the real storage server (tests/vectors/storage-server).</summary>
internal sealed partial class TranscriptEntry(JsonElement json)
{
    public int Id { get; } = json.GetProperty("id").GetInt32();

    public string Method { get; } = Text(json, "method") ?? "POST";

    public string Path { get; } = new Uri(Text(json, "url")!).AbsolutePath;

    /// <summary>Index of the node that was asked: 3 for n3.</summary>
    public int Node { get; } = int.Parse(Text(json, "node")![1..]);

    public IReadOnlyDictionary<string, string> Headers { get; } = json.GetProperty("headers").EnumerateObject().ToDictionary(header => header.Name, header => header.Value.GetString()!);

    /// <summary>The request's body; rebuilt where the recording is cut or shows a Python object.</summary>
    public byte[] Body { get; } = ReadBody(json);

    public bool IsChunked { get; } = Text(json, "body")!.StartsWith("<generator", StringComparison.Ordinal);

    /// <summary>Null when the recording client saw no HTTP answer.</summary>
    public int? Status { get; } = json.GetProperty("status").ValueKind == JsonValueKind.Number ? json.GetProperty("status").GetInt32() : null;

    public string? ContentType { get; } = json.TryGetProperty("response_headers", out JsonElement headers) ? headers.GetProperty("Content-Type").GetString() : null;

    public string ResponseText { get; } = Text(json, "response_body") ?? string.Empty;

    public byte[] Response => Binary(ResponseText) ?? Encoding.UTF8.GetBytes(ResponseText);

    public bool IsOnion => Path == "/onion_req/v2";

    /// <summary>How an onion body was built, for entries that say so.</summary>
    public string Note { get; } = Text(json, "note") ?? string.Empty;

    /// <summary>The node's clock, where the answer shows it.</summary>
    public long? Clock { get; } = LastTime().Matches(Text(json, "response_body") ?? string.Empty) is { Count: > 0 } times ? long.Parse(times[^1].Groups[1].Value) : null;

    public static IReadOnlyList<TranscriptEntry> LoadAll()
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(System.IO.Path.Combine(VectorFolder.Path, "storage-server", "transcripts.json")));
        return [.. document.RootElement.EnumerateArray().Select(entry => new TranscriptEntry(entry.Clone()))];
    }

    private static byte[] ReadBody(JsonElement json)
    {
        string body = Text(json, "body")!;
        return json.GetProperty("id").GetInt32() switch
        {
            13 => Encoding.ASCII.GetBytes(new string('x', 10_485_761)),
            14 => """{"method":"info","params":{}}"""u8.ToArray(),
            48 => Large(body, 76_800),
            49 => Large(body, 76_801),
            _ => Binary(body) ?? Encoding.UTF8.GetBytes(body),
        };
    }

    // The large messages are the letter m, as the uncut beginning shows and the recorded hash proves.
    private static byte[] Large(string body, int size)
    {
        string head = body[..(body.IndexOf("\"data\":\"", StringComparison.Ordinal) + 8)];
        return Encoding.ASCII.GetBytes($"{head}{Convert.ToBase64String(Enumerable.Repeat((byte)'m', size).ToArray())}\"}}}}");
    }

    private static byte[]? Binary(string text) => BinaryBody().Match(text) is { Success: true } match ? Convert.FromBase64String(match.Groups[1].Value) : null;

    private static string? Text(JsonElement json, string name) => json.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    [GeneratedRegex(@"^\(binary, \d+ bytes, base64:\) (\S+)$")]
    private static partial Regex BinaryBody();

    [GeneratedRegex("\"t\":(\\d+)")]
    private static partial Regex LastTime();
}
