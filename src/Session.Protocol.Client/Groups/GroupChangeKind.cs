namespace Session.Protocol.Client.Groups;

/// <summary>What happened in a group.</summary>
public enum GroupChangeKind
{
    /// <summary>This account was invited: <see cref="ISessionGroup.AcceptAsync"/> or <see cref="ISessionGroup.DeclineAsync"/>.</summary>
    Invited = 1,

    /// <summary>This account is a member: it accepted on another device, or got back a group that it had lost.</summary>
    Joined,

    /// <summary>An admin invited members.</summary>
    MembersInvited,

    /// <summary>A member accepted its invitation.</summary>
    MemberJoined,

    /// <summary>A member declined its invitation.</summary>
    MemberDeclined,

    /// <summary>A member left.</summary>
    MemberLeft,

    /// <summary>An admin removed members. This account is among them when <see cref="ISessionGroup.Status"/> says so.</summary>
    MembersRemoved,

    /// <summary>An admin made a member an admin.</summary>
    MemberPromoted,

    /// <summary>The name has changed.</summary>
    Renamed,

    /// <summary>The description has changed.</summary>
    DescriptionChanged,

    /// <summary>The picture has changed.</summary>
    PictureChanged,

    /// <summary>The timer of disappearing messages has changed.</summary>
    TimerChanged,

    /// <summary>An invitation by this account has no effect: another admin filled the group at the same time.</summary>
    InviteRefused,

    /// <summary>Another change by this account has no effect: it was removed, or lost its rights, at the same time.</summary>
    ChangeRefused,

    /// <summary>The group's swarm no longer lets this account in, and nobody has said why.</summary>
    AccessRevoked,
}
