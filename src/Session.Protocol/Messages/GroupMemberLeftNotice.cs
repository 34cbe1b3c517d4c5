namespace Session.Protocol.Messages;

/// <summary>The sender leaves the group: to be shown to all.</summary>
public sealed record GroupMemberLeftNotice : GroupUpdate;
