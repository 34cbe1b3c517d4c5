namespace Session.Protocol.Messages;

/// <summary>The sender accepts the receiver's message request (protocol/11 §11).</summary>
public sealed record MessageRequestResponse : MessageContent
{
    /// <summary>Always true in practice: a refusal is never sent, and receivers ignore false.</summary>
    public bool IsApproved { get; init; } = true;

    /// <summary>The sender's name and picture, or null where it said nothing about them.</summary>
    public UserProfile? Profile { get; init; }
}
