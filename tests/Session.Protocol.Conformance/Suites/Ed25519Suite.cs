using Session.Protocol.Accounts;
using Session.Protocol.Cryptography;

namespace Session.Protocol.Conformance.Suites;

/// <summary>Signing with an identity, and strict verification.</summary>
public sealed class Ed25519Suite() : KindSuite("ed25519")
{
    protected override CaseOutcome Run(KindCase @case) => @case.Kind switch
    {
        "sign" => Sign(@case),
        "verify" => CaseOutcome.When(
            Ed25519.Verify(@case.In.Hex("ed25519_pk"), @case.In.Message(), @case.In.Hex("signature")) == @case.Accept, "the verdict differs"),
        _ => Unknown(@case),
    };

    private static CaseOutcome Sign(KindCase @case)
    {
        using SessionIdentity identity = SessionIdentity.FromSeed(@case.In.Hex("ed25519_seed"));
        byte[] signature = new byte[Ed25519.SignatureSize];
        identity.Sign(@case.In.Message(), signature);
        return CaseOutcome.All(
            CaseOutcome.WhenEqual("key", @case.In.Hex("ed25519_pk"), identity.SigningKey.AsSpan()),
            CaseOutcome.WhenEqual("signature", @case.Out.Hex("signature"), signature));
    }
}
