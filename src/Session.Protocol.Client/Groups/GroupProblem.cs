namespace Session.Protocol.Client.Groups;

/// <summary>Why something cannot be done in a group.</summary>
public enum GroupProblem
{
    /// <summary>The group would have more than 100 members and invited people.</summary>
    Full = 1,

    /// <summary>Only an admin can do it.</summary>
    NotAnAdmin,

    /// <summary>This account has not accepted its invitation.</summary>
    NotJoined,

    /// <summary>This account is not in the group, or not any more.</summary>
    NotAMember,

    /// <summary>The account it is about is not in the group.</summary>
    NoSuchMember,

    /// <summary>Admins can be removed only by those who have been admins for longer.</summary>
    NotSenior,

    /// <summary>It is so already.</summary>
    NoChange,

    /// <summary>The last admin cannot leave while others are in the group: make one of them an admin first, or remove them.</summary>
    LastAdmin,

    /// <summary>The group has had 4,096 changes, and can have no more.</summary>
    TooManyChanges,
}
