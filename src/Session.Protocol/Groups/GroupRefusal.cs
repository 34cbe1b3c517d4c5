using Session.Protocol.Accounts;

namespace Session.Protocol.Groups;

/// <summary>A change, or the part of one about one account, that has no effect.</summary>
internal sealed record GroupRefusal(SignedGroupChange Change, AccountId? About, GroupRefusalReason Reason);
