using System.Text.Json;
using Session.Protocol.Cryptography;

namespace Session.Protocol.Conformance.Suites;

/// <summary>XEdDSA signatures that libsignal made or judged, and reproducible ones with given randomness.</summary>
public sealed class SignalXeddsaSuite : IVectorSuite
{
    public IReadOnlyList<string> Files { get; } = ["signal-xeddsa"];

    public IEnumerable<VectorCase> Read(JsonElement root)
    {
        int number = 0;
        foreach (JsonElement item in root.GetProperty("cases").EnumerateArray())
        {
            yield return new VectorCase($"{number++} {item.Text("note")}", () => Judge(item));
        }

        foreach (JsonElement item in root.GetProperty("deterministic").EnumerateArray())
        {
            yield return new VectorCase($"deterministic {number++}", () => Reproduce(item));
        }
    }

    private static CaseOutcome Judge(JsonElement item)
    {
        bool valid = XEdDSA.Verify(item.Hex("public").AsSpan(1), item.Hex("message"), item.Hex("signature"));
        if (item.TryGetProperty("mayDiffer", out _))
        {
            // libsignal takes S + L for S; this library is strict, so a signature has one form only.
            return CaseOutcome.When(!valid, "accepted a second form of a signature");
        }

        CaseOutcome judged = CaseOutcome.When(valid == item.GetProperty("valid").GetBoolean(), valid ? "accepted" : "refused");
        return item.HexOrNull("private") is { } secret ? CaseOutcome.All(judged, SignAgain(item, secret)) : judged;
    }

    private static CaseOutcome SignAgain(JsonElement item, byte[] secret)
    {
        byte[] signature = Sign(secret, item.Hex("message"), new byte[XEdDSA.RandomSize]);
        return CaseOutcome.All(
            CaseOutcome.When(XEdDSA.Verify(item.Hex("public").AsSpan(1), item.Hex("message"), signature), "own signature refused"),
            CaseOutcome.When(signature[63] >> 7 == item.GetProperty("signBit").GetInt32(), "sign bit"));
    }

    private static CaseOutcome Reproduce(JsonElement item) =>
        CaseOutcome.WhenEqual("signature", item.Hex("signature"), Sign(item.Hex("private"), item.Hex("message"), item.Hex("random")));

    private static byte[] Sign(byte[] secret, byte[] message, byte[] random)
    {
        byte[] point = new byte[32], signature = new byte[XEdDSA.SignatureSize];
        XEdDSA.PublicPoint(secret, point);
        XEdDSA.Sign(secret, point, message, random, signature);
        return signature;
    }
}
