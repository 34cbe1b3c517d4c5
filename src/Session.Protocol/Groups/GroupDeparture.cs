using Session.Protocol.Accounts;

namespace Session.Protocol.Groups;

/// <summary>How an account's last membership ended.</summary>
/// <param name="Account">Who is gone.</param>
/// <param name="Change">The change that ended it.</param>
internal sealed record GroupDeparture(AccountId Account, SignedGroupChange Change)
{
    public bool IsRemoval => Change.Change is GroupChange.Remove;
}
