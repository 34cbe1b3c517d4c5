using Session.Protocol.Accounts;

namespace Session.Protocol.Client.Stores;

/// <summary>
/// An account store that can keep messages too, as <see cref="HistoryOptions.Enabled"/> needs. <see cref="IAccountStore.CommitAsync"/> applies
/// <see cref="AccountChanges.Messages"/> with all else or not at all, in their order, and
/// <see cref="IAccountStore.DestroyAsync"/> deletes the messages. The store numbers the messages of a conversation as their commits come, because several may commit at the same time.
/// </summary>
public interface IMessageStore : IAccountStore
{
    /// <summary>Reads messages of a conversation, the newest first, without those that have expired.</summary>
    /// <param name="conversation">The account or group.</param>
    /// <param name="before">Only those with a lower <see cref="MessageEntry.Number"/>.</param>
    /// <param name="limit">How many at most; less are given only at the end.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The messages; none when there are none.</returns>
    ValueTask<IReadOnlyList<MessageEntry>> ListMessagesAsync(AccountId conversation, long before, int limit, CancellationToken cancellationToken = default);
}
