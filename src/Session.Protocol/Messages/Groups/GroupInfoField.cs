namespace Session.Protocol.Messages.Groups;

/// <summary>What changed about a group. The numbers are those of the wire.</summary>
public enum GroupInfoField
{
    /// <summary>Its name.</summary>
    Name = 1,

    /// <summary>Its picture.</summary>
    Avatar = 2,

    /// <summary>Its timer for disappearing messages.</summary>
    DisappearingMessages = 3,
}
