using System.Text.Json;
using Session.Protocol.Ratchet;
using Session.Protocol.SenderKeys;
using Session.Protocol.SenderKeys.Stores;

namespace Session.Protocol.Conformance.Suites;

/// <summary>Group transcripts of libsignal: one reader follows each from its first distribution, through its stored record at every step.</summary>
public sealed class SignalSenderKeysSuite : IVectorSuite
{
    public IReadOnlyList<string> Files { get; } = ["signal-sender-keys"];

    public IEnumerable<VectorCase> Read(JsonElement root)
    {
        foreach (JsonElement transcript in root.GetProperty("transcripts").EnumerateArray())
        {
            yield return new VectorCase(transcript.Text("id"), () => Run(transcript));
        }
    }

    private static CaseOutcome Run(JsonElement transcript)
    {
        RatchetAddress sender = SignalJson.Address(transcript.GetProperty("sender"));
        var id = Guid.Parse(transcript.Text("distributionId"));
        var records = new Dictionary<SenderKeyName, byte[]>();
        int number = 0;
        foreach (JsonElement step in transcript.GetProperty("steps").EnumerateArray())
        {
            RatchetAddress from = step.TryGetProperty("from", out JsonElement other) ? SignalJson.Address(other) : sender;
            CaseOutcome outcome = Step(records, new SenderKeyName(from, id), step);
            if (outcome.Verdict != CaseVerdict.Passed)
            {
                return outcome with { Reason = $"step {number}: {outcome.Reason}" };
            }

            number++;
        }

        return CaseOutcome.Passed;
    }

    private static CaseOutcome Step(Dictionary<SenderKeyName, byte[]> records, SenderKeyName name, JsonElement step) => step.Text("op") switch
    {
        "process" => Apply(records, name, step, session => (session.Process(step.Hex("distribution")), default)),
        "receive" => Apply(records, name, step, session => Open(session, step.Hex("message"))),
        "mutations" => Mutate(records, name, step),
        _ => CaseOutcome.Failed($"unknown step {step.Text("op")}"),
    };

    private static CaseOutcome Mutate(Dictionary<SenderKeyName, byte[]> records, SenderKeyName name, JsonElement step)
    {
        foreach (JsonElement mutation in step.GetProperty("mutations").EnumerateArray())
        {
            byte[] message = step.Hex("message");
            message[mutation.GetProperty("offset").GetInt32()] ^= mutation.GetProperty("xor").GetByte();
            CaseOutcome outcome = Apply(new(records), name, mutation, session => Open(session, message));
            if (outcome.Verdict != CaseVerdict.Passed)
            {
                return outcome with { Reason = $"mutation {mutation}: {outcome.Reason}" };
            }
        }

        return CaseOutcome.Passed;
    }

    private static (SenderKeyStatus Status, Memory<byte> Plaintext) Open(SenderKeySession session, byte[] message)
    {
        SenderKeyDecryptResult result = session.Decrypt(message);
        return (result.Status, result.Plaintext);
    }

    private static CaseOutcome Apply(
        Dictionary<SenderKeyName, byte[]> records, SenderKeyName name, JsonElement expected, Func<SenderKeySession, (SenderKeyStatus Status, Memory<byte> Plaintext)> step)
    {
        using SenderKeySession session = Load(records, name);
        byte[] before = session.Serialize();
        (SenderKeyStatus status, Memory<byte> plaintext) = step(session);
        records[name] = session.Serialize();
        if (expected.Text("expect") != "reject")
        {
            return CaseOutcome.All(
                CaseOutcome.When(status == SenderKeyStatus.Ok, $"refused: {status}"),
                CaseOutcome.WhenEqual("plaintext", expected.HexOrNull("plaintext") ?? [], plaintext.Span));
        }

        return CaseOutcome.All(
            CaseOutcome.When(status != SenderKeyStatus.Ok, "accepted"),
            CaseOutcome.When(Category(expected) is not { } category || status == category, $"expected {Category(expected)}, got {status}"),
            CaseOutcome.WhenEqual("state after a refusal", before, records[name]));
    }

    private static SenderKeySession Load(Dictionary<SenderKeyName, byte[]> records, SenderKeyName name)
    {
        if (!records.TryGetValue(name, out byte[]? record))
        {
            return new SenderKeySession(name.DistributionId);
        }

        return SenderKeySession.TryDeserialize(record, out SenderKeySession? session) ? session : throw new InvalidDataException("The record does not read.");
    }

    private static SenderKeyStatus? Category(JsonElement expected) => expected.TextOrNull("category") switch
    {
        null => null,
        "duplicate" => SenderKeyStatus.Duplicate,
        "no-sender-key" => SenderKeyStatus.NoSenderKey,
        "bad-signature" => SenderKeyStatus.BadSignature,
        "too-far" => SenderKeyStatus.TooFarAhead,
        "malformed" => SenderKeyStatus.Malformed,
        "version" => SenderKeyStatus.Version,
        "invalid" => SenderKeyStatus.Invalid,
        var unknown => throw new InvalidDataException($"Unknown category {unknown}."),
    };
}
