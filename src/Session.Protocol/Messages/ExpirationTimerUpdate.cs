namespace Session.Protocol.Messages;

/// <summary>
/// The sender's own messages will disappear as <see cref="MessageContent.Expiration"/> says from now on (protocol/13 §5.2).
/// In one-to-one conversations and Note to Self; groups use <see cref="Groups.GroupInfoChange"/>.
/// </summary>
public sealed record ExpirationTimerUpdate : DataContent;
