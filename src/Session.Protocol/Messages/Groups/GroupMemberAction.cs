namespace Session.Protocol.Messages.Groups;

/// <summary>What happened to members of a group. The numbers are those of the wire.</summary>
public enum GroupMemberAction
{
    /// <summary>They were added.</summary>
    Added = 1,

    /// <summary>They were removed.</summary>
    Removed = 2,

    /// <summary>They became admins.</summary>
    Promoted = 3,
}
