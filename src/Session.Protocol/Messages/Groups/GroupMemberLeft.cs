namespace Session.Protocol.Messages.Groups;

/// <summary>The sender leaves the group: tells admins to remove it. Others do nothing; they are told by <see cref="GroupMemberLeftNotice"/>.</summary>
public sealed record GroupMemberLeft : GroupUpdate;
