using Session.Protocol.Accounts;
using Session.Protocol.Messages;

namespace Session.Protocol.Client;

/// <summary>A message that the recipient's swarm has stored.</summary>
/// <param name="Recipient">Whom it went to.</param>
/// <param name="SentAt">Its time, network time; with the sender's id it names the message in replies, reactions and receipts.</param>
/// <param name="Hash">The name under which the recipient's swarm stores it, 43 characters.</param>
/// <param name="Protection">How it was protected.</param>
/// <param name="StoredSize">Bytes stored in the swarm, padding and encryption included.</param>
/// <param name="Confirmations">How many swarm members confirmed the storing with a valid signature.</param>
/// <param name="SyncHash">The name of the copy in the sender's own swarm for the sender's other devices; null when there is none.</param>
public sealed record SentMessage(
    AccountId Recipient,
    DateTimeOffset SentAt,
    string Hash,
    Protection Protection,
    int StoredSize,
    int Confirmations,
    string? SyncHash)
{
    /// <summary>What names it in replies, reactions and receipts: its author, which is oneself, and time.</summary>
    public required MessageReference Reference { get; init; }

    /// <summary>What is needed to delete it. A note to self is its own copy.</summary>
    public OwnCopy OwnCopy => new(Recipient, Reference, Recipient == Reference.Author ? Hash : SyncHash);

    /// <summary>When it must be deleted wherever the sender keeps it, network time; null when it stays.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }
}
