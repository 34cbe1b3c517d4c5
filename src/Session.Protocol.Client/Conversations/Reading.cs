using Session.Protocol.Accounts;
using Session.Protocol.Client.Stores;
using Session.Protocol.Messages;
using Session.Protocol.Onion.Storage;

namespace Session.Protocol.Client.Conversations;

/// <summary>Marks messages of one conversation as read (protocol/13 §4, §5.4).</summary>
internal sealed class Reading(ConversationParts parts, AccountId conversation)
{
    /// <summary>Most messages in one receipt; readers of this library take 4,096.</summary>
    public const int MaxReceiptTimes = 1_000;

    /// <summary>Marks them in the store, and tells the swarm when they go.</summary>
    /// <returns>The messages as they are now.</returns>
    public async ValueTask<IReadOnlyList<ReceivedMessage>> MarkAsync(IReadOnlyList<ReceivedMessage> messages, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(messages);
        ReceivedMessage[] read = [.. messages];
        if (!Array.TrueForAll(read, x => x is not null && x.Conversation == conversation && (x.IsOwn || MessageHash.IsWellFormed(x.Hash))))
        {
            throw new ArgumentException("Expected messages that were received in this conversation.", nameof(messages));
        }

        DateTimeOffset now = parts.Clock.Now;
        ReceivedMessage[] theirs = [.. read.Where(x => !x.IsOwn)];
        if (theirs.Length == 0)
        {
            return read;
        }

        Dictionary<string, DateTimeOffset> timers = theirs.Where(StartsTimer).DistinctBy(x => x.Hash, StringComparer.Ordinal).ToDictionary(x => x.Hash, x => now + x.Content.Expiration.Timer, StringComparer.Ordinal);

        // A swarm stores nothing for longer than two weeks, so longer timers mean nothing to it.
        AccountState[] states = [.. timers.Where(x => x.Value - now < StorageLimits.MaxInboxTimeToLive).Select(x => parts.Timers.Remember(x.Key, x.Value))];
        var together = new AccountChanges { States = states, Messages = [.. theirs.Where(x => timers.ContainsKey(x.Hash)).SelectMany(x => parts.History.Expiring(x, timers[x.Hash]))] };
        await parts.Book.ChangeAsync(conversation, x => ContactRules.ReadUntil(x, theirs.Max(y => y.SentAt), now), together, cancellationToken).ConfigureAwait(false);
        if (states.Length > 0)
        {
            parts.Timers.Wake();
        }

        IReadOnlyDictionary<string, DateTimeOffset> told = await parts.Timers.FlushAsync(cancellationToken).ConfigureAwait(false);

        // Another device has read it before.
        MessageChange[] sooner = [.. theirs.Where(x => timers.ContainsKey(x.Hash) && told.TryGetValue(x.Hash, out DateTimeOffset at) && at < timers[x.Hash]).SelectMany(x => parts.History.Expiring(x, told[x.Hash]))];
        if (sooner.Length > 0)
        {
            await parts.Book.ChangeAsync(conversation, x => x, new AccountChanges { Messages = sooner }, cancellationToken).ConfigureAwait(false);
        }

        return [.. read.Select(x => x.IsOwn ? x : x with { IsRead = true, ExpiresAt = ExpiryOf(x, timers, told) })];
    }

    private static bool StartsTimer(ReceivedMessage message) => message is { ExpiresAt: null, Content.Expiration.Mode: ExpirationMode.AfterRead };

    private static DateTimeOffset? ExpiryOf(
        ReceivedMessage message, Dictionary<string, DateTimeOffset> timers, IReadOnlyDictionary<string, DateTimeOffset> told) =>
        told.TryGetValue(message.Hash, out DateTimeOffset known) ? known
        : timers.TryGetValue(message.Hash, out DateTimeOffset local) ? local
        : message.ExpiresAt;
}
