using Microsoft.Extensions.Logging;
using Session.Protocol.Accounts;
using Session.Protocol.Client.History;
using Session.Protocol.Client.Outbox;
using Session.Protocol.Client.Ratchet;
using Session.Protocol.Client.Stores;
using Session.Protocol.Messages;
using Session.Protocol.Messages.Groups;
using Session.Protocol.Onion;
using Session.Protocol.Onion.Storage.Results;
using Session.Protocol.Onion.Swarms;
using Session.Protocol.Sealing;

namespace Session.Protocol.Client;

/// <summary>
/// The way out: content, protobuf, sealed or ratcheted message, outbox, swarm; then the copy for the account's other devices
/// (protocol/12 §2, §5). The ratchet's step and all that is to be sent are one commit, before anything leaves.
/// </summary>
internal sealed class MessageSender(
    SessionIdentity identity, INetworkClock clock, SendTimes times, IAccountStore store, MessageHistory history, RatchetService? ratchet, MessageOutbox outbox, SessionClientOptions options, ILogger logger)
{
    /// <summary>Number and length of the field that carries the record.</summary>
    private const int RecordOverhead = 8;

    /// <summary>Sends a message and waits until the recipient's swarm has stored it.</summary>
    public async ValueTask<SentMessage> SendAsync(AccountId recipient, MessageContent content, CancellationToken cancellationToken)
    {
        OutboxDelivery delivery = await PrepareAsync(recipient, content, new AccountChanges(), cancellationToken).ConfigureAwait(false);
        return await SentAsync(delivery, content.Expiration).WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Puts a message into the outbox, together with other changes.</summary>
    public async ValueTask<QueuedMessage> EnqueueAsync(AccountId recipient, MessageContent content, AccountChanges together, CancellationToken cancellationToken)
    {
        OutboxDelivery delivery = await PrepareAsync(recipient, content, together, cancellationToken).ConfigureAwait(false);
        return delivery.Message.Follow(identity.AccountId, SentAsync(delivery, content.Expiration));
    }

    private async Task<SentMessage> SentAsync(OutboxDelivery delivery, Expiration expiration)
    {
        StoreResult result = await delivery.WaitAsync().ConfigureAwait(false);
        OutgoingMessage message = delivery.Message;
        return new SentMessage(
            message.Recipient, DateTimeOffset.FromUnixTimeMilliseconds(message.SentMs), result.Hash, message.Protection, message.StoredSize, result.Swarm.Confirmations, message.Copy?.Hash)
        {
            Reference = new MessageReference(identity.AccountId, message.SentMs),

            // One's own message counts as read at once.
            ExpiresAt = expiration.Mode == ExpirationMode.Off ? null : clock.Now + expiration.Timer,
        };
    }

    /// <summary>Encrypts and commits a message, and starts to send it.</summary>
    private async ValueTask<OutboxDelivery> PrepareAsync(AccountId recipient, MessageContent content, AccountChanges together, CancellationToken cancellationToken)
    {
        bool toSelf = recipient == identity.AccountId;
        long sentAt = await times.NextAsync(cancellationToken).ConfigureAwait(false);
        MessageContent outgoing = content is DataContent data ? Addressed(data, recipient, toSelf) : content;
        var draft = new Draft(recipient, outgoing, toSelf || !options.SyncSentMessages ? null : SyncCopy(content, recipient), sentAt);
        outbox.Resume();
        outbox.Expect(sentAt);
        OutgoingMessage message = ratchet is null
            ? await CommitSealedAsync(draft, together, cancellationToken).ConfigureAwait(false)
            : await CommitAsync(ratchet, draft, together, cancellationToken).ConfigureAwait(false);
        return outbox.Deliver(message);
    }

    private async ValueTask<OutgoingMessage> CommitSealedAsync(Draft draft, AccountChanges together, CancellationToken cancellationToken)
    {
        OutgoingMessage message = Compose(draft, draft.Content, fanout: null, copies: null);
        await store.CommitAsync(Join(draft, message, together), cancellationToken).ConfigureAwait(false);
        return message;
    }

    private async ValueTask<OutgoingMessage> CommitAsync(RatchetService ratchet, Draft draft, AccountChanges together, CancellationToken cancellationToken)
    {
        byte[] bytes = ContentCodec.Encode(draft.Content, draft.SentMs);
        RatchetPlan plan = await PlanAsync(ratchet, draft.Recipient, bytes.Length, cancellationToken).ConfigureAwait(false);
        RequireProtection(plan.Obstacle);
        byte[]? copy = draft.Copy is null ? null : ContentCodec.Encode(draft.Copy, draft.SentMs);
        TimeSpan keepFor = MessageLifetime.OfKept(draft.Content);
        OutgoingMessage? message = null;
        AccountChanges Complete(Fanout? fanout, Fanout? copies, ReadOnlyMemory<byte> record)
        {
            bool fits = record.Length + bytes.Length + RecordOverhead <= SealedMessage.MaxContentSize;
            message = Compose(draft, fits ? draft.Content with { CapabilityRecord = record } : draft.Content, fanout, copies);
            return Join(draft, message, together);
        }

        if (!await ratchet.EncryptAsync(draft.Recipient, plan.Record, bytes, copy, draft.SentMs, keepFor, Complete, cancellationToken).ConfigureAwait(false))
        {
            RequireProtection(ProtectionObstacle.UntrustedDevice);
            await ratchet.EncryptAsync(draft.Recipient, record: null, bytes, copy, draft.SentMs, keepFor, Complete, cancellationToken).ConfigureAwait(false);
        }

        return message!;
    }

    private void RequireProtection(ProtectionObstacle obstacle)
    {
        if (obstacle != ProtectionObstacle.None && options.MinimumProtection >= Protection.Ratchet)
        {
            throw new ProtectionUnavailableException(options.MinimumProtection, obstacle);
        }
    }

    private async ValueTask<RatchetPlan> PlanAsync(RatchetService ratchet, AccountId recipient, int contentSize, CancellationToken cancellationToken)
    {
        try
        {
            return await ratchet.PlanAsync(recipient, contentSize, cancellationToken).ConfigureAwait(false);
        }
        catch (OnionException e) when (options.MinimumProtection < Protection.Ratchet)
        {
            ClientLog.RecordNotFetched(logger, e.Fault);
            return RatchetPlan.No(ProtectionObstacle.NoRecord);
        }
    }

    /// <summary>
    /// The pieces of a message: version 1 unless the ratchet alone is enough, the ratcheted ones, and the copies. A version 1 copy
    /// to oneself would undo the forward secrecy of a message that went by ratchet alone.
    /// </summary>
    private OutgoingMessage Compose(Draft draft, MessageContent sealedContent, Fanout? fanout, Fanout? copies)
    {
        Protection protection = fanout is { NeedsCopy: false } ? Protection.Ratchet : Protection.Sealed;
        var stored = new List<(AccountId Account, SwarmNamespace Space, bool IsCopy, byte[] Data)>();
        stored.AddRange((fanout?.Stored ?? []).Select(x => (draft.Recipient, RatchetService.Space, false, x)));
        if (protection == Protection.Sealed)
        {
            stored.Add((draft.Recipient, SwarmNamespace.Default, false, Seal(sealedContent, draft.Recipient, draft.SentMs)));
        }

        stored.AddRange((copies?.Stored ?? []).Select(x => (identity.AccountId, RatchetService.Space, true, x)));
        if (protection == Protection.Sealed && draft.Copy is not null)
        {
            stored.Add((identity.AccountId, SwarmNamespace.Default, true, Seal(draft.Copy, identity.AccountId, draft.SentMs)));
        }

        DateTimeOffset now = clock.Now;
        TimeSpan atRecipient = MessageLifetime.Of(draft.Content, options.MessageLifetime);
        TimeSpan atHome = draft.Copy is null ? atRecipient : MessageLifetime.OfCopy(draft.Copy, options.MessageLifetime);
        return new OutgoingMessage(
            draft.Recipient,
            draft.SentMs,
            protection,
            IsKept: draft.Content is not TypingIndicator,
            [.. stored.Select((x, i) => Part(i, x.Account, x.Space, x.IsCopy, x.IsCopy ? atHome : atRecipient, x.Data))]);

        OutgoingPart Part(int index, AccountId account, SwarmNamespace space, bool isCopy, TimeSpan lifetime, byte[] data) =>
            new(draft.SentMs, index, account, space, isCopy, lifetime, now + lifetime, data);
    }

    private AccountChanges Join(Draft draft, OutgoingMessage message, AccountChanges together)
    {
        AccountChanges own = message.ToChanges(identity.AccountId);
        return new AccountChanges
        {
            Handled = [.. own.Handled, .. together.Handled],
            Positions = together.Positions,
            States = [.. own.States, times.Mark(), .. together.States],
            Messages = [.. together.Messages, .. history.Sent(draft.Content, message)],
        };
    }

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

    /// <summary>A message before it is encrypted.</summary>
    private sealed record Draft(AccountId Recipient, MessageContent Content, MessageContent? Copy, long SentMs);
}
