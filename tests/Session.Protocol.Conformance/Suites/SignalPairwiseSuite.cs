using System.Text.Json;
using Session.Protocol.Accounts;
using Session.Protocol.Cryptography;
using Session.Protocol.Ratchet;
using Session.Protocol.Ratchet.Sessions;
using Session.Protocol.Ratchet.Stores;

namespace Session.Protocol.Conformance.Suites;

/// <summary>Whole conversations recorded from libsignal, replayed with this library in the receiver's place (README-signal.md).</summary>
public sealed class SignalPairwiseSuite : IVectorSuite
{
    private const string OldX3dh = "signal-pairwise-x3dh-v3-byte33";

    // libsignal's outcome of the last step depends on its generation; the replay must be refused in all of them.
    private const string ReplayTranscript = "archive-limit";

    // Needs KEM exchanges inside the session, which this library does not do.
    private const string EpochsTranscript = "spqr-epochs";

    public IReadOnlyList<string> Files { get; } = [OldX3dh, "signal-pairwise-x3dh-v3", "signal-pairwise-pqxdh-v4", "signal-pairwise-pqxdh-v4-spqr"];

    public IEnumerable<VectorCase> Read(JsonElement root)
    {
        foreach (JsonElement transcript in root.GetProperty("transcripts").EnumerateArray())
        {
            string id = transcript.Text("id");
            yield return new VectorCase(id, () => id == EpochsTranscript ? CaseOutcome.Skipped("post-quantum epochs are not built") : new Replay(transcript).Run());
        }
    }

    /// <summary>One transcript.</summary>
    private sealed class Replay(JsonElement transcript)
    {
        private readonly RatchetAddress _sender = SignalJson.Address(transcript.GetProperty("sender"));
        private readonly StepRandom _random = new();
        private RatchetParty? _local;
        private TranscriptStore _store = new();

        public CaseOutcome Run()
        {
            JsonElement receiver = transcript.GetProperty("receiver");
            if (receiver.Text("policy") != "tofu")
            {
                return CaseOutcome.Failed($"unknown policy {receiver.Text("policy")}");
            }

            using RatchetParty local = RatchetParty.FromSecretKey(SignalJson.Address(receiver), SignalJson.Number(receiver, "registrationId"), receiver.Hex("identityPrivate"));
            _local = local;
            FillStore(receiver);
            JsonElement[] steps = [.. transcript.GetProperty("steps").EnumerateArray()];
            for (int i = 0; i < steps.Length; i++)
            {
                bool refuseReplay = transcript.Text("id") == ReplayTranscript && i == steps.Length - 1;
                CaseOutcome outcome = steps[i].Text("op") switch
                {
                    "receive" => Receive(_store, steps[i], Message(steps[i]), refuseReplay ? "reject" : steps[i].Text("expect"), steps[i]),
                    "send" => Send(steps[i]),
                    "mutations" => Mutate(steps[i]),
                    var op => CaseOutcome.Failed($"unknown step {op}"),
                };
                if (outcome.Verdict != CaseVerdict.Passed)
                {
                    return outcome with { Reason = $"step {i}: {outcome.Reason}" };
                }
            }

            return CaseOutcome.Passed;
        }

        private static RatchetMessage Message(JsonElement step) => new((RatchetMessageType)step.GetProperty("type").GetInt32(), step.Hex("message"));

        private void FillStore(JsonElement receiver)
        {
            _store = new TranscriptStore
            {
                OneTime = Table(receiver, "preKeys", x => SignalJson.OneTimePreKey(x).Serialize()),
                Signed = Table(receiver, "signedPreKeys", x => SignalJson.SignedPreKey(x).Serialize()),
                Kem = Table(receiver, "kyberPreKeys", x => SignalJson.KemPreKey(x).Serialize()),
            };
            if (transcript.TryGetProperty("initialSession", out JsonElement initial))
            {
                byte versionByte = transcript.Text("protocol").StartsWith("pqxdh", StringComparison.Ordinal) ? SessionState.PqxdhVersionByte
                    : transcript.Text("library").Contains(" 0.22.", StringComparison.Ordinal) ? SessionState.OldX3dhVersionByte
                    : SessionState.X3dhVersionByte;
                SessionState state = SignalJson.PendingSession(initial, versionByte);
                using var session = new RatchetSession(_local!, _sender);
                session.Adopt(state, state.Parties.RemoteIdentity);
                _ = _store.CommitAsync(new RatchetCommit { Peer = _sender, Session = session.Serialize(), Identity = state.Parties.RemoteIdentity });
            }
        }

        // Transcripts with many bundles list a key once per bundle.
        private static Dictionary<uint, byte[]> Table(JsonElement receiver, string name, Func<JsonElement, byte[]> serialize)
        {
            var table = new Dictionary<uint, byte[]>();
            foreach (JsonElement item in receiver.GetProperty(name).EnumerateArray())
            {
                table[SignalJson.Number(item, "id")] = serialize(item);
            }

            return table;
        }

        private RatchetCipher Cipher(TranscriptStore store) => new(_local!, store, clock: new FixedClock(), random: _random);

        private CaseOutcome Receive(TranscriptStore store, JsonElement step, RatchetMessage message, string expect, JsonElement expected)
        {
            TranscriptStore used = store.Without(step.TextOrNull("without"));
            RatchetAddress from = step.TryGetProperty("from", out JsonElement other) ? SignalJson.Address(other) : _sender;
            string before = used.Snapshot();
            _random.Next = step.HexOrNull("newRatchetPrivate");
            using RatchetCipher cipher = Cipher(used);
            DecryptResult result = Finished(cipher.DecryptAsync(from, message));
            if (expect == "plaintext")
            {
                return CaseOutcome.All(
                    CaseOutcome.When(result.Status == RatchetStatus.Ok, $"refused: {result.Status}"),
                    CaseOutcome.WhenEqual("plaintext", step.Hex("plaintext"), result.Plaintext.Span));
            }

            RatchetStatus? exact = expected.TextOrNull("category") switch
            {
                "duplicate" => RatchetStatus.Duplicate,
                "untrusted-identity" => RatchetStatus.UntrustedIdentity,
                _ => null,
            };
            return CaseOutcome.All(
                CaseOutcome.When(result.Status != RatchetStatus.Ok, "accepted"),
                CaseOutcome.When(exact is null || result.Status == exact, $"expected {exact}, got {result.Status}"),
                CaseOutcome.When(before == used.Snapshot(), "a refused message changed the state"));
        }

        private CaseOutcome Mutate(JsonElement step)
        {
            byte[] message = step.Hex("message");
            foreach (JsonElement mutation in step.GetProperty("mutations").EnumerateArray())
            {
                byte[] mutated = (byte[])message.Clone();
                mutated[mutation.GetProperty("offset").GetInt32()] ^= mutation.GetProperty("xor").GetByte();
                CaseOutcome outcome = Receive(_store.Copy(), step, Message(step) with { Bytes = mutated }, mutation.Text("expect"), mutation);
                if (outcome.Verdict != CaseVerdict.Passed)
                {
                    return outcome with { Reason = $"mutation {mutation}: {outcome.Reason}" };
                }
            }

            return CaseOutcome.Passed;
        }

        private CaseOutcome Send(JsonElement step)
        {
            using RatchetCipher cipher = Cipher(_store);
            EncryptResult result = Finished(cipher.EncryptAsync(_sender, step.Hex("plaintext")));
            RatchetMessage expected = Message(step);
            if (result.Status != RatchetStatus.Ok || result.Message.Type != expected.Type)
            {
                return CaseOutcome.Failed($"{result.Status}, type {result.Message.Type}");
            }

            if (step.GetProperty("byteExact").GetBoolean())
            {
                return CaseOutcome.WhenEqual("message", expected.Bytes.Span, result.Message.Bytes.Span);
            }

            // libsignal put a chunk of its KEM exchange in; everything else must be the same.
            (string Header, byte[] Ciphertext) ours = Parts(result.Message), theirs = Parts(expected);
            return CaseOutcome.All(
                CaseOutcome.When(ours.Header == theirs.Header, $"header: expected {theirs.Header}, got {ours.Header}"),
                CaseOutcome.WhenEqual("ciphertext", theirs.Ciphertext, ours.Ciphertext));
        }

        private static (string Header, byte[] Ciphertext) Parts(RatchetMessage message)
        {
            bool isFirst = PreKeySignalMessage.TryParse(message.Type, message.Bytes.Span, out PreKeySignalMessage first) == RatchetStatus.Ok;
            SignalMessage signal = first.Message;
            if (!isFirst && SignalMessage.TryParse(message.Bytes.Span, out signal) != RatchetStatus.Ok)
            {
                return ("unreadable", []);
            }

            string handshake = isFirst ? $"{first.Handshake} {first.IdentityKey} {first.RegistrationId} {Convert.ToHexStringLower(first.KemCiphertext)}" : string.Empty;
            return ($"{handshake} {signal.VersionByte:x} {signal.RatchetKey} {signal.Counter}", signal.Ciphertext.ToArray());
        }

        // The transcript store answers at once, so that no step ever waits.
        private static T Finished<T>(ValueTask<T> task) => task.IsCompleted ? task.GetAwaiter().GetResult() : throw new InvalidOperationException("The step did not end at once.");
    }

    private sealed class FixedClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => SignalJson.Now;
    }

    /// <summary>The recorded ratchet key where the step has one, else any.</summary>
    private sealed class StepRandom : IRandomSource
    {
        public byte[]? Next { get; set; }

        public void Fill(Span<byte> destination)
        {
            if (Next is null)
            {
                RandomSource.System.Fill(destination);
                return;
            }

            Next.CopyTo(destination);
        }
    }
}
