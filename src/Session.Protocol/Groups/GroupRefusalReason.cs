namespace Session.Protocol.Groups;

/// <summary>Why a change that is well made has no effect on somebody.</summary>
internal enum GroupRefusalReason
{
    None = 0,

    /// <summary>The author is no member, or was none when it counts.</summary>
    NotAMember,

    /// <summary>Only an admin can do that.</summary>
    NotAnAdmin,

    /// <summary>The group has 100 members already.</summary>
    Full,

    /// <summary>The other one has been an admin for longer.</summary>
    NotSenior,

    /// <summary>It changes nothing: already so, or there is no such member.</summary>
    NoEffect,

    /// <summary>The author was removed by somebody who did not know this change.</summary>
    AfterRemoval,
}
