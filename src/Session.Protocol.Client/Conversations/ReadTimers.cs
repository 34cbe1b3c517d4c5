using System.Buffers.Binary;
using Microsoft.Extensions.Logging;
using Session.Protocol.Accounts;
using Session.Protocol.Client.Stores;
using Session.Protocol.Onion;
using Session.Protocol.Onion.Storage;
using Session.Protocol.Onion.Storage.Results;
using Session.Protocol.Onion.Swarms;

namespace Session.Protocol.Client.Conversations;

/// <summary>
/// Tells the own swarm when a message goes that was read: the storage of the message is shortened, which also tells the account's other devices
/// (protocol/13 §5.4). What has to be told lies in the store until the swarm has heard it.
/// </summary>
internal sealed class ReadTimers(SessionIdentity identity, ISwarmClient swarm, IAccountStore store, INetworkClock clock, ILogger logger)
{
    private readonly DueWork _work = new();

    /// <summary>The entry that remembers to tell the swarm, until the swarm has forgotten the message itself.</summary>
    public AccountState Remember(string hash, DateTimeOffset expiresAt)
    {
        byte[] value = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(value, expiresAt.ToUnixTimeMilliseconds());
        return new AccountState(Key(hash), value, clock.Now + StorageLimits.MaxInboxTimeToLive);
    }

    /// <summary>When a message goes that was marked before and that the swarm does not know yet.</summary>
    public async ValueTask<DateTimeOffset?> FindAsync(string hash, CancellationToken cancellationToken) =>
        await LoadAsync(Key(hash), cancellationToken).ConfigureAwait(false);

    /// <summary>Something was remembered.</summary>
    public void Wake() => _work.Wake();

    /// <summary>Tells the swarm what is due. Trouble on the network is logged: it is tried again at the next call.</summary>
    /// <returns>Hashes, and when their messages go according to the swarm.</returns>
    public async ValueTask<IReadOnlyDictionary<string, DateTimeOffset>> FlushAsync(CancellationToken cancellationToken)
    {
        var known = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);
        await _work.RunAsync(() => TellDueAsync(known, cancellationToken), fault => ClientLog.ReadTimerNotSet(logger, fault)).ConfigureAwait(false);
        return known;
    }

    private async Task TellDueAsync(Dictionary<string, DateTimeOffset> known, CancellationToken cancellationToken)
    {
        foreach (IGrouping<DateTimeOffset, string> group in await DueAsync(cancellationToken).ConfigureAwait(false))
        {
            string[] hashes = [.. group];
            SwarmResult result = await swarm.SendAsync(
                StorageRequest.Expire(SwarmCredentials.ForAccount(identity), hashes, group.Key, ExpiryChange.Shorten), cancellationToken).ConfigureAwait(false);
            await store.CommitAsync(
                new AccountChanges { States = [.. hashes.Select(x => new AccountState(Key(x), default))] }, cancellationToken).ConfigureAwait(false);
            foreach (string hash in hashes)
            {
                known[hash] = ExpiryOf(hash, group.Key, group.Key < clock.Now ? group.Key : clock.Now, result);
            }
        }
    }

    // The first member whose signature is right counts; a message that it neither changed nor kept is gone.
    private static DateTimeOffset ExpiryOf(string hash, DateTimeOffset asked, DateTimeOffset now, SwarmResult result)
    {
        MemberAnswer answer = result.Confirmed.First();
        if (answer.Hashes.Contains(hash, StringComparer.Ordinal))
        {
            return asked;
        }

        return answer.Unchanged.TryGetValue(hash, out long kept)
            ? DateTimeOffset.FromUnixTimeMilliseconds(Math.Clamp(kept, now.ToUnixTimeMilliseconds(), asked.ToUnixTimeMilliseconds()))
            : now;
    }

    private async ValueTask<IEnumerable<IGrouping<DateTimeOffset, string>>> DueAsync(CancellationToken cancellationToken)
    {
        var due = new List<(string Hash, DateTimeOffset ExpiresAt)>();
        foreach (AccountStateKey key in await store.ListStatesAsync(AccountStateKind.ReadTimer, cancellationToken).ConfigureAwait(false))
        {
            if (await LoadAsync(key, cancellationToken).ConfigureAwait(false) is { } expiresAt)
            {
                due.Add((key.Name, expiresAt));
            }
        }

        // Nodes refuse a time that is past: what is overdue goes now.
        DateTimeOffset now = clock.Now;
        return due.GroupBy(x => x.ExpiresAt < now ? now : x.ExpiresAt, x => x.Hash);
    }

    private async ValueTask<DateTimeOffset?> LoadAsync(AccountStateKey key, CancellationToken cancellationToken) =>
        await store.LoadStateAsync(key, cancellationToken).ConfigureAwait(false) is { Length: sizeof(long) } value
            ? DateTimeOffset.FromUnixTimeMilliseconds(BinaryPrimitives.ReadInt64LittleEndian(value))
            : null;

    private static AccountStateKey Key(string hash) => new(AccountStateKind.ReadTimer, hash);
}
