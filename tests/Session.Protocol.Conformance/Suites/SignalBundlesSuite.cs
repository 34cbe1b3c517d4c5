using System.Text.Json;
using Session.Protocol.Ratchet;

namespace Session.Protocol.Conformance.Suites;

/// <summary>Bundles with one field altered: a session starts from the honest one only.</summary>
public sealed class SignalBundlesSuite : IVectorSuite
{
    public IReadOnlyList<string> Files { get; } = ["signal-bundles"];

    public IEnumerable<VectorCase> Read(JsonElement root)
    {
        int number = 0;
        foreach (JsonElement item in root.GetProperty("cases").EnumerateArray())
        {
            yield return new VectorCase($"{number++} {item.TextOrNull("altered") ?? "honest"}", () => Run(item));
        }
    }

    private static CaseOutcome Run(JsonElement item)
    {
        bool accept = item.Text("expect") == "ok";
        using RatchetParty local = RatchetParty.Create(new RatchetAddress("local"));
        using var session = new RatchetSession(local, new RatchetAddress("remote"));
        byte[] before = session.Serialize();
        RatchetStatus status = session.Initiate(SignalJson.Bundle(item.GetProperty("bundle")), SignalJson.Now);
        return CaseOutcome.All(
            CaseOutcome.When(status == (accept ? RatchetStatus.Ok : RatchetStatus.InvalidBundle), $"{status}"),
            CaseOutcome.When(accept != before.AsSpan().SequenceEqual(session.Serialize()), "state"));
    }
}
