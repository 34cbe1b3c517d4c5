using Microsoft.Extensions.Logging;
using Session.Protocol.Accounts;
using Session.Protocol.Client.Stores;
using Session.Protocol.Devices;
using Session.Protocol.Onion;
using Session.Protocol.Onion.Storage;
using Session.Protocol.Onion.Storage.Results;
using Session.Protocol.Onion.Swarms;

namespace Session.Protocol.Client.Ratchet;

/// <summary>
/// What accounts publish about their devices: fetched from their outboxes through onion requests, or received along with a
/// message, and kept for a while. A record with a lower number than one seen before is refused.
/// </summary>
internal sealed class PeerDirectory(RatchetMemory memory, ISwarmClient swarm, INetworkClock clock, SessionClientOptions options, ILogger logger)
{
    /// <summary>Opened records kept in memory, so that their signatures are checked once. Public values only.</summary>
    private const int MaxOpened = 256;

    private readonly Lock _gate = new();
    private readonly Dictionary<AccountId, (ReadOnlyMemory<byte> Bytes, CapabilityRecord Record)> _opened = [];

    /// <summary>The valid record of an account, from memory while that is fresh. Null when there is none. Not within a step.</summary>
    /// <exception cref="OnionException">It had to be fetched and could not be; there is no older one that is still valid.</exception>
    public async ValueTask<CapabilityRecord?> GetAsync(AccountId account, CancellationToken cancellationToken)
    {
        PeerState peer = await memory.PeerAsync(account, cancellationToken).ConfigureAwait(false);
        CapabilityRecord? known = Open(account, peer);
        DateTimeOffset now = clock.Now;
        bool isFresh = now - peer.MissedAt < options.Ratchet.MissFreshness || (known is not null && now - peer.FetchedAt < options.Ratchet.RecordFreshness);
        if (isFresh)
        {
            return known;
        }

        try
        {
            await FetchAsync(account, cancellationToken).ConfigureAwait(false);
        }
        catch (OnionException e) when (known is not null)
        {
            ClientLog.RecordNotFetched(logger, e.Fault);
        }

        return Open(account, await memory.PeerAsync(account, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Looks into the account's outbox and keeps the newest valid record of all nodes that answered. Not within a step.</summary>
    /// <exception cref="OnionException">No node answered.</exception>
    public async ValueTask FetchAsync(AccountId account, CancellationToken cancellationToken)
    {
        var query = new SwarmQuery(account, [new SwarmNamespace(DeviceLimits.RecordNamespace)]) { Redundancy = options.PollRedundancy, MaxPages = 1 };
        SwarmPoll poll = await swarm.RetrieveAsync(query, cancellationToken).ConfigureAwait(false);
        bool found = false;
        foreach (StoredMessage stored in poll.Namespaces[0].Messages)
        {
            found |= await LearnAsync(account, stored.Data, cancellationToken).ConfigureAwait(false) == CapabilityRecordStatus.Ok;
        }

        if (!found)
        {
            using RatchetMemory.Step step = await memory.EnterAsync(cancellationToken).ConfigureAwait(false);
            PeerState peer = await memory.PeerAsync(account, cancellationToken).ConfigureAwait(false);
            await memory.CommitAsync(new AccountChanges { States = [RatchetMemory.Of(account, peer with { MissedAt = clock.Now })] }, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Takes a record in that came from anywhere. Whatever is wrong with it changes nothing. Not within a step.</summary>
    public async ValueTask<CapabilityRecordStatus> LearnAsync(AccountId account, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        CapabilityRecordStatus status = CapabilityRecord.TryOpen(bytes.Span, account, clock.Now, out CapabilityRecord? record);
        if (status == CapabilityRecordStatus.Ok)
        {
            using RatchetMemory.Step step = await memory.EnterAsync(cancellationToken).ConfigureAwait(false);
            PeerState peer = await memory.PeerAsync(account, cancellationToken).ConfigureAwait(false);
            if (record!.Number >= peer.Number)
            {
                await KeepAsync(account, peer, record, bytes, cancellationToken).ConfigureAwait(false);
                return status;
            }

            status = CapabilityRecordStatus.RolledBack;
        }

        ClientLog.RecordRefused(logger, status);
        return status;
    }

    /// <summary>The record that is kept, if it is still valid.</summary>
    public CapabilityRecord? Open(AccountId account, PeerState peer)
    {
        if (peer.Record.IsEmpty)
        {
            return null;
        }

        lock (_gate)
        {
            if (_opened.TryGetValue(account, out var known) && known.Bytes.Span.SequenceEqual(peer.Record.Span))
            {
                return known.Record.ExpiresAt > clock.Now ? known.Record : null;
            }
        }

        if (CapabilityRecord.TryOpen(peer.Record.Span, account, clock.Now, out CapabilityRecord? record) != CapabilityRecordStatus.Ok)
        {
            return null;
        }

        lock (_gate)
        {
            if (_opened.Count >= MaxOpened)
            {
                _opened.Clear();
            }

            _opened[account] = (peer.Record, record!);
            return record;
        }
    }

    /// <summary>Stores a record of a known account. Sessions with devices that it lists as removed go.</summary>
    private async ValueTask KeepAsync(AccountId account, PeerState peer, CapabilityRecord record, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        IEnumerable<DeviceTag> removed = bytes.Span.SequenceEqual(peer.Record.Span) ? [] : record.Removed;
        PeerState next = peer with { Number = record.Number, Record = bytes, FetchedAt = clock.Now };
        await memory.CommitAsync(
            new AccountChanges { States = [RatchetMemory.Of(account, next), .. removed.Select(x => RatchetMemory.Removed(account, x))] },
            cancellationToken).ConfigureAwait(false);
    }
}
