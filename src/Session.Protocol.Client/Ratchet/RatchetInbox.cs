using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Session.Protocol.Accounts;
using Session.Protocol.Client.Conversations;
using Session.Protocol.Client.Stores;
using Session.Protocol.Devices;
using Session.Protocol.Messages;
using Session.Protocol.Onion;
using Session.Protocol.Onion.Storage.Results;
using Session.Protocol.Ratchet;
using Session.Protocol.Ratchet.PreKeys;
using Session.Protocol.Ratchet.Sessions;
using Session.Protocol.Sealing;

namespace Session.Protocol.Client.Ratchet;

/// <summary>
/// Opens what lies in the account's device namespace. The ratchet step, the message's hash and the message itself, which no
/// session can open again, are committed together; the message is then handed out until a handler has acknowledged it.
/// </summary>
internal sealed class RatchetInbox(
    SessionIdentity identity, RatchetMemory memory, PeerDirectory directory, RatchetRecovery recovery, DevicePublisher publisher, ContactBook contacts, IAccountStore store, INetworkClock clock, ILogger logger)
{
    private AccountId Self => identity.AccountId;

    /// <summary>Opens one stored message and commits what became of it.</summary>
    /// <param name="stored">From the device namespace.</param>
    /// <param name="report">Called for a message that cannot be opened.</param>
    /// <param name="cancellationToken">Cancels before anything changes; the message comes again.</param>
    /// <returns>A message to hand out, or null.</returns>
    public async ValueTask<PendingMessage?> OpenAsync(StoredMessage stored, Action<UndecryptableMessageEventArgs> report, CancellationToken cancellationToken)
    {
        OpenedMessage opened = SealedMessage.Open(stored.Data.Span, identity);
        DeviceMessage? message = opened.IsOpened ? DeviceMessage.TryRead(opened.Content.Span) : null;
        if (message is null)
        {
            ClientLog.NotForDevices(logger);
            await HandledAsync(stored, cancellationToken).ConfigureAwait(false);
            return null;
        }

        var key = new MessageKey(opened.Origin.Sender, opened.Origin.TimestampMs);
        if (!message.Record.IsEmpty)
        {
            await directory.LearnAsync(key.Author, message.Record, cancellationToken).ConfigureAwait(false);
        }

        if (message.Envelope is { } envelope)
        {
            return await OpenAsync(stored, key, envelope, report, cancellationToken).ConfigureAwait(false);
        }

        // Handled first: a crash must not answer a notice twice.
        await HandledAsync(stored, cancellationToken).ConfigureAwait(false);
        if (!await IsBlockedAsync(key.Author, cancellationToken).ConfigureAwait(false))
        {
            await recovery.AnswerAsync(key.Author, message.Notice!, cancellationToken).ConfigureAwait(false);
        }

        return null;
    }

    private async ValueTask<PendingMessage?> OpenAsync(
        StoredMessage stored, MessageKey key, RatchetEnvelope envelope, Action<UndecryptableMessageEventArgs> report, CancellationToken cancellationToken)
    {
        DeviceTag own = await OwnTagAsync(cancellationToken).ConfigureAwait(false);
        if (key.Author == Self && envelope.Sender == own)
        {
            await HandledAsync(stored, cancellationToken).ConfigureAwait(false);
            return null;
        }

        RatchetMessage? mine = envelope.Bodies.Where(x => x.Recipient == own).Select(x => (RatchetMessage?)x.Message).FirstOrDefault();
        if (mine is { } message)
        {
            (UndecryptableReason? trouble, PendingMessage? pending) = await DecryptAsync(stored, key, envelope, message, cancellationToken).ConfigureAwait(false);
            if (trouble is { } reason)
            {
                await FailAsync(stored, key, envelope, own, reason, RatchetKey(message), report, cancellationToken).ConfigureAwait(false);
            }

            return pending;
        }

        if (envelope.Recipients.Contains(own))
        {
            // Ours is in another envelope.
            await HandledAsync(stored, cancellationToken).ConfigureAwait(false);
            return null;
        }

        if (key.Author == Self)
        {
            publisher.LookSoon();
        }

        await FailAsync(stored, key, envelope, own, UndecryptableReason.NotForThisDevice, null, report, cancellationToken).ConfigureAwait(false);
        return null;
    }

    /// <summary>One ratchet step. Commits unless it gives a reason, and then has changed nothing.</summary>
    private async ValueTask<(UndecryptableReason? Trouble, PendingMessage? Pending)> DecryptAsync(
        StoredMessage stored, MessageKey key, RatchetEnvelope envelope, RatchetMessage message, CancellationToken cancellationToken)
    {
        using RatchetMemory.Step step = await memory.EnterAsync(cancellationToken).ConfigureAwait(false);
        LocalDevice device = await memory.DeviceAsync(cancellationToken).ConfigureAwait(false);
        using DeviceSession session = await memory.SessionAsync(key.Author, envelope.Sender, cancellationToken).ConfigureAwait(false);
        bool isFirst = session.Ratchet.NeedsPreKeys(message, out HandshakeId handshake);

        // The device keeps the keys; nothing here disposes them.
        DecryptResult result = session.Ratchet.Decrypt(message, isFirst ? device.Find(handshake, clock.Now) : null);
        bool isReplay = result.Accepted is { } accepted && await memory.IsHandshakeUsedAsync(accepted.ToReplayKey(), cancellationToken).ConfigureAwait(false);
        try
        {
            if (result.Status == RatchetStatus.Duplicate)
            {
                await HandledAsync(stored, cancellationToken).ConfigureAwait(false);
                return default;
            }

            if (isReplay || result.Status != RatchetStatus.Ok)
            {
                return (isReplay ? UndecryptableReason.Invalid : Reason(result.Status), null);
            }

            session.HeardAt = clock.Now;
            session.Copies = 0;
            PendingMessage? pending = Read(stored, key, envelope, result.Plaintext);
            bool isKnown = pending is null || await store.IsMessageHandledAsync(key, cancellationToken).ConfigureAwait(false);
            var changes = new AccountChanges
            {
                // The author and time count as handled when the handler has returned.
                Handled = [new HandledMessage(stored.Hash, Retention.Of(stored, clock.Now), Key: null)],
                States =
                [
                    RatchetMemory.Of(key.Author, envelope.Sender, session),
                    .. result.Accepted is { } used ? [memory.Used(used.ToReplayKey())] : Array.Empty<AccountState>(),
                    .. isKnown ? Array.Empty<AccountState>() : [RatchetMemory.Of(pending!)],
                    .. await ForgetFreshnessAsync(key.Author, envelope.Sender, cancellationToken).ConfigureAwait(false),
                ],
            };
            await memory.CommitAsync(changes, cancellationToken).ConfigureAwait(false);
            return (null, isKnown ? null : pending);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(result.Plaintext.Span);
        }
    }

    /// <summary>A device that the known record does not list: the record is old, and is fetched before it is used again.</summary>
    private async ValueTask<AccountState[]> ForgetFreshnessAsync(AccountId account, DeviceTag sender, CancellationToken cancellationToken)
    {
        PeerState peer = await memory.PeerAsync(account, cancellationToken).ConfigureAwait(false);
        if (directory.Open(account, peer)?.Find(sender) is not null)
        {
            return [];
        }

        if (account == Self)
        {
            publisher.LookSoon();
        }

        return [RatchetMemory.Of(account, peer with { FetchedAt = DateTimeOffset.MinValue, MissedAt = DateTimeOffset.MinValue })];
    }

    private PendingMessage? Read(StoredMessage stored, MessageKey key, RatchetEnvelope envelope, ReadOnlyMemory<byte> plaintext)
    {
        if (RatchetPlaintext.TryRead(plaintext, key.Author, Self, out ReadOnlyMemory<byte> content)
            && SignedTimestamp.TryRead(content.Span, out ulong signed)
            && signed == (ulong)key.SentMilliseconds)
        {
            return new PendingMessage(
                stored.Hash,
                key,
                Retention.Of(stored, clock.Now),
                stored.Expiration,
                envelope.AlsoSealed ? Protection.Sealed : Protection.Ratchet,
                content.ToArray());
        }

        ClientLog.NotDecoded(logger, ContentDecodeResult.InvalidField);
        return null;
    }

    private async ValueTask FailAsync(
        StoredMessage stored,
        MessageKey key,
        RatchetEnvelope envelope,
        DeviceTag own,
        UndecryptableReason reason,
        X25519PublicKey? ratchetKey,
        Action<UndecryptableMessageEventArgs> report,
        CancellationToken cancellationToken)
    {
        bool isMissing = !await store.IsMessageHandledAsync(key, cancellationToken).ConfigureAwait(false)
            && !await IsBlockedAsync(key.Author, cancellationToken).ConfigureAwait(false);
        bool requested = isMissing && reason != UndecryptableReason.UntrustedIdentity
            && await recovery.AskAsync(key.Author, new RecoveryNotice(own, envelope.Sender, key.SentMilliseconds, ratchetKey), cancellationToken).ConfigureAwait(false);

        // Only now: a crash before it brings the message back, and the request is known then.
        await HandledAsync(stored, cancellationToken).ConfigureAwait(false);
        if (!isMissing)
        {
            return;
        }

        ClientLog.NotDecrypted(logger, reason, requested);
        if (!envelope.AlsoSealed)
        {
            // Otherwise the version 1 copy brings the message, and nothing is missing.
            report(new UndecryptableMessageEventArgs(key.Author, DateTimeOffset.FromUnixTimeMilliseconds(key.SentMilliseconds), reason, requested));
        }
    }

    /// <summary>Who is blocked is neither asked for anything nor answered.</summary>
    private async ValueTask<bool> IsBlockedAsync(AccountId account, CancellationToken cancellationToken) =>
        await contacts.FindAsync(account, cancellationToken).ConfigureAwait(false) is { IsBlocked: true };

    private async ValueTask<DeviceTag> OwnTagAsync(CancellationToken cancellationToken)
    {
        using RatchetMemory.Step step = await memory.EnterAsync(cancellationToken).ConfigureAwait(false);
        return (await memory.DeviceAsync(cancellationToken).ConfigureAwait(false)).Tag;
    }

    private ValueTask HandledAsync(StoredMessage stored, CancellationToken cancellationToken) => memory.CommitAsync(
        new AccountChanges { Handled = [new HandledMessage(stored.Hash, Retention.Of(stored, clock.Now), Key: null)] }, cancellationToken);

    private static UndecryptableReason Reason(RatchetStatus status) => status switch
    {
        RatchetStatus.NoSession => UndecryptableReason.NoSession,
        RatchetStatus.UnknownPreKey => UndecryptableReason.UnknownPreKey,
        RatchetStatus.UntrustedIdentity => UndecryptableReason.UntrustedIdentity,
        _ => UndecryptableReason.Invalid,
    };

    /// <summary>The sender's ratchet key in a message, which tells it whether its session has changed since.</summary>
    private static X25519PublicKey? RatchetKey(RatchetMessage message)
    {
        if (message.Type == RatchetMessageType.PreKey)
        {
            return PreKeySignalMessage.TryParse(message.Type, message.Bytes.Span, out PreKeySignalMessage first) == RatchetStatus.Ok ? first.Message.RatchetKey : null;
        }

        return SignalMessage.TryParse(message.Bytes.Span, out SignalMessage signal) == RatchetStatus.Ok ? signal.RatchetKey : null;
    }
}
