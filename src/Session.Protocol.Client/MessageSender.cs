using Microsoft.Extensions.Logging;
using Session.Protocol.Accounts;
using Session.Protocol.Client.Ratchet;
using Session.Protocol.Client.Stores;
using Session.Protocol.Messages;
using Session.Protocol.Messages.Groups;
using Session.Protocol.Onion;
using Session.Protocol.Onion.Storage.Results;
using Session.Protocol.Onion.Swarms;
using Session.Protocol.Sealing;

namespace Session.Protocol.Client;

/// <summary>The way out: content, protobuf, sealed or ratcheted message, swarm; then the copy for the account's other devices (protocol/12 §2, §5).</summary>
internal sealed class MessageSender(
    SessionIdentity identity, ISwarmClient swarm, INetworkClock clock, SendTimes times, IAccountStore store, RatchetService? ratchet, SessionClientOptions options, ILogger logger)
{
    /// <summary>Number and length of the field that carries the record.</summary>
    private const int RecordOverhead = 8;

    public async ValueTask<SentMessage> SendAsync(AccountId recipient, MessageContent content, CancellationToken cancellationToken)
    {
        bool toSelf = recipient == identity.AccountId;
        long sentAt = times.Next();
        MessageContent outgoing = content is DataContent data ? Addressed(data, recipient, toSelf) : content;
        TimeSpan lifetime = MessageLifetime.Of(content, options.MessageLifetime);
        Fanout? fanout = ratchet is null ? null : await EncryptAsync(recipient, outgoing, sentAt, cancellationToken).ConfigureAwait(false);
        SentMessage sent = fanout is { NeedsCopy: false }
            ? await SendRatchetedAsync(recipient, fanout, sentAt, lifetime, cancellationToken).ConfigureAwait(false)
            : await SendSealedAsync(recipient, outgoing, fanout, sentAt, lifetime, cancellationToken).ConfigureAwait(false);
        if (toSelf)
        {
            await RememberAsync(sent.Hash, sentAt, lifetime, cancellationToken).ConfigureAwait(false);
        }
        else if (options.SyncSentMessages && SyncCopy(content, recipient) is { } copy)
        {
            TimeSpan copyLifetime = MessageLifetime.OfCopy(copy, options.MessageLifetime);
            sent = sent with { SyncHash = await TryStoreSyncCopyAsync(copy, sentAt, sent.Protection, copyLifetime, cancellationToken).ConfigureAwait(false) };
        }

        // One's own message counts as read at once.
        return outgoing.Expiration.Mode == ExpirationMode.Off ? sent : sent with { ExpiresAt = clock.Now + outgoing.Expiration.Timer };
    }

    /// <summary>The message for the recipient's devices, or null when it must go out as version 1 alone.</summary>
    private async ValueTask<Fanout?> EncryptAsync(AccountId recipient, MessageContent content, long sentAt, CancellationToken cancellationToken)
    {
        byte[] bytes = ContentCodec.Encode(content, sentAt);
        RatchetPlan plan = await PlanAsync(recipient, bytes.Length, cancellationToken).ConfigureAwait(false);
        ProtectionObstacle obstacle = plan.Obstacle;
        if (plan.Record is { } record)
        {
            if (await ratchet!.EncryptAsync(recipient, record, bytes, sentAt, MessageLifetime.OfKept(content), cancellationToken).ConfigureAwait(false) is { } fanout)
            {
                return fanout;
            }

            obstacle = ProtectionObstacle.UntrustedDevice;
        }

        return options.MinimumProtection >= Protection.Ratchet ? throw new ProtectionUnavailableException(options.MinimumProtection, obstacle) : null;
    }

    private async ValueTask<RatchetPlan> PlanAsync(AccountId recipient, int contentSize, CancellationToken cancellationToken)
    {
        try
        {
            return await ratchet!.PlanAsync(recipient, contentSize, cancellationToken).ConfigureAwait(false);
        }
        catch (OnionException e) when (options.MinimumProtection < Protection.Ratchet)
        {
            ClientLog.RecordNotFetched(logger, e.Fault);
            return RatchetPlan.No(ProtectionObstacle.NoRecord);
        }
    }

    private async ValueTask<SentMessage> SendRatchetedAsync(
        AccountId recipient, Fanout fanout, long sentAt, TimeSpan lifetime, CancellationToken cancellationToken)
    {
        StoreResult result = await ratchet!.StoreAsync(recipient, fanout, lifetime, cancellationToken).ConfigureAwait(false);
        return Sent(recipient, sentAt, result, Protection.Ratchet, fanout.Stored.Sum(x => x.Length));
    }

    /// <summary>Version 1, beside the ratcheted message where there is one. One of the two on its way is enough.</summary>
    private async ValueTask<SentMessage> SendSealedAsync(
        AccountId recipient, MessageContent content, Fanout? fanout, long sentAt, TimeSpan lifetime, CancellationToken cancellationToken)
    {
        SentMessage? ratcheted = null;
        if (fanout is not null)
        {
            try
            {
                ratcheted = (await SendRatchetedAsync(recipient, fanout, sentAt, lifetime, cancellationToken).ConfigureAwait(false)) with { Protection = Protection.Sealed };
            }
            catch (OnionException e)
            {
                ClientLog.RatchetNotStored(logger, e.Fault);
            }
        }

        byte[] stored = Seal(await WithRecordAsync(content, recipient, sentAt, cancellationToken).ConfigureAwait(false), recipient, sentAt);
        try
        {
            StoreResult result = await swarm.StoreAsync(recipient, SwarmNamespace.Default, stored, lifetime, cancellationToken: cancellationToken).ConfigureAwait(false);
            ClientLog.Stored(logger, stored.Length, result.Swarm.Confirmations);
            return Sent(recipient, sentAt, result, Protection.Sealed, stored.Length);
        }
        catch (OnionException e) when (ratcheted is not null)
        {
            ClientLog.RatchetNotStored(logger, e.Fault);
            return ratcheted;
        }
    }

    private async ValueTask<MessageContent> WithRecordAsync(MessageContent content, AccountId recipient, long sentAt, CancellationToken cancellationToken)
    {
        if (ratchet is null || recipient == identity.AccountId)
        {
            return content;
        }

        MessageContent with = await ratchet.WithRecordAsync(content, recipient, cancellationToken).ConfigureAwait(false);
        return with.CapabilityRecord.Length + ContentCodec.Encode(content, sentAt).Length + RecordOverhead <= SealedMessage.MaxContentSize ? with : content;
    }

    private SentMessage Sent(AccountId recipient, long sentAt, StoreResult result, Protection protection, int size) =>
        new(recipient, DateTimeOffset.FromUnixTimeMilliseconds(sentAt), result.Hash, protection, size, result.Swarm.Confirmations, SyncHash: null)
        {
            Reference = new MessageReference(identity.AccountId, sentAt),
        };

    private static DataContent Addressed(DataContent content, AccountId recipient, bool toSelf) => content with { SyncTarget = toSelf ? recipient : null };

    /// <summary>What the sender's other devices get; null for kinds that they do not need.</summary>
    private static MessageContent? SyncCopy(MessageContent content, AccountId recipient) => content switch
    {
        GroupUpdate => null,
        DataContent data => data with { Profile = null, SyncTarget = recipient },
        Unsend or CallSignal { Type: CallSignalType.Answer or CallSignalType.EndCall } => content,
        _ => null,
    };

    private byte[] Seal(MessageContent content, AccountId recipient, long sentAt) =>
        SealedMessage.Seal(ContentCodec.Encode(content, sentAt), identity, recipient, sentAt);

    // The message itself is on its way: trouble with the copy is reported, not thrown.
    private async ValueTask<string?> TryStoreSyncCopyAsync(
        MessageContent copy, long sentAt, Protection protection, TimeSpan lifetime, CancellationToken cancellationToken)
    {
        try
        {
            Fanout? fanout = ratchet is null
                ? null
                : await ratchet.EncryptToOwnDevicesAsync(ContentCodec.Encode(copy, sentAt), sentAt, MessageLifetime.OfKept(copy), protection == Protection.Sealed, cancellationToken).ConfigureAwait(false);
            string? ratcheted = null;
            if (fanout is not null)
            {
                ratcheted = (await ratchet!.StoreAsync(identity.AccountId, fanout, lifetime, cancellationToken).ConfigureAwait(false)).Hash;
                await RememberAsync(ratcheted, sentAt, lifetime, cancellationToken).ConfigureAwait(false);
            }

            if (protection == Protection.Ratchet)
            {
                // A version 1 copy to oneself would undo the message's forward secrecy.
                return ratcheted;
            }

            byte[] stored = Seal(copy, identity.AccountId, sentAt);
            StoreResult result = await swarm.StoreAsync(
                identity.AccountId, SwarmNamespace.Default, stored, lifetime, cancellationToken: cancellationToken).ConfigureAwait(false);
            await RememberAsync(result.Hash, sentAt, lifetime, cancellationToken).ConfigureAwait(false);
            return result.Hash;
        }
        catch (OnionException e)
        {
            ClientLog.SyncCopyFailed(logger, e.Fault);
            return null;
        }
    }

    /// <summary>Keeps the account's own poll from handing this copy out.</summary>
    private ValueTask RememberAsync(string hash, long sentAt, TimeSpan lifetime, CancellationToken cancellationToken) => store.CommitAsync(
        new AccountChanges { Handled = [new HandledMessage(hash, clock.Now + lifetime, new MessageKey(identity.AccountId, sentAt))] }, cancellationToken);
}
