namespace Session.Protocol.Client.Groups;

/// <summary>What a member may do.</summary>
public enum GroupRole
{
    /// <summary>Reads and writes.</summary>
    Member = 1,

    /// <summary>Also invites, removes, promotes, renames and deletes. An admin holds the group's key, which cannot be taken back.</summary>
    Admin,
}
