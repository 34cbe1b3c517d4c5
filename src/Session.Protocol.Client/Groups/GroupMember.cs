using Session.Protocol.Accounts;

namespace Session.Protocol.Client.Groups;

/// <summary>A member of a group, or somebody who is invited.</summary>
/// <param name="Account">Who.</param>
/// <param name="Role">What it may do.</param>
/// <param name="HasJoined">False while the invitation is not accepted; until then it gets no messages.</param>
/// <param name="AddedBy">Who invited it first; itself for the founder.</param>
public sealed record GroupMember(AccountId Account, GroupRole Role, bool HasJoined, AccountId AddedBy);
