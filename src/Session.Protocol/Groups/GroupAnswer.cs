namespace Session.Protocol.Groups;

/// <summary>What a member says about itself. The numbers are those of the wire.</summary>
internal enum GroupAnswer
{
    None = 0,
    Accept = 1,
    Decline = 2,
    Leave = 3,
}
