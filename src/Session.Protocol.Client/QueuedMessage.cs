using Session.Protocol.Accounts;
using Session.Protocol.Messages;

namespace Session.Protocol.Client;

/// <summary>A message in the outbox: it goes out when the network lets it, also after a restart with the same store.</summary>
/// <param name="Recipient">Whom it goes to.</param>
/// <param name="SentAt">Its time, network time; with the sender's id it names the message in replies, reactions and receipts.</param>
/// <param name="Hash">The name under which the recipient's swarm will store it, 43 characters.</param>
/// <param name="Protection">How it is protected.</param>
/// <param name="Sent">
/// Ends when the swarm has stored it; fails with an <see cref="Onion.OnionException"/> when it never will, and is cancelled
/// when the client is disposed before, or the message is deleted before. Nobody has to wait for it.
/// </param>
public sealed record QueuedMessage(AccountId Recipient, DateTimeOffset SentAt, string Hash, Protection Protection, Task<SentMessage> Sent)
{
    /// <summary>What names it in replies, reactions and receipts: its author, which is oneself, and time.</summary>
    public required MessageReference Reference { get; init; }

    /// <summary>What is needed to delete it, also while it is in the outbox.</summary>
    public required OwnCopy OwnCopy { get; init; }
}
