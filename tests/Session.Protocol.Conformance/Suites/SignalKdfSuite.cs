using System.Text;
using System.Text.Json;
using Session.Protocol.Cryptography;
using Session.Protocol.Ratchet.Sessions;

namespace Session.Protocol.Conformance.Suites;

/// <summary>Every intermediate value of real libsignal messages, and single steps of the key schedule.</summary>
public sealed class SignalKdfSuite : IVectorSuite
{
    public IReadOnlyList<string> Files { get; } = ["signal-kdf"];

    public IEnumerable<VectorCase> Read(JsonElement root)
    {
        foreach (JsonElement trace in root.GetProperty("traces").EnumerateArray())
        {
            string name = $"{trace.Text("protocol")} {trace.Text("transcript")} {trace.GetProperty("wireByte")}";
            yield return new VectorCase($"{name} agreement", () => Agreement(trace));
            yield return new VectorCase($"{name} messages", () => Messages(trace));
        }

        foreach (JsonProperty kind in root.GetProperty("synthetic").EnumerateObject())
        {
            int number = 0;
            foreach (JsonElement item in kind.Value.EnumerateArray())
            {
                yield return new VectorCase($"{kind.Name} {number++}", () => Synthetic(kind.Name, item));
            }
        }
    }

    private static CaseOutcome Agreement(JsonElement trace)
    {
        JsonElement agreement = trace.GetProperty("agreement");
        bool hybrid = agreement.TryGetProperty("pqAuthKey", out _);
        Span<byte> output = Handshake.Derive(agreement.Hex("input"), hybrid, new byte[96]);
        return CaseOutcome.All(
            CaseOutcome.WhenEqual("root key", agreement.Hex("rootKey"), output[..32]),
            CaseOutcome.WhenEqual("chain key", agreement.Hex("chainKey"), output[32..64]),
            hybrid ? CaseOutcome.WhenEqual("authentication key", agreement.Hex("pqAuthKey"), output[64..]) : CaseOutcome.Passed);
    }

    private static CaseOutcome Messages(JsonElement trace)
    {
        byte[] chainKey = new byte[32];
        foreach (JsonElement message in trace.GetProperty("messages").EnumerateArray())
        {
            CaseOutcome outcome = Message(message, chainKey);
            if (outcome.Verdict != CaseVerdict.Passed)
            {
                return outcome;
            }
        }

        return CaseOutcome.Passed;
    }

    // A message with a new ratchet key starts the receiving chain and the next sending chain; one without goes on.
    private static CaseOutcome Message(JsonElement message, byte[] chainKey)
    {
        byte[] root = new byte[32], rootAfter = message.Hex("rootKeyBefore"), sending = message.Hex("sendingChainKey"), shared = new byte[32], seed = new byte[32];
        if (message.HexOrNull("newRatchetPrivate") is { } fresh)
        {
            ReadOnlySpan<byte> theirs = message.Hex("ratchetPublic").AsSpan(1);
            _ = X25519.TryAgree(message.Hex("ourRatchetPrivate"), theirs, shared);
            KeySchedule.RootStep(message.Hex("rootKeyBefore"), shared, root, chainKey);
            _ = X25519.TryAgree(fresh, theirs, shared);
            KeySchedule.RootStep(root, shared, rootAfter, sending);
        }

        KeySchedule.ChainStep(chainKey, seed);
        return CaseOutcome.All(
            CaseOutcome.WhenEqual("root key", message.Hex("rootKeyAfter"), rootAfter),
            CaseOutcome.WhenEqual("sending chain key", message.Hex("sendingChainKey"), sending),
            CaseOutcome.WhenEqual("receiving chain key", message.Hex("nextReceivingChainKey"), chainKey),
            CaseOutcome.WhenEqual("message seed", message.Hex("messageSeed"), seed),
            MessageKeys(message, seed),
            CaseOutcome.WhenEqual("MAC", message.Hex("mac"), System.Security.Cryptography.HMACSHA256.HashData(message.Hex("macKey"), message.Hex("macInput")).AsSpan(0, 8)));
    }

    private static CaseOutcome MessageKeys(JsonElement item, byte[] seed)
    {
        byte[] keys = new byte[KeySchedule.MessageKeysSize];
        KeySchedule.MessageKeys(seed, item.HexOrNull("pqKey"), keys);
        return CaseOutcome.WhenEqual("keys", [.. item.Hex("cipherKey"), .. item.Hex("macKey"), .. item.Hex("iv")], keys);
    }

    private static CaseOutcome Synthetic(string kind, JsonElement item)
    {
        byte[] first = new byte[32], second = new byte[32];
        switch (kind)
        {
            case "root":
                KeySchedule.RootStep(item.Hex("rootKey"), item.Hex("shared"), first, second);
                return CaseOutcome.All(CaseOutcome.WhenEqual("root key", item.Hex("newRootKey"), first), CaseOutcome.WhenEqual("chain key", item.Hex("chainKey"), second));
            case "chain":
                byte[] chainKey = item.Hex("chainKey");
                KeySchedule.ChainStep(chainKey, first);
                return CaseOutcome.All(CaseOutcome.WhenEqual("seed", item.Hex("messageSeed"), first), CaseOutcome.WhenEqual("next", item.Hex("nextChainKey"), chainKey));
            case "message":
                return MessageKeys(item, item.Hex("seed"));
            case "group":
                return Group(item);
            case "pqChain":
                KeySchedule.StartPqChains(item.Hex("authKey"), first, second);
                return CaseOutcome.All(PqKeys(item.GetProperty("a2b"), first), PqKeys(item.GetProperty("b2a"), second));
            case "hkdf":
                byte[] output = new byte[item.GetProperty("length").GetInt32()];
                HkdfSha256.DeriveKey(item.Hex("ikm"), item.HexOrNull("salt"), item.Hex("info"), output);
                return CaseOutcome.WhenEqual("output", item.Hex("output"), output);
            case "agree":
                _ = X25519.TryAgree(item.Hex("private"), item.Hex("public").AsSpan(1), first);
                return CaseOutcome.WhenEqual("secret", item.Hex("secret"), first);
            case "kyberWrap":
                bool ok = Kyber1024.TryDecapsulate(item.Hex("secret").AsSpan(1), item.Hex("ciphertext").AsSpan(1), first);
                return CaseOutcome.All(CaseOutcome.When(ok, "secret key refused"), CaseOutcome.WhenEqual("secret", item.Hex("sharedSecret"), first));
            default:
                return CaseOutcome.Skipped($"kind {kind} is not implemented");
        }
    }

    // Sender keys start from the same chain step; their label and split are of protocol/31.
    private static CaseOutcome Group(JsonElement item)
    {
        byte[] chainKey = item.Hex("chainKey"), seed = new byte[32], keys = new byte[48];
        KeySchedule.ChainStep(chainKey, seed);
        HkdfSha256.DeriveKey(seed, default, Encoding.ASCII.GetBytes("WhisperGroup"), keys);
        return CaseOutcome.All(
            CaseOutcome.WhenEqual("seed", item.Hex("seed"), seed),
            CaseOutcome.WhenEqual("next", item.Hex("nextChainKey"), chainKey),
            CaseOutcome.WhenEqual("keys", [.. item.Hex("iv"), .. item.Hex("cipherKey")], keys));
    }

    private static CaseOutcome PqKeys(JsonElement expected, byte[] chainKey)
    {
        uint index = 0;
        byte[] key = new byte[32];
        foreach (JsonElement item in expected.EnumerateArray())
        {
            KeySchedule.PqChainStep(chainKey, ++index, key);
            if (CaseOutcome.WhenEqual($"key {index}", Convert.FromHexString(item.GetString()!), key) is { Verdict: not CaseVerdict.Passed } failed)
            {
                return failed;
            }
        }

        return CaseOutcome.Passed;
    }
}
