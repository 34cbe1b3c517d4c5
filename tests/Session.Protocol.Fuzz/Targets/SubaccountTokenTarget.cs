using Session.Protocol.Accounts;

namespace Session.Protocol.Fuzz.Targets;

/// <summary>The token by which a group lets a member use its mailbox.</summary>
internal sealed class SubaccountTokenTarget : IFuzzTarget
{
    public static string Name => "subaccount-token";

    public static void Fuzz(ReadOnlySpan<byte> input) => _ = SubaccountToken.TryCreate(input, out _);
}
