namespace Session.Protocol.Client.Conversations;

/// <summary>What an account tells others, and wants to be told, beside messages. Immutable: make variants with <c>with</c>.</summary>
public sealed record ConversationOptions
{
    /// <summary>Neither typing nor receipts, which suits a bot.</summary>
    public static ConversationOptions Default { get; } = new();

    /// <summary>Whether typing is shown, in both directions: off, none is sent and received ones are dropped (protocol/13 §3). Default off.</summary>
    public bool TypingIndicators { get; init; }

    /// <summary>Whether reading is shown, in both directions: off, no receipt is sent and received ones are dropped (protocol/13 §4). Default off.</summary>
    public bool ReadReceipts { get; init; }
}
