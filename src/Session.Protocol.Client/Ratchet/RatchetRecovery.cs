using Microsoft.Extensions.Logging;
using Session.Protocol.Accounts;
using Session.Protocol.Client.Outbox;
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
    SessionIdentity identity, RatchetMemory memory, PeerDirectory directory, RatchetOutbox encryption, MessageOutbox outbox, INetworkClock clock, SendTimes times, ILogger logger)
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

        OutgoingPart question;
        using (RatchetMemory.Step step = await memory.EnterAsync(cancellationToken).ConfigureAwait(false))
        {
            PeerState peer = await memory.PeerAsync(sender, cancellationToken).ConfigureAwait(false);
            NoticeState state = peer.Notice(notice.Failed);
            if (!state.MayAsk(notice.TimestampMs, clock.Now))
            {
                return state.Covers(notice.TimestampMs);
            }

            ReadOnlyMemory<byte> ownRecord = (await memory.PeerAsync(identity.AccountId, cancellationToken).ConfigureAwait(false)).Record;
            PeerState next = peer.With(state with { AskedAt = clock.Now, AskedFromMs = notice.TimestampMs }, record);
            long now = await times.NextAsync(cancellationToken).ConfigureAwait(false);
            byte[] stored = SealedMessage.Seal(new DeviceMessage { Notice = notice, Record = ownRecord }.Write(now), identity, sender, now);
            outbox.Expect(now);
            question = Part(sender, now, stored, clock.Now + StorageLimits.MaxInboxTimeToLive);
            await memory.CommitAsync(
                new AccountChanges { States = [RatchetMemory.Of(sender, next), question.ToState(), times.Mark()] }, cancellationToken).ConfigureAwait(false);
        }

        Send(sender, [question]);
        return true;
    }

    /// <summary>Answers a device that could not open a message of this one. Not within a step.</summary>
    public async ValueTask AnswerAsync(AccountId sender, RecoveryNotice notice, CancellationToken cancellationToken)
    {
        if (await RecordAsync(sender, cancellationToken).ConfigureAwait(false) is not { } record || record.Find(notice.Sender) is not { } target)
        {
            return;
        }

        IReadOnlyList<OutgoingPart> again;
        using (RatchetMemory.Step step = await memory.EnterAsync(cancellationToken).ConfigureAwait(false))
        {
            again = await EncryptAgainAsync(sender, notice, record, target, cancellationToken).ConfigureAwait(false);
        }

        Send(sender, again);
    }

    private async ValueTask<IReadOnlyList<OutgoingPart>> EncryptAgainAsync(
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

        var again = new List<OutgoingPart>();
        var states = new List<AccountState> { RatchetMemory.Of(sender, peer.With(state with { AnsweredAt = clock.Now }, record)) };
        foreach ((AccountStateKey name, _, long sentMs) in (await memory.ListKeptAsync(cancellationToken).ConfigureAwait(false))
            .Where(x => x.Account == sender && x.SentMs >= notice.TimestampMs).TakeLast(MaxResent))
        {
            if (await memory.KeptAsync(name, cancellationToken).ConfigureAwait(false) is not { } kept || kept.ResentTo.Contains(target.Tag)
                || kept.ResentTo.Count >= DeviceLimits.MaxDevices
                || encryption.EncryptAgain(device, sender, record, target, session, kept, sentMs) is not { } bytes)
            {
                continue;
            }

            again.Add(Part(sender, sentMs, bytes, kept.Until));
            states.Add(new AccountState(name, (kept with { ResentTo = [target.Tag, .. kept.ResentTo] }).Write(), kept.Until));
            kept.Clear();
        }

        states.Add(RatchetMemory.Of(sender, target.Tag, session));
        states.AddRange(again.Select(x => x.ToState()));
        await memory.CommitAsync(new AccountChanges { States = states }, cancellationToken).ConfigureAwait(false);
        ClientLog.Resending(logger, again.Count);
        return again;
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

    private OutgoingPart Part(AccountId account, long sentMs, byte[] stored, DateTimeOffset until) =>
        new(sentMs, Index: 0, account, Space, IsCopy: false, MessageLifetime.Clamp(until - clock.Now, StorageLimits.MaxInboxTimeToLive), until, stored);

    private void Send(AccountId account, IReadOnlyList<OutgoingPart> parts)
    {
        if (parts.Count > 0)
        {
            outbox.DeliverUnattended(new OutgoingMessage(account, parts[0].SentMs, Protection.Ratchet, IsKept: true, parts));
        }
    }
}
