using Session.Protocol.Accounts;
using Session.Protocol.Client.Conversations;
using Session.Protocol.Client.Stores;
using Session.Protocol.Messages;
using Session.Protocol.Onion.Swarms;

namespace Session.Protocol.Client.Outbox;

/// <summary>A message on its way out: the recipient's pieces in the order in which they go, then those for the sender's other devices.</summary>
/// <param name="Recipient">Whom it goes to.</param>
/// <param name="SentMs">Its time.</param>
/// <param name="Protection">How it is protected.</param>
/// <param name="IsKept">Whether it is kept until it was stored; a typing indicator is not.</param>
/// <param name="Parts">All pieces.</param>
internal sealed record OutgoingMessage(AccountId Recipient, long SentMs, Protection Protection, bool IsKept, IReadOnlyList<OutgoingPart> Parts)
{
    /// <summary>
    /// The piece whose hash names it. A version 1 message goes after its ratcheted form, so that whoever gets both sees that the
    /// sender speaks the ratchet, and names the message, because every client reads it. A message to a group goes after its keys.
    /// </summary>
    public OutgoingPart Named => Protection == Protection.SenderKey ? Parts[^1] : Parts.LastOrDefault(x => !x.IsCopy && (x.Space == SwarmNamespace.Default || x.Index == 0)) ?? Parts[0];

    /// <summary>The copy for the sender's other devices that names it there; null when there is none.</summary>
    public OutgoingPart? Copy => Parts.LastOrDefault(x => x.IsCopy);

    public int StoredSize => Parts.Where(x => !x.IsCopy && x.Space == Named.Space).Sum(x => x.Data.Length);

    /// <summary>What is needed to delete it. A note to self is its own copy.</summary>
    public OwnCopy OwnCopyOf(AccountId self) => new(Recipient, new MessageReference(self, SentMs), Recipient == self ? Named.Hash : Copy?.Hash);

    /// <summary>It as its sender may follow it.</summary>
    /// <param name="self">The own account.</param>
    /// <param name="sent">Ends when the swarm has it. Nobody has to wait for it; the reason of a failure was logged.</param>
    public QueuedMessage Follow(AccountId self, Task<SentMessage> sent)
    {
        _ = sent.ContinueWith(x => x.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        return new QueuedMessage(Recipient, DateTimeOffset.FromUnixTimeMilliseconds(SentMs), Named.Hash, Protection, sent)
        {
            Reference = new MessageReference(self, SentMs),
            OwnCopy = OwnCopyOf(self),
        };
    }

    /// <summary>What is committed with the ratchet's step, before anything leaves: the pieces, and that what comes back to us is known.</summary>
    public AccountChanges ToChanges(AccountId self) => new()
    {
        States = IsKept
            ? [.. Parts.Select(x => x.ToState()), .. Copies(self).GroupBy(x => x.Space).Select(x => OwnCopies.Remember(new MessageKey(self, SentMs), x.Key, x.Last().Hash, x.Last().GiveUpAt))]
            : [],
        Handled = [.. Copies(self).Select(x => new HandledMessage(x.Hash, x.GiveUpAt + x.Lifetime, new MessageKey(self, SentMs)))],
    };

    private IEnumerable<OutgoingPart> Copies(AccountId self) => Parts.Where(x => x.Account == self);
}
