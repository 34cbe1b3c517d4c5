using System.Text.Json;
using Session.Protocol.Mnemonics;

namespace Session.Protocol.Conformance.Suites;

/// <summary>Recovery phrases by the rules of the newest library: the checksum word is optional, 24 or 25 words make a full seed.</summary>
public sealed class MnemonicsSuite : IVectorSuite
{
    public IReadOnlyList<string> Files { get; } = ["v2-mnemonics"];

    public IEnumerable<VectorCase> Read(JsonElement root)
    {
        foreach (JsonElement item in root.GetProperty("cases").EnumerateArray())
        {
            yield return new VectorCase(item.Text("name"), () => Run(item));
        }
    }

    private static CaseOutcome Run(JsonElement item)
    {
        if (item.Text("language") != "english")
        {
            return CaseOutcome.Skipped($"no word list for {item.Text("language")}");
        }

        return item.Text("op") switch
        {
            "mnemonic" => CaseOutcome.All(Encode(item), Decode(item, item.Text("words")), Decode(item, $"{item.Text("words")} {item.Text("checksum_word")}")),
            "mnemonic-decode" => Decode(item, item.Text("words")),
            _ => CaseOutcome.Skipped($"op {item.Text("op")} is not implemented"),
        };
    }

    private static CaseOutcome Encode(JsonElement item)
    {
        string expected = $"{item.Text("words")} {item.Text("checksum_word")}";
        string phrase = RecoveryPhrase.Encode(item.Hex("seed_bytes"));
        return CaseOutcome.When(phrase == expected, $"expected {expected}, got {phrase}");
    }

    private static CaseOutcome Decode(JsonElement item, string phrase)
    {
        bool accept = item.Text("expect") == "ok";
        byte[] seed = new byte[RecoveryPhrase.SeedSize];
        var options = new RecoveryPhraseOptions { AllowMissingChecksum = true, AllowLongPhrase = true };
        if (!RecoveryPhrase.TryDecode(phrase, seed, out RecoveryPhraseFailure failure, options) || !accept)
        {
            return CaseOutcome.When(failure.Error != RecoveryPhraseError.None && !accept, failure.ToString());
        }

        byte[] expected = new byte[RecoveryPhrase.SeedSize];
        item.Hex("seed_bytes").CopyTo(expected, 0);
        return CaseOutcome.WhenEqual("seed", expected, seed);
    }
}
