using Session.Protocol.Cryptography;

namespace Session.Protocol.Conformance.Suites;

/// <summary>Signatures with X25519 keys in this network's form.</summary>
public sealed class XEd25519Suite() : KindSuite("xed25519")
{
    protected override CaseOutcome Run(KindCase @case) => @case.Kind switch
    {
        "sign" => Sign(@case),
        "verify" => CaseOutcome.When(
            XEd25519.Verify(@case.In.Hex("x25519_pk"), @case.In.Message(), @case.In.Hex("signature")) == @case.Accept, "the verdict differs"),
        "pubkey" => PublicKey(@case),
        _ => Unknown(@case),
    };

    private static CaseOutcome Sign(KindCase @case)
    {
        byte[] signature = new byte[XEd25519.SignatureSize];
        XEd25519.Sign(@case.In.Hex("x25519_sk"), @case.In.Message(), @case.In.Hex("random64"), signature);
        return CaseOutcome.All(
            CaseOutcome.WhenEqual("signature", @case.Out.Hex("signature"), signature),
            CaseOutcome.When(XEd25519.Verify(@case.In.Hex("x25519_pk"), @case.In.Message(), signature), "the own signature does not verify"));
    }

    private static CaseOutcome PublicKey(KindCase @case)
    {
        byte[] key = new byte[Ed25519.PublicKeySize];
        XEd25519.PublicKey(@case.In.Hex("x25519_pk"), key);
        return CaseOutcome.WhenEqual("key", @case.Out.Hex("ed25519_pk_positive"), key);
    }
}
