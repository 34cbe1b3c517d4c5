using Session.Protocol.Accounts;
using Session.Protocol.Onion.Names;

namespace Session.Protocol.Conformance.Suites;

/// <summary>Records of names, in the current form and in the old one. Each of the old form takes about a second and 256 MiB.</summary>
public sealed class NameSuite() : KindSuite("ons")
{
    protected override CaseOutcome Run(KindCase @case)
    {
        if (@case.Kind is not ("xchacha20" or "legacy_argon2"))
        {
            return Unknown(@case);
        }

        string name = @case.In.Text("name");
        AccountId? account = new NameRecord(@case.In.Text("encrypted_value"), @case.In.TextOrNull("nonce")).Open(name);
        if (!@case.Accept)
        {
            return CaseOutcome.When(account is null, "accepted");
        }

        return CaseOutcome.All(
            CaseOutcome.When(account?.ToString() == @case.Out.Text("session_id"), $"got {account}"),
            CaseOutcome.WhenEqual("name hash", @case.Out.HexOrNull("name_hash") ?? NameRecord.HashOf(name), NameRecord.HashOf(name)));
    }
}
