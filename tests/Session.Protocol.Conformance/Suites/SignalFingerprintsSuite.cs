using System.Text.Json;
using Session.Protocol.Accounts;
using Session.Protocol.Ratchet;

namespace Session.Protocol.Conformance.Suites;

/// <summary>Safety numbers: the digits and the scannable form.</summary>
public sealed class SignalFingerprintsSuite : IVectorSuite
{
    public IReadOnlyList<string> Files { get; } = ["signal-fingerprints"];

    public IEnumerable<VectorCase> Read(JsonElement root)
    {
        int number = 0;
        foreach (JsonElement item in root.GetProperty("cases").EnumerateArray())
        {
            yield return new VectorCase($"{number++}", () => Run(item));
        }
    }

    private static CaseOutcome Run(JsonElement item)
    {
        int iterations = item.GetProperty("iterations").GetInt32(), version = item.GetProperty("version").GetInt32();
        byte[] localId = item.Hex("localId"), remoteId = item.Hex("remoteId");
        var localKey = new X25519PublicKey(item.Hex("localKey").AsSpan(1));
        var remoteKey = new X25519PublicKey(item.Hex("remoteKey").AsSpan(1));
        SafetyNumber ours = SafetyNumber.Create(localId, localKey, remoteId, remoteKey, iterations, version);
        SafetyNumber theirs = SafetyNumber.Create(remoteId, remoteKey, localId, localKey, iterations, version);
        return CaseOutcome.All(
            CaseOutcome.When(ours.Digits == item.Text("display"), $"digits {ours.Digits}"),
            CaseOutcome.WhenEqual("scannable", item.Hex("scannable"), ours.Scannable.Span),
            CaseOutcome.When(theirs.Digits == ours.Digits, "the other side sees other digits"),
            CaseOutcome.When(ours.Matches(theirs.Scannable.Span) && !ours.Matches(ours.Scannable.Span), "scan"));
    }
}
