namespace Session.Protocol.Client.Groups;

/// <summary>How this account stands to a group.</summary>
public enum GroupStatus
{
    /// <summary>Invited, and has not answered.</summary>
    Invited = 1,

    /// <summary>A member.</summary>
    Joined,

    /// <summary>Not any more: left, declined, removed, or never let in because the group was full.</summary>
    Ended,
}
