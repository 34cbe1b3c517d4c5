using System.Text;
using System.Text.Json.Nodes;

namespace Session.Protocol.LocalNetwork.Tests.Transcripts;

/// <summary>
/// Every request that was recorded against the real storage server gets the same answer here, one test case for each.
/// <list type="bullet">
/// <item>Status, content type and software name: equal.</item>
/// <item>Text bodies: equal, with the nodes' keys and the ports of servers translated (<see cref="RecordedNodes"/>).</item>
/// <item>JSON bodies: equal in every key, type and value, translated likewise; <c>t</c> within a second; signatures recomputed:
/// one and the same text, worked out from the request, must verify under the recorded key and signature and under ours.</item>
/// <item>Onion answers: both decrypted with the recorded ephemeral key, then compared like direct answers.</item>
/// <item>Entries in <see cref="ComparedOtherwise"/>: as the table says.</item>
/// </list>
/// No entry is left out: <see cref="Recording_AllEntries_AreAccountedFor"/>.
/// </summary>
public class TranscriptTests(TranscriptReplay replay) : IClassFixture<TranscriptReplay>
{
    private static readonly Lazy<IReadOnlyList<TranscriptEntry>> Entries = new(TranscriptEntry.LoadAll);

    private static readonly Dictionary<int, string> ComparedOtherwise = new()
    {
        [13] = "The recording client lost the connection while it was still sending 10 MiB; here it may also read the 413 that section 12 shows.",
        [21] = "Two nodes of the daemon's choice: compared in shape.",
        [83] = "The recorded body is cut: beginning, end and length are compared.",
        [169] = "Node frozen: no HTTP answer in either network. The real one does not even finish the TLS handshake.",
        [175] = "Node dead: no HTTP answer in either network. The real one refuses the connection.",
    };

    public static TheoryData<int, string> Cases => [.. Entries.Value.Where(entry => !ComparedOtherwise.ContainsKey(entry.Id)).Select(entry => (entry.Id, $"{entry.Method} {entry.Path}"))];

    [Fact]
    public void Recording_AllEntries_AreAccountedFor()
    {
        Assert.Equal(199, Entries.Value.Count);
        Assert.Equal(Enumerable.Range(1, 199), Entries.Value.Select(entry => entry.Id));
        Assert.Equal(5, ComparedOtherwise.Count);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Replay_RecordedRequest_AnswersAsTheRealServer(int id, string request)
    {
        TranscriptEntry entry = Entries.Value[id - 1];
        ReplayedAnswer replayed = replay[id];
        RecordedNodes recordedWords = RecordedNodes.OfRecording(Entries.Value);

        Assert.NotNull(replayed.Answer);
        Assert.Equal((entry.Status, entry.ContentType), (replayed.Answer.Status, replayed.Answer.ContentType));
        Assert.Equal("Oxen Storage Server/2.6.2", replayed.Answer.Server);
        (string recorded, string local) = (entry.ResponseText, replayed.Answer.Text);
        string storageRequest = Encoding.UTF8.GetString(entry.Body);
        if (replayed.Onion is { } onion && entry.Status == 200 && !IsServerAnswer(id))
        {
            (recorded, local) = Decrypt(entry, onion, replayed.Answer.Body);
            storageRequest = onion.Request ?? string.Empty;
        }

        if (JsonOrNull(recorded) is not { } expected)
        {
            Assert.Equal(recordedWords.Translate(recorded).Trim().Replace("22398", "PORT"), Normalise(local));
            return;
        }

        JsonNode actual = JsonNode.Parse(local)!;
        ParseInnerText(expected);
        ParseInnerText(actual);
        string? difference = AnswerComparer.Difference(recordedWords.Translate(expected), replay.LocalWords.Translate(actual));
        Assert.True(difference is null, $"{request}: {difference}");
        if (JsonOrNull(storageRequest)?["method"] is not null)
        {
            Assert.Equal(
                SignedTexts.Verify(storageRequest, Unwrap(expected)),
                SignedTexts.Verify(storageRequest, Unwrap(actual)));
        }
    }

    [Fact]
    public void Replay_BodyOverTenMebibytes_IsNotTaken()
    {
        if (replay[13].Answer is { } answer)
        {
            Assert.Equal((413, "Request body too large"), (answer.Status, answer.Text));
        }
    }

    [Fact]
    public void Replay_LimitedNodeList_HasTheRecordedShape()
    {
        JsonNode recorded = JsonNode.Parse(Entries.Value[20].ResponseText)!["result"]!;
        JsonNode local = replay[21].Answer!.Json["result"]!;

        Assert.Equal((string)recorded["status"]!, (string)local["status"]!);
        Assert.Equal(recorded.AsObject().Count, local.AsObject().Count);
        foreach (JsonNode? state in local["service_node_states"]!.AsArray())
        {
            Assert.Equal(Shape(recorded["service_node_states"]![0]!), Shape(state!));
        }

        Assert.Equal(2, local["service_node_states"]!.AsArray().Count);
    }

    [Fact]
    public void Replay_CutBody_AgreesInBeginningEndAndLength()
    {
        string recorded = Entries.Value[82].ResponseText;
        string local = replay[83].Answer!.Text;
        string[] parts = recorded.Split(" ...[103876 characters in total]... ");

        Assert.StartsWith(parts[0], local);
        Assert.EndsWith(parts[1], local);
        Assert.Equal(103_876, local.Length);
    }

    [Theory]
    [InlineData(169)]
    [InlineData(175)]
    public void Replay_NodeFrozenOrDead_GivesNoAnswer(int id) => Assert.Null(replay[id].Answer);

    // Entries 145 to 147, 150: status and body of the server itself, which nobody encrypted.
    private static bool IsServerAnswer(int id) => id is 145 or 146 or 147;

    // The destination's layer, or for the refusals of the exit the layer of the exit.
    private (string Recorded, string Local) Decrypt(TranscriptEntry entry, RecordedOnion onion, byte[] localBody)
    {
        int layer = onion.ServerKey is null ? 0 : 1;
        int node = int.Parse(onion.RecipientOf(layer)[1..]);
        byte[] recordedKey = Convert.FromHexString(RecordedX25519(node));
        return (onion.Open(entry.Response, layer, recordedKey)!, onion.Open(localBody, layer, replay.Network.Nodes[node].EncryptionKey.AsSpan())!);
    }

    private static string RecordedX25519(int node)
    {
        Session.Protocol.Accounts.Ed25519PublicKey key = Session.Protocol.Accounts.Ed25519PublicKey.Parse(RecordedNodes.Ed25519Keys[node]);
        Assert.True(key.TryToX25519(out Session.Protocol.Accounts.X25519PublicKey image));
        return image.ToString();
    }

    // Inside an onion answer the RPC's answer is the value or the text of "body".
    private static JsonNode? Unwrap(JsonNode answer) => answer["status"] is null ? answer
        : answer["body"];

    // Without "json" in the control JSON the body is text that holds JSON; its parts are compared, not its spelling.
    private static void ParseInnerText(JsonNode answer)
    {
        if (answer["body"] is JsonValue text && JsonOrNull((string)text!) is { } inner)
        {
            answer["body"] = inner;
        }
    }

    private string Normalise(string local)
    {
        string text = replay.LocalWords.Translate(local).Trim();
        return text.StartsWith("Failed to connect", StringComparison.Ordinal) ? System.Text.RegularExpressions.Regex.Replace(text, @"port \d+", "port PORT")
            : text.Replace("25000 milliseconds", "25001 milliseconds");
    }

    private static JsonNode? JsonOrNull(string text) => text.StartsWith('{') ? JsonNode.Parse(text) : null;

    private static string Shape(JsonNode json) => string.Join(',', json.AsObject().Select(pair => $"{pair.Key}:{pair.Value!.GetValueKind()}"));
}
