using Microsoft.Extensions.Logging;
using Session.Protocol.Accounts;
using Session.Protocol.Client.Stores;
using Session.Protocol.Devices;
using Session.Protocol.Onion;
using Session.Protocol.Onion.Storage;
using Session.Protocol.Onion.Swarms;
using Session.Protocol.Sealing;

namespace Session.Protocol.Client.Ratchet;

/// <summary>
/// What happens when a device lost its state (protocol/32 §4.7): it says so with its newest record, and the sender starts a fresh
/// session and sends again. Every step is bounded: one notice and one answer per device and hour, and no message a third time.
/// </summary>
internal sealed class RatchetRecovery(
    SessionIdentity identity, RatchetMemory memory, PeerDirectory directory, RatchetOutbox outbox, ISwarmClient swarm, INetworkClock clock, SendTimes times, ILogger logger)
{
    /// <summary>Messages sent again for one notice, the newest.</summary>
    public const int MaxResent = 32;

    private static readonly SwarmNamespace Space = new(DeviceLimits.MessageNamespace);

    /// <summary>Asks a device for a message that could not be opened, unless that was done already. Not within a step.</summary>
    /// <returns>Whether the device was asked, now or before with a request that covers the message.</returns>
    public async ValueTask<bool> AskAsync(AccountId sender, RecoveryNotice notice, CancellationToken cancellationToken)
    {
        if (await RecordAsync(sender, cancellationToken).ConfigureAwait(false) is not { } record || record.Find(notice.Failed) is null)
        {
            // Nobody vouches for that device, so it gets no answer.
            return false;
        }

        ReadOnlyMemory<byte> ownRecord;
        using (RatchetMemory.Step step = await memory.EnterAsync(cancellationToken).ConfigureAwait(false))
        {
            PeerState peer = await memory.PeerAsync(sender, cancellationToken).ConfigureAwait(false);
            NoticeState state = peer.Notice(notice.Failed);
            if (!state.MayAsk(notice.TimestampMs, clock.Now))
            {
                return state.Covers(notice.TimestampMs);
            }

            ownRecord = (await memory.PeerAsync(identity.AccountId, cancellationToken).ConfigureAwait(false)).Record;
            PeerState next = peer.With(state with { AskedAt = clock.Now, AskedFromMs = notice.TimestampMs }, record);
            await memory.CommitAsync(new AccountChanges { States = [RatchetMemory.Of(sender, next)] }, cancellationToken).ConfigureAwait(false);
        }

        long now = await times.NextAsync(cancellationToken).ConfigureAwait(false);
        byte[] stored = SealedMessage.Seal(new DeviceMessage { Notice = notice, Record = ownRecord }.Write(now), identity, sender, now);
        return await TryStoreAsync(sender, stored, StorageLimits.MaxInboxTimeToLive, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Answers a device that could not open a message of this one. Not within a step.</summary>
    public async ValueTask AnswerAsync(AccountId sender, RecoveryNotice notice, CancellationToken cancellationToken)
    {
        if (await RecordAsync(sender, cancellationToken).ConfigureAwait(false) is not { } record || record.Find(notice.Sender) is not { } target)
        {
            return;
        }

        IReadOnlyList<(byte[] Stored, DateTimeOffset Until)> again;
        using (RatchetMemory.Step step = await memory.EnterAsync(cancellationToken).ConfigureAwait(false))
        {
            again = await EncryptAgainAsync(sender, notice, record, target, cancellationToken).ConfigureAwait(false);
        }

        foreach ((byte[] stored, DateTimeOffset until) in again)
        {
            await TryStoreAsync(sender, stored, until - clock.Now, cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask<IReadOnlyList<(byte[] Stored, DateTimeOffset Until)>> EncryptAgainAsync(
        AccountId sender, RecoveryNotice notice, CapabilityRecord record, DeviceRecord target, CancellationToken cancellationToken)
    {
        LocalDevice device = await memory.DeviceAsync(cancellationToken).ConfigureAwait(false);
        PeerState peer = await memory.PeerAsync(sender, cancellationToken).ConfigureAwait(false);
        NoticeState state = peer.Notice(target.Tag);
        if (notice.Failed != device.Tag || target.Tag == device.Tag || !state.MayAnswer(clock.Now))
        {
            return [];
        }

        using DeviceSession session = await memory.SessionAsync(sender, target.Tag, cancellationToken).ConfigureAwait(false);
        if (notice.RatchetKey is { } key && session.Ratchet.Current?.RatchetKey == key)
        {
            session.Ratchet.Archive();
            session.Copies = 0;
        }

        var stored = new List<(byte[] Stored, DateTimeOffset Until)>();
        var states = new List<AccountState> { RatchetMemory.Of(sender, peer.With(state with { AnsweredAt = clock.Now }, record)) };
        foreach ((AccountStateKey name, _, long sentMs) in (await memory.ListKeptAsync(cancellationToken).ConfigureAwait(false))
            .Where(x => x.Account == sender && x.SentMs >= notice.TimestampMs).TakeLast(MaxResent))
        {
            if (await memory.KeptAsync(name, cancellationToken).ConfigureAwait(false) is not { } kept || kept.ResentTo.Contains(target.Tag)
                || kept.ResentTo.Count >= DeviceLimits.MaxDevices
                || outbox.EncryptAgain(device, sender, record, target, session, kept, sentMs) is not { } bytes)
            {
                continue;
            }

            stored.Add((bytes, kept.Until));
            states.Add(new AccountState(name, (kept with { ResentTo = [target.Tag, .. kept.ResentTo] }).Write(), kept.Until));
            kept.Clear();
        }

        states.Add(RatchetMemory.Of(sender, target.Tag, session));
        await memory.CommitAsync(new AccountChanges { States = states }, cancellationToken).ConfigureAwait(false);
        ClientLog.Resending(logger, stored.Count);
        return stored;
    }

    private async ValueTask<CapabilityRecord?> RecordAsync(AccountId account, CancellationToken cancellationToken)
    {
        try
        {
            return await directory.GetAsync(account, cancellationToken).ConfigureAwait(false);
        }
        catch (OnionException e)
        {
            ClientLog.RecordNotFetched(logger, e.Fault);
            return null;
        }
    }

    private async ValueTask<bool> TryStoreAsync(AccountId account, byte[] stored, TimeSpan lifetime, CancellationToken cancellationToken)
    {
        try
        {
            await swarm.StoreAsync(account, Space, stored, MessageLifetime.Clamp(lifetime, StorageLimits.MaxInboxTimeToLive), cancellationToken: cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (OnionException e)
        {
            ClientLog.RatchetNotStored(logger, e.Fault);
            return false;
        }
    }
}
