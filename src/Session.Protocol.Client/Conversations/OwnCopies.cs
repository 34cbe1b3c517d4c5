using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging;
using Session.Protocol.Accounts;
using Session.Protocol.Client.Stores;
using Session.Protocol.Messages;
using Session.Protocol.Onion;
using Session.Protocol.Onion.Storage;
using Session.Protocol.Onion.Storage.Results;
using Session.Protocol.Onion.Swarms;

namespace Session.Protocol.Client.Conversations;

/// <summary>
/// Deletes messages from the account's own swarm, where its other devices would still find them (protocol/13 §6). What has to be deleted lies
/// in the store until the swarm has done it. Safe for concurrent use.
/// </summary>
internal sealed class OwnCopies(SessionIdentity identity, ISwarmClient swarm, IAccountStore store, INetworkClock clock, ILogger logger)
{
    /// <summary>Messages of one request.</summary>
    private const int MaxHashes = 100;

    private readonly DueWork _work = new();

    /// <summary>The entry that remembers under which name the own swarm stores a message. A message may be there twice: as version 1, and ratcheted.</summary>
    public static AccountState Remember(MessageKey message, SwarmNamespace space, string hash, DateTimeOffset until) =>
        new(KeyOf(message, space == SwarmNamespace.Default), Encoding.ASCII.GetBytes(hash), until);

    /// <summary>The names under which the own swarm stores a message, and what forgets them; nothing for a message that is not known.</summary>
    public async ValueTask<(IReadOnlyList<string> Hashes, IReadOnlyList<AccountState> Forget)> FindAsync(MessageReference message, CancellationToken cancellationToken)
    {
        var hashes = new List<string>();
        var forget = new List<AccountState>();
        foreach (bool isSealed in new[] { true, false })
        {
            AccountStateKey key = KeyOf(new MessageKey(message.Author, message.SentTimestampMs), isSealed);
            if (await store.LoadStateAsync(key, cancellationToken).ConfigureAwait(false) is { } hash)
            {
                hashes.Add(Encoding.ASCII.GetString(hash));
                forget.Add(new AccountState(key, default));
            }
        }

        return (hashes, forget);
    }

    /// <summary>The entry that has a message deleted, for as long as a swarm could hold it. Once it is committed, <see cref="Wake"/> follows.</summary>
    /// <exception cref="ArgumentException">Something that is no hash.</exception>
    public AccountState ToDelete(string hash)
    {
        _ = Request([hash]);
        return new AccountState(new AccountStateKey(AccountStateKind.CopyToDelete, hash), new byte[] { 1 }, clock.Now + StorageLimits.MaxTimeToLive);
    }

    /// <summary>Something was committed that is to be deleted.</summary>
    public void Wake() => _work.Wake();

    /// <summary>Deletes messages now.</summary>
    /// <exception cref="ArgumentException">Something that is no hash.</exception>
    /// <exception cref="OnionException">No member of the swarm has done it.</exception>
    public async ValueTask DeleteAsync(IReadOnlyList<string> hashes, CancellationToken cancellationToken) =>
        _ = await swarm.SendAsync(Request(hashes), cancellationToken).ConfigureAwait(false);

    /// <summary>Deletes what is due. Trouble on the network is logged: it is tried again at the next call.</summary>
    public ValueTask FlushAsync(CancellationToken cancellationToken) =>
        _work.RunAsync(() => DeleteDueAsync(cancellationToken), fault => ClientLog.CopiesNotDeleted(logger, fault));

    private async Task DeleteDueAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<AccountStateKey> due = await store.ListStatesAsync(AccountStateKind.CopyToDelete, cancellationToken).ConfigureAwait(false);
        foreach (AccountStateKey[] some in due.Chunk(MaxHashes))
        {
            await DeleteAsync([.. some.Select(x => x.Name)], cancellationToken).ConfigureAwait(false);
            await store.CommitAsync(new AccountChanges { States = [.. some.Select(x => new AccountState(x, default))] }, cancellationToken).ConfigureAwait(false);
        }
    }

    private static AccountStateKey KeyOf(MessageKey message, bool isSealed) => new(
        AccountStateKind.StoredCopy, string.Create(CultureInfo.InvariantCulture, $"{message.Author}:{message.SentMilliseconds}:{(isSealed ? 1 : 2)}"));

    private StorageRequest<SwarmResult> Request(IReadOnlyList<string> hashes) => StorageRequest.Delete(SwarmCredentials.ForAccount(identity), hashes);
}
