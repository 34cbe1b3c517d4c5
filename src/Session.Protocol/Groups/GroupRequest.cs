namespace Session.Protocol.Groups;

/// <summary>What one member asks another for. The numbers are those of the wire.</summary>
internal enum GroupRequest
{
    None = 0,

    /// <summary>Your sender key: I cannot read you.</summary>
    SenderKey = 1,

    /// <summary>All changes, the outer key and, from an admin, my right to the swarm: I have fallen behind or lost everything.</summary>
    Snapshot = 2,
}
