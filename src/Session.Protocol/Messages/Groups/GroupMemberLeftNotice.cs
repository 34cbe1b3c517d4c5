namespace Session.Protocol.Messages.Groups;

/// <summary>The sender leaves the group: to be shown to all.</summary>
public sealed record GroupMemberLeftNotice : GroupUpdate;
