using Session.Protocol.Accounts;

namespace Session.Protocol.Groups;

/// <summary>One member or invited account, as all changes together make it.</summary>
internal sealed record GroupMemberState
{
    public required AccountId Account { get; init; }

    /// <summary>Has accepted. Until then it gets no sender keys.</summary>
    public bool IsJoined { get; init; }

    /// <summary>Place of the change that made it an admin, lower for those who are it longer; null for others.</summary>
    public int? AdminSince { get; init; }

    public bool IsAdmin => AdminSince is not null;

    /// <summary>Who invited it first; itself for the founder.</summary>
    public required AccountId AddedBy { get; init; }

    /// <summary>The changes that added it: several when admins invited it at the same time. Its own changes name one of them.</summary>
    public required IReadOnlyList<GroupHash> Memberships { get; init; }
}
