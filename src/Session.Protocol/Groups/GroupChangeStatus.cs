namespace Session.Protocol.Groups;

/// <summary>What became of a change that somebody sent.</summary>
internal enum GroupChangeStatus
{
    Ok = 0,

    /// <summary>Longer than <see cref="GroupLimits.MaxChangeSize"/>.</summary>
    TooLarge,

    /// <summary>Not a change, or a part of it has another length or is beyond a bound.</summary>
    Malformed,

    /// <summary>Of a later version.</summary>
    Version,

    /// <summary>Not signed by its author for this group, or a founding change without the group's signature.</summary>
    BadSignature,
}
