using System.Text;
using Session.Protocol.Accounts;

namespace Session.Protocol.Conformance.Suites;

/// <summary>Access to a group's mailboxes for members who are no admins.</summary>
public sealed class SubaccountSuite() : KindSuite("group_subaccounts")
{
    protected override CaseOutcome Run(KindCase @case) => @case.Kind switch
    {
        "subaccount" => RunSubaccount(@case),
        "verify" => RunVerify(@case),
        _ => Unknown(@case),
    };

    private static CaseOutcome RunSubaccount(KindCase @case)
    {
        using GroupAdminKey group = GroupAdminKey.FromSeed(@case.In.Hex("group_ed25519_seed"));
        using SessionIdentity member = SessionIdentity.FromSeed(@case.In.Hex("member_ed25519_seed"));
        SubaccountRights rights = Rights(@case, "write", "delete");
        byte[] signingValue = @case.Out.Hex("signing_value");
        if (!SubaccountSigner.TryCreate(group.GroupId, member, signingValue, rights, out SubaccountSigner? signer))
        {
            return CaseOutcome.Failed("the signing value was refused");
        }

        using (signer)
        {
            byte[] signature = new byte[64];
            signer.Sign(@case.In.Message(), signature);
            SubaccountToken token = signer.Token;
            return CaseOutcome.All(
                CaseOutcome.WhenEqual("group id", @case.In.Hex("group_id"), group.GroupId.AsSpan()),
                CaseOutcome.WhenEqual("member id", @case.In.Hex("member_session_id"), member.AccountId.AsSpan()),
                CaseOutcome.WhenEqual("signing value", signingValue, group.CreateSigningValue(member.AccountId, rights)),
                CaseOutcome.WhenEqual("token made by the admin", @case.Out.Hex("token"), group.CreateToken(member.AccountId, rights).AsSpan()),
                CaseOutcome.WhenEqual("token", @case.Out.Hex("token"), token.AsSpan()),
                CaseOutcome.WhenEqual("group's signature", @case.Out.Hex("subaccount_sig"), signer.AccountSignature.Span),
                CaseOutcome.WhenEqual("signature", @case.Out.Hex("signature"), signature),
                CaseOutcome.When(token.Key.Verify(@case.In.Message(), signature), "the token's key does not verify the signature"),
                CaseOutcome.WhenEqual("token as sent", Encoding.ASCII.GetBytes(@case.Out.Text("subaccount_b64")), Encoding.ASCII.GetBytes(token.ToString())));
        }
    }

    private static CaseOutcome RunVerify(KindCase @case)
    {
        using SessionIdentity member = SessionIdentity.FromSeed(@case.In.Hex("member_ed25519_seed"));
        bool valid = SubaccountSigner.TryCreate(
            AccountId.Parse(@case.In.Text("group_id")), member, @case.In.Hex("signing_value"), Rights(@case, "need_write", "need_delete"), out SubaccountSigner? signer);
        signer?.Dispose();
        return CaseOutcome.When(valid == @case.Accept, $"valid is {valid}");
    }

    private static SubaccountRights Rights(KindCase @case, string write, string delete) => SubaccountRights.Read
        | (@case.In.GetProperty(write).GetBoolean() ? SubaccountRights.Write : SubaccountRights.None)
        | (@case.In.GetProperty(delete).GetBoolean() ? SubaccountRights.Delete : SubaccountRights.None);
}
