using Session.Protocol.Accounts;
using Session.Protocol.Client.Ratchet;
using Session.Protocol.Client.Stores;
using Session.Protocol.Messages;
using Session.Protocol.Onion.Storage;

namespace Session.Protocol.Client.Conversations;

/// <summary>
/// What one account does with another, as the messenger does it (protocol/13). The state behind it is in the account's store. Safe for concurrent use.
/// </summary>
/// <remarks>
/// Every method that sends throws <see cref="Onion.OnionException"/> when the network did not take it, <see cref="ProtectionUnavailableException"/> when it
/// cannot be protected as asked, and <see cref="InvalidOperationException"/> when the contact is blocked. Methods that return null have sent nothing, because the
/// rules of the conversation say so.
/// </remarks>
public sealed class Conversation
{
    private readonly ConversationParts _parts;

    internal Conversation(ConversationParts parts, AccountId account)
    {
        _parts = parts;
        Account = account;
    }

    /// <summary>With whom.</summary>
    public AccountId Account { get; }

    /// <summary>Whether it is the conversation with oneself.</summary>
    public bool IsNoteToSelf => Account == _parts.Self;

    /// <summary>
    /// Whether they are typing: true until they stop, write, or say nothing more for 15 seconds. Never true while
    /// <see cref="ConversationOptions.TypingIndicators"/> is off.
    /// </summary>
    public bool IsTyping => _parts.Typing.IsTyping(Account);

    /// <summary>What is known of them.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A snapshot; <see cref="ContactStatus.Unknown"/> when nothing is known.</returns>
    public ValueTask<Contact> GetContactAsync(CancellationToken cancellationToken = default) => _parts.Book.GetAsync(Account, cancellationToken);

    /// <summary>Sends anything. Writing to somebody accepts them; the first answer to a request is preceded by the response that accepts it.</summary>
    /// <param name="content">What to send; profile and timer are filled in where it has none.</param>
    /// <param name="cancellationToken">Ends the wait; the message may be stored all the same.</param>
    /// <returns>Where and how it was stored.</returns>
    /// <exception cref="ArgumentException">Too large, or a message that every receiver would drop.</exception>
    public ValueTask<SentMessage> SendAsync(MessageContent content, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(content);
        return _parts.Outbox.SendAsync(Account, content, cancellationToken);
    }

    /// <summary>Sends text. To mention somebody, put <see cref="TextMessage.MentionOf"/> into it.</summary>
    /// <param name="text">The text; official clients cut it at 2,000 code points.</param>
    /// <param name="cancellationToken">Ends the wait; the message may be stored all the same.</param>
    /// <returns>Where and how it was stored.</returns>
    /// <exception cref="ArgumentException">Empty or too long.</exception>
    public ValueTask<SentMessage> SendTextAsync(string text, CancellationToken cancellationToken = default) => SendAsync(new TextMessage(text), cancellationToken);

    /// <summary>Sends text in reply to a message. Only its author and time go along: who does not have it any more sees that it was a reply.</summary>
    /// <param name="message">The <see cref="ReceivedMessage.Reference"/> of the message, or that of one sent.</param>
    /// <param name="text">The text.</param>
    /// <param name="cancellationToken">Ends the wait; the message may be stored all the same.</param>
    /// <returns>Where and how it was stored.</returns>
    /// <exception cref="ArgumentException">Empty or too long, or the reference names nobody.</exception>
    public ValueTask<SentMessage> ReplyAsync(MessageReference message, string text, CancellationToken cancellationToken = default) =>
        SendAsync(new TextMessage(text) { Quote = message }, cancellationToken);

    /// <summary>Puts an emoji on a message.</summary>
    /// <param name="message">The <see cref="ReceivedMessage.Reference"/> of the message, or that of one sent.</param>
    /// <param name="emoji">One emoji, up to 64 bytes in UTF-8.</param>
    /// <param name="cancellationToken">Ends the wait; the reaction may be stored all the same.</param>
    /// <returns>Where and how it was stored.</returns>
    /// <exception cref="ArgumentException">Empty or too long, or the reference names nobody.</exception>
    public ValueTask<SentMessage> ReactAsync(MessageReference message, string emoji, CancellationToken cancellationToken = default) =>
        SendAsync(new Reaction { Target = message, Emoji = emoji }, cancellationToken);

    /// <summary>Takes an emoji off a message again.</summary>
    /// <param name="message">The message.</param>
    /// <param name="emoji">The emoji that was put on it.</param>
    /// <param name="cancellationToken">Ends the wait; the removal may be stored all the same.</param>
    /// <returns>Where and how it was stored.</returns>
    /// <exception cref="ArgumentException">Empty or too long, or the reference names nobody.</exception>
    public ValueTask<SentMessage> RemoveReactionAsync(MessageReference message, string emoji, CancellationToken cancellationToken = default) =>
        SendAsync(new Reaction { Target = message, Emoji = emoji, IsRemoval = true }, cancellationToken);

    /// <summary>
    /// Says that one is typing. Call it for every key, or every few seconds while something is worked out: it is sent at most every 10 seconds, and the other
    /// side stops showing it after 15 (iOS after 5), when the next message arrives, or with <see cref="StopTypingAsync"/>.
    /// </summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>
    /// What was sent; null when it was said already, <see cref="ConversationOptions.TypingIndicators"/> is off, or they are oneself, blocked, or a request that was not accepted.
    /// </returns>
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

    /// <summary>Says that one has stopped typing, without having sent what was typed.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>What was sent; null when they do not believe that one types.</returns>
    public async ValueTask<SentMessage?> StopTypingAsync(CancellationToken cancellationToken = default) =>
        _parts.Typing.Stop(Account) && await MayTellAsync(_parts.Options.TypingIndicators, cancellationToken).ConfigureAwait(false)
            ? await SendAsync(new TypingIndicator { IsTyping = false }, cancellationToken).ConfigureAwait(false)
            : null;

    /// <summary>
    /// Marks received messages as read: starts the timers of those that disappear after reading, here and in the account's swarm, and tells the sender where
    /// <see cref="ConversationOptions.ReadReceipts"/> is on and the sender is accepted. Everything older counts as read from then on.
    /// </summary>
    /// <param name="messages">Messages of this conversation; one's own are left out.</param>
    /// <param name="cancellationToken">Ends the wait. What was marked stays marked, and timers that the swarm was not told are told later.</param>
    /// <returns>The messages with <see cref="ReceivedMessage.IsRead"/> and <see cref="ReceivedMessage.ExpiresAt"/> as they are now.</returns>
    /// <exception cref="ArgumentException">A message of another conversation.</exception>
    /// <exception cref="Onion.OnionException">The receipt could not be sent; the messages are marked all the same.</exception>
    public async ValueTask<IReadOnlyList<ReceivedMessage>> MarkReadAsync(IReadOnlyList<ReceivedMessage> messages, CancellationToken cancellationToken = default)
    {
        IReadOnlyList<ReceivedMessage> read = await new Reading(_parts, Account).MarkAsync(messages, cancellationToken).ConfigureAwait(false);
        long[] times = [.. read.Where(x => x is { IsOwn: false, Content: TextMessage }).Select(x => x.Reference.SentTimestampMs).Distinct()];
        if (times.Length > 0 && await MayTellAsync(_parts.Options.ReadReceipts, cancellationToken).ConfigureAwait(false))
        {
            foreach (long[] some in times.Chunk(Reading.MaxReceiptTimes))
            {
                await SendAsync(new ReadReceipt { Timestamps = some }, cancellationToken).ConfigureAwait(false);
            }
        }

        return read;
    }

    /// <summary>
    /// Deletes one's own message for everyone: first the copy in one's own swarm, then it asks the other side and one's other devices to delete theirs. What lies in
    /// the recipient's swarm cannot be deleted and ends with its time; a client that is told before it sees the message drops it.
    /// </summary>
    /// <param name="message"><see cref="SentMessage.OwnCopy"/>, or <see cref="ReceivedMessage.OwnCopy"/> of one that was sent from another device.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The request.</returns>
    /// <exception cref="ArgumentException">Somebody else's message, or one of another conversation.</exception>
    /// <exception cref="Onion.OnionException">The copy could not be deleted, and then nothing was asked; or the request was not stored.</exception>
    public ValueTask<SentMessage> DeleteForEveryoneAsync(OwnCopy message, CancellationToken cancellationToken = default) =>
        message.Message.Author == _parts.Self
            ? DeleteAsync(message, Account, cancellationToken)
            : throw new ArgumentException("Only one's own messages can be deleted for everyone.", nameof(message));

    /// <summary>Deletes a message for oneself: from one's own swarm, and then from one's other devices, which are asked to. Nobody else is told.</summary>
    /// <param name="message"><see cref="ReceivedMessage.OwnCopy"/> or <see cref="SentMessage.OwnCopy"/>.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The request to one's own devices. Desktop clients follow it for one's own messages only.</returns>
    /// <exception cref="ArgumentException">A message of another conversation.</exception>
    /// <exception cref="Onion.OnionException">It could not be deleted, and then nothing was asked; or the request was not stored.</exception>
    public ValueTask<SentMessage> DeleteForMeAsync(OwnCopy message, CancellationToken cancellationToken = default) => DeleteAsync(message, _parts.Self, cancellationToken);

    /// <summary>
    /// Sets how the messages that <b>we</b> send from now on disappear, and says so in the conversation. Their setting stays theirs (protocol/13 §5.2).
    /// </summary>
    /// <param name="expiration">Mode and time, see <see cref="ExpirationTimers"/> for the usual ones; <see cref="Expiration.Off"/> to keep messages. In a note to self not after reading.</param>
    /// <param name="cancellationToken">Ends the wait; the setting is kept when it was announced.</param>
    /// <returns>The announcement.</returns>
    /// <exception cref="ArgumentException">After reading, in a note to self.</exception>
    /// <exception cref="InvalidOperationException">The two have not accepted each other yet, or the contact is blocked.</exception>
    public async ValueTask<SentMessage> SetDisappearingAsync(Expiration expiration, CancellationToken cancellationToken = default)
    {
        if ((await GetContactAsync(cancellationToken).ConfigureAwait(false)).Status is not ContactStatus.Accepted)
        {
            throw new InvalidOperationException("Timers can be set once both sides have accepted each other.");
        }

        SentMessage sent = await SendAsync(new ExpirationTimerUpdate { Expiration = expiration }, cancellationToken).ConfigureAwait(false);
        long sentMs = sent.Reference.SentTimestampMs;
        await _parts.Book.ChangeAsync(
            Account,
            x => sentMs > x.ExpirationChangedMs ? x with { Expiration = expiration, ExpirationChangedMs = sentMs } : x,
            CancellationToken.None).ConfigureAwait(false);
        return sent;
    }

    /// <summary>Accepts their message request without writing to them. Writing accepts it too.</summary>
    /// <param name="cancellationToken">Ends the wait; a request whose response was not sent stays open.</param>
    /// <returns>The response; null when there was no request.</returns>
    public ValueTask<SentMessage?> AcceptAsync(CancellationToken cancellationToken = default) => _parts.Outbox.AcceptAsync(Account, cancellationToken);

    /// <summary>Declines their message request: it is forgotten, and they are not told. If they write again it is a new request; to prevent that, <see cref="BlockAsync"/>.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Whether there was a request.</returns>
    public async ValueTask<bool> DeclineAsync(CancellationToken cancellationToken = default)
    {
        if ((await GetContactAsync(cancellationToken).ConfigureAwait(false)).Status != ContactStatus.IncomingRequest)
        {
            return false;
        }

        await ForgetAsync(cancellationToken).ConfigureAwait(false);
        return true;
    }

    /// <summary>Blocks them: what they send is dropped, also what is on its way, and nothing is sent to them. They are not told.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that ends when it is in force.</returns>
    /// <exception cref="InvalidOperationException">It is oneself.</exception>
    public async ValueTask BlockAsync(CancellationToken cancellationToken = default)
    {
        RequireOther();
        await _parts.Book.ChangeAsync(Account, x => x with { IsBlocked = true }, cancellationToken).ConfigureAwait(false);
        _parts.Typing.TheyStopped(Account);
    }

    /// <summary>Ends the block. What was dropped meanwhile does not come back.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that ends when it is in force.</returns>
    public async ValueTask UnblockAsync(CancellationToken cancellationToken = default) =>
        await _parts.Book.ChangeAsync(Account, x => x with { IsBlocked = false }, cancellationToken).ConfigureAwait(false);

    /// <summary>Forgets them: approval, block, profile and timers. Nothing is sent. Messages that the application keeps are its own to delete.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that ends when it is done.</returns>
    /// <exception cref="InvalidOperationException">It is oneself.</exception>
    public ValueTask ForgetAsync(CancellationToken cancellationToken = default)
    {
        RequireOther();
        return _parts.Book.RemoveAsync(Account, cancellationToken);
    }

    /// <summary>Sends a step of a call. Media is not handled by this library. Calling somebody accepts them.</summary>
    /// <param name="signal">The step; all steps of a call carry the same <see cref="CallSignal.CallId"/>.</param>
    /// <param name="cancellationToken">Ends the wait; the signal may be stored all the same.</param>
    /// <returns>Where and how it was stored.</returns>
    /// <exception cref="ArgumentException">To oneself.</exception>
    public ValueTask<SentMessage> SendCallSignalAsync(CallSignal signal, CancellationToken cancellationToken = default) => SendAsync(signal, cancellationToken);

    /// <summary>Tells them that something they sent was saved, or that a picture of the screen was taken (protocol/13 §13).</summary>
    /// <param name="kind">What was done.</param>
    /// <param name="message">The message that it was done with; null when there is none.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The notice; null when it is one's own message, or they are oneself, blocked, or a request that was not accepted.</returns>
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

        var request = new Unsend { Target = message.Message };
        if (message.Hash is { } hash)
        {
            await _parts.Swarm.SendAsync(StorageRequest.Delete(SwarmCredentials.ForAccount(_parts.Identity), [hash]), cancellationToken).ConfigureAwait(false);
        }

        // A device that lost its state may ask for what it missed: not for this any more.
        long sentMs = message.Message.SentTimestampMs;
        AccountState[] kept = [.. new[] { Account, _parts.Self }.Distinct().Select(x => new AccountState(RatchetMemory.KeptKey(x, sentMs), default))];
        await _parts.Book.ChangeAsync(Account, x => x, kept, cancellationToken).ConfigureAwait(false);
        return await _parts.Outbox.SendAsync(asked, request, cancellationToken).ConfigureAwait(false);
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
