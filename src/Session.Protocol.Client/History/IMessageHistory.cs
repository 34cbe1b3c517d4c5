using Session.Protocol.Accounts;

namespace Session.Protocol.Client.History;

/// <summary>
/// The text messages of an account's conversations and groups, as this device received and sent them: with attachments, quotes, previews. A received message is there before
/// its handler is called, a sent one with the commit that puts it into the outbox. It leaves when it is deleted, when its time comes, or when the network refuses to take it. Safe for concurrent use.
/// </summary>
public interface IMessageHistory
{
    /// <summary>Most messages in one page.</summary>
    const int MaxPage = 1_000;

    /// <summary>Reads a page of a conversation, the newest message first.</summary>
    /// <param name="conversation">An account, a group, or oneself for notes: <see cref="ReceivedMessage.Conversation"/>.</param>
    /// <param name="before">The <see cref="HistoryMessage.Number"/> of the last message of the page before; null for the first page.</param>
    /// <param name="limit">How many at most, 1 to <see cref="MaxPage"/>.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The messages; fewer than <paramref name="limit"/> when there are no older ones.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The limit is out of its range.</exception>
    ValueTask<IReadOnlyList<HistoryMessage>> GetMessagesAsync(AccountId conversation, long? before = null, int limit = 50, CancellationToken cancellationToken = default);

    /// <summary>Deletes all messages of a conversation from this device, and tells nobody.</summary>
    /// <param name="conversation">An account, a group, or oneself for notes.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that ends when they are gone.</returns>
    ValueTask ClearAsync(AccountId conversation, CancellationToken cancellationToken = default);
}
