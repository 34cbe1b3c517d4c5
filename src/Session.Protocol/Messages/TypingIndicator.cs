namespace Session.Protocol.Messages;

/// <summary>The sender types, or has stopped (protocol/13 §3). In one-to-one conversations only.</summary>
public sealed record TypingIndicator : MessageContent
{
    /// <summary>True when typing started or goes on, false when it stopped.</summary>
    public required bool IsTyping { get; init; }
}
