using Session.Protocol.Onion.Swarms;

namespace Session.Protocol.Client.Stores;

/// <summary>
/// What one account must remember between runs to lose no message and to repeat none: how far each node's mailbox was read
/// (<see cref="IRetrieveCursor"/>), which messages were handled, what is known of contacts, and, with the ratchet, its keys and sessions. One store belongs to one account and is used by one client
/// at a time. Safe for concurrent use.
/// </summary>
/// <remarks>
/// The contract that every implementation keeps: <see cref="CommitAsync"/> applies all changes or none, and has made them durable
/// when its task completes. One that cannot be written throws an <see cref="IOException"/> (a full disk, say), has changed nothing, and
/// leaves the store usable: the same may work later. After a crash the store holds exactly the changes of the commits that completed, and possibly
/// those of one that was under way. The entries of <see cref="LoadStateAsync"/> are secret: a store on disk encrypts them. They are
/// never copied to another device and never restored from a backup, because a ratchet that goes back uses keys twice
/// (protocol/32 §4.8); a store that survives the process lets no second process open it.
/// </remarks>
public interface IAccountStore : IRetrieveCursor
{
    /// <summary>Whether the stored message with this name was handled before.</summary>
    /// <param name="hash">43 characters.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>True when it must not be handled again.</returns>
    ValueTask<bool> IsHashHandledAsync(string hash, CancellationToken cancellationToken = default);

    /// <summary>Whether a message of this author and time was handled before: one message may arrive under two hashes.</summary>
    /// <param name="message">Author and time.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>True when it must not be handled again.</returns>
    ValueTask<bool> IsMessageHandledAsync(MessageKey message, CancellationToken cancellationToken = default);

    /// <summary>Reads one entry of the account's memory.</summary>
    /// <param name="key">Its name.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A copy that the caller zeroes, or null when there is none or it has expired.</returns>
    ValueTask<byte[]?> LoadStateAsync(AccountStateKey key, CancellationToken cancellationToken = default);

    /// <summary>The names of all entries of one kind that have not expired.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The names, in no particular order.</returns>
    ValueTask<IReadOnlyList<AccountStateKey>> ListStatesAsync(AccountStateKind kind, CancellationToken cancellationToken = default);

    /// <summary>Applies all changes at once, or none.</summary>
    /// <param name="changes">What happened.</param>
    /// <param name="cancellationToken">Ends the wait before the changes are applied, never in between.</param>
    /// <returns>A task that completes when the changes are durable.</returns>
    ValueTask CommitAsync(AccountChanges changes, CancellationToken cancellationToken = default);

    /// <summary>
    /// Deletes everything, beyond what the store itself could bring back, and closes the store: nothing can be read or written
    /// afterwards. For "delete my data"; the keys of the account are elsewhere.
    /// </summary>
    /// <param name="cancellationToken">Ends the wait before anything is deleted.</param>
    /// <returns>A task that completes when it is gone.</returns>
    ValueTask DestroyAsync(CancellationToken cancellationToken = default);
}
