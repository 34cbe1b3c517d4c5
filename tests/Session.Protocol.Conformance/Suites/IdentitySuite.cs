using Session.Protocol.Accounts;
using Session.Protocol.Cryptography;

namespace Session.Protocol.Conformance.Suites;

/// <summary>Seed to keys and account id, and the account id of a bare signing key.</summary>
public sealed class IdentitySuite() : KindSuite("identity")
{
    protected override CaseOutcome Run(KindCase @case) => @case.Kind switch
    {
        "seed16" or "seed32" => FromSeed(@case),
        "ed_pk_to_session_id" => FromSigningKey(@case),
        _ => Unknown(@case),
    };

    private static CaseOutcome FromSeed(KindCase @case)
    {
        using SessionIdentity identity = SessionIdentity.FromSeed(@case.In.Hex("seed"), SecretExport.Allowed);
        byte[] seed = new byte[SessionIdentity.SeedSize];
        identity.ExportSeed(seed);
        byte[] x25519Secret = new byte[X25519.KeySize];
        identity.CopyEncryptionSecret(x25519Secret);
        return CaseOutcome.All(
            CaseOutcome.WhenEqual("seed", @case.Out.Hex("ed25519_seed"), seed),
            CaseOutcome.WhenEqual("Ed25519 key", @case.Out.Hex("ed25519_pk"), identity.SigningKey.AsSpan()),
            CaseOutcome.WhenEqual("X25519 secret", @case.Out.Hex("x25519_sk"), x25519Secret),
            CaseOutcome.WhenEqual("X25519 key", @case.Out.Hex("x25519_pk"), identity.EncryptionKey.AsSpan()),
            CaseOutcome.When(identity.AccountId.ToString() == @case.Out.Text("session_id"), $"account id {identity.AccountId}"));
    }

    private static CaseOutcome FromSigningKey(KindCase @case)
    {
        if (!AccountId.TryFromEd25519(new Ed25519PublicKey(@case.In.Hex("ed25519_pk")), out AccountId id))
        {
            return CaseOutcome.When(!@case.Accept, "refused");
        }

        return @case.Accept ? CaseOutcome.WhenEqual("account id", @case.Out.Hex("session_id"), id.AsSpan()) : CaseOutcome.Failed("accepted");
    }
}
