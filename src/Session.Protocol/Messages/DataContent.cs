using Session.Protocol.Accounts;

namespace Session.Protocol.Messages;

/// <summary>The kinds that belong to a conversation and travel in a DataMessage (protocol/11 §5).</summary>
public abstract record DataContent : MessageContent
{
    private protected DataContent()
    {
    }

    /// <summary>
    /// The sender's name and picture, or null where it said nothing about them. Senders leave it out of copies to their own
    /// devices, of timer changes and of most group control messages.
    /// </summary>
    public UserProfile? Profile { get; init; }

    /// <summary>
    /// On a copy to the sender's own devices: the conversation it belongs to. A message with this that comes from anyone but
    /// oneself must be dropped.
    /// </summary>
    public AccountId? SyncTarget { get; init => field = value is { } target ? Limits.RequireId(target, nameof(SyncTarget)) : null; }

    /// <summary>In communities: whether the sender refuses message requests to its blinded id. Null where it did not say.</summary>
    public bool? BlocksCommunityMessageRequests { get; init; }

    private protected override bool AlwaysStatesExpiration => true;
}
