using Session.Protocol.Accounts;
using Session.Protocol.Client.Ratchet;
using Session.Protocol.Client.Stores;
using Session.Protocol.Messages;
using Session.Protocol.Onion;

namespace Session.Protocol.Client.Conversations;

/// <summary>A conversation over the parts of its account. Holds no state.</summary>
internal sealed class Conversation : IConversation
{
    private readonly ConversationParts _parts;

    internal Conversation(ConversationParts parts, AccountId account)
    {
        _parts = parts;
        Account = account;
    }

    /// <inheritdoc/>
    public AccountId Account { get; }

    /// <inheritdoc/>
    public bool IsNoteToSelf => Account == _parts.Self;

    /// <inheritdoc/>
    public bool IsTyping => _parts.Typing.IsTyping(Account);

    /// <inheritdoc/>
    public ValueTask<Contact> GetContactAsync(CancellationToken cancellationToken = default) => _parts.Book.GetAsync(Account, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<SentMessage> SendAsync(MessageContent content, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(content);
        return _parts.Outbox.SendAsync(Account, content, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<SentMessage> SendTextAsync(string text, CancellationToken cancellationToken = default) => SendAsync(new TextMessage(text), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<SentMessage> ReplyAsync(MessageReference message, string text, CancellationToken cancellationToken = default) =>
        SendAsync(new TextMessage(text) { Quote = message }, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<SentMessage> ReactAsync(MessageReference message, string emoji, CancellationToken cancellationToken = default) =>
        SendAsync(new Reaction { Target = message, Emoji = emoji }, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<SentMessage> RemoveReactionAsync(MessageReference message, string emoji, CancellationToken cancellationToken = default) =>
        SendAsync(new Reaction { Target = message, Emoji = emoji, IsRemoval = true }, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<SentMessage?> StartTypingAsync(CancellationToken cancellationToken = default)
    {
        if (!await MayTellAsync(_parts.Options.TypingIndicators, cancellationToken).ConfigureAwait(false) || !_parts.Typing.MaySay(Account))
        {
            return null;
        }

        bool isSent = false;
        try
        {
            SentMessage sent = await SendAsync(new TypingIndicator { IsTyping = true }, cancellationToken).ConfigureAwait(false);
            isSent = true;
            return sent;
        }
        finally
        {
            if (!isSent)
            {
                _ = _parts.Typing.Stop(Account);
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask<SentMessage?> StopTypingAsync(CancellationToken cancellationToken = default) =>
        _parts.Typing.Stop(Account) && await MayTellAsync(_parts.Options.TypingIndicators, cancellationToken).ConfigureAwait(false)
            ? await SendAsync(new TypingIndicator { IsTyping = false }, cancellationToken).ConfigureAwait(false)
            : null;

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<ReceivedMessage>> MarkReadAsync(IReadOnlyList<ReceivedMessage> messages, CancellationToken cancellationToken = default)
    {
        IReadOnlyList<ReceivedMessage> read = await new Reading(_parts, Account).MarkAsync(messages, cancellationToken).ConfigureAwait(false);
        long[] times = [.. messages.Where(x => x is { IsOwn: false, IsRead: false, Content: TextMessage }).Select(x => x.Reference.SentTimestampMs).Distinct()];
        if (times.Length > 0 && await MayTellAsync(_parts.Options.ReadReceipts, cancellationToken).ConfigureAwait(false))
        {
            foreach (long[] some in times.Chunk(Reading.MaxReceiptTimes))
            {
                await _parts.Outbox.EnqueueAsync(Account, new ReadReceipt { Timestamps = some }, answered: null, cancellationToken).ConfigureAwait(false);
            }
        }

        return read;
    }

    /// <inheritdoc/>
    public ValueTask<SentMessage> DeleteForEveryoneAsync(OwnCopy message, CancellationToken cancellationToken = default) =>
        message.Message.Author == _parts.Self
            ? DeleteAsync(message, Account, cancellationToken)
            : throw new ArgumentException("Only one's own messages can be deleted for everyone.", nameof(message));

    /// <inheritdoc/>
    public ValueTask<SentMessage> DeleteForMeAsync(OwnCopy message, CancellationToken cancellationToken = default) => DeleteAsync(message, _parts.Self, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<SentMessage> SetDisappearingAsync(Expiration expiration, CancellationToken cancellationToken = default)
    {
        if ((await GetContactAsync(cancellationToken).ConfigureAwait(false)).Status is not ContactStatus.Accepted)
        {
            throw new InvalidOperationException("Timers can be set once both sides have accepted each other.");
        }

        // Once the announcement is in the outbox it goes out, whatever happens here: the setting goes with it.
        QueuedMessage queued = await _parts.Outbox.EnqueueAsync(Account, new ExpirationTimerUpdate { Expiration = expiration }, answered: null, cancellationToken).ConfigureAwait(false);
        long sentMs = queued.SentAt.ToUnixTimeMilliseconds();
        (Contact before, _) = await _parts.Book.ChangeAsync(
            Account,
            x => sentMs > x.ExpirationChangedMs ? x with { Expiration = expiration, ExpirationChangedMs = sentMs } : x,
            CancellationToken.None).ConfigureAwait(false);
        try
        {
            return await queued.Sent.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OnionException)
        {
            await _parts.Book.ChangeAsync(
                Account,
                x => x.ExpirationChangedMs == sentMs ? x with { Expiration = before.Expiration, ExpirationChangedMs = before.ExpirationChangedMs } : x,
                CancellationToken.None).ConfigureAwait(false);
            throw;
        }
    }

    /// <inheritdoc/>
    public ValueTask<SentMessage?> AcceptAsync(CancellationToken cancellationToken = default) => _parts.Outbox.AcceptAsync(Account, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<bool> DeclineAsync(CancellationToken cancellationToken = default)
    {
        if ((await GetContactAsync(cancellationToken).ConfigureAwait(false)).Status != ContactStatus.IncomingRequest)
        {
            return false;
        }

        await ForgetAsync(cancellationToken).ConfigureAwait(false);
        return true;
    }

    /// <inheritdoc/>
    public async ValueTask BlockAsync(CancellationToken cancellationToken = default)
    {
        RequireOther();
        await _parts.Book.ChangeAsync(Account, x => x with { IsBlocked = true }, cancellationToken).ConfigureAwait(false);
        _parts.Typing.TheyStopped(Account);
    }

    /// <inheritdoc/>
    public async ValueTask UnblockAsync(CancellationToken cancellationToken = default) =>
        await _parts.Book.ChangeAsync(Account, x => x with { IsBlocked = false }, cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public ValueTask ForgetAsync(CancellationToken cancellationToken = default)
    {
        RequireOther();
        return _parts.Book.RemoveAsync(Account, _parts.History.Cleared(Account), cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<SentMessage> SendCallSignalAsync(CallSignal signal, CancellationToken cancellationToken = default) => SendAsync(signal, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<SentMessage?> NotifyDataExtractionAsync(
        DataExtractionKind kind, MessageReference? message = null, CancellationToken cancellationToken = default)
    {
        var notice = new DataExtractionNotice { Kind = kind, MessageTimestampMs = message?.SentTimestampMs };
        return message?.Author != _parts.Self && await MayTellAsync(isOn: true, cancellationToken).ConfigureAwait(false)
            ? await SendAsync(notice, cancellationToken).ConfigureAwait(false)
            : null;
    }

    private async ValueTask<SentMessage> DeleteAsync(OwnCopy message, AccountId asked, CancellationToken cancellationToken)
    {
        if (message.Conversation != Account)
        {
            throw new ArgumentException("This message belongs to another conversation.", nameof(message));
        }

        // A device that lost its state may ask for what it missed: not for this any more.
        long sentMs = message.Message.SentTimestampMs;
        AccountState[] kept = [.. new[] { Account, _parts.Self }.Distinct().Select(x => new AccountState(RatchetMemory.KeptKey(x, sentMs), default))];
        return await _parts.Outbox.UnsendAsync(asked, message, kept, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Whether they may learn what one does: only who was accepted, and nobody who is blocked.</summary>
    private async ValueTask<bool> MayTellAsync(bool isOn, CancellationToken cancellationToken) =>
        isOn && !IsNoteToSelf && await GetContactAsync(cancellationToken).ConfigureAwait(false) is { IsApproved: true, IsBlocked: false };

    private void RequireOther()
    {
        if (IsNoteToSelf)
        {
            throw new InvalidOperationException("One cannot do this to oneself.");
        }
    }
}
