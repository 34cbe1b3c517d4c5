using Session.Protocol.Accounts;
using Session.Protocol.Client.Conversations;
using Session.Protocol.Client.Outbox;
using Session.Protocol.Client.Stores;
using Session.Protocol.Messages;
using Session.Protocol.Onion;

namespace Session.Protocol.Client.History;

/// <summary>
/// What is kept of the messages that come and go; nothing where the owner keeps no messages. Whatever happens to a message with a commit of somebody else, it only gives the
/// changes that belong into that one. Safe for concurrent use.
/// </summary>
/// <param name="self">The own account.</param>
/// <param name="store">Where messages are kept; null when none are.</param>
/// <param name="book">Tells what was read.</param>
/// <param name="clock">Network time.</param>
/// <param name="options">How many are kept.</param>
internal sealed class MessageHistory(AccountId self, IMessageStore? store, ContactBook book, INetworkClock clock, HistoryOptions options) : IMessageHistory
{
    /// <summary>Most messages of a request that nobody has accepted: strangers must not be able to fill the store.</summary>
    private const int MaxRequestMessages = 100;

    public bool IsOn => store is not null;

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<HistoryMessage>> GetMessagesAsync(
        AccountId conversation, long? before = null, int limit = 50, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, IMessageHistory.MaxPage);
        IReadOnlyList<MessageEntry> entries = await store!.ListMessagesAsync(conversation, before ?? long.MaxValue, limit, cancellationToken).ConfigureAwait(false);
        if (entries.Count == 0)
        {
            return [];
        }

        Contact? contact = IsGroup(conversation) ? null : await book.FindAsync(conversation, cancellationToken).ConfigureAwait(false);
        HashSet<long> pending = [.. (await store.ListStatesAsync(AccountStateKind.OutgoingMessage, cancellationToken).ConfigureAwait(false)).Select(OutgoingPart.MessageOf)];
        return [.. entries.Select(x => Read(conversation, x, contact?.ReadUpTo, pending))];
    }

    /// <inheritdoc/>
    public async ValueTask ClearAsync(AccountId conversation, CancellationToken cancellationToken = default) =>
        await store!.CommitAsync(new AccountChanges { Messages = Cleared(conversation) }, cancellationToken).ConfigureAwait(false);

    /// <summary>What belongs into the commit that deletes a conversation.</summary>
    public IReadOnlyList<MessageChange> Cleared(AccountId conversation) => IsOn ? [new MessageChange(MessageChangeKind.Clear, conversation, default)] : [];

    /// <summary>What belongs into the commit that puts a message into the outbox.</summary>
    /// <param name="content">What is sent.</param>
    /// <param name="message">It as it goes out.</param>
    public IReadOnlyList<MessageChange> Sent(MessageContent content, OutgoingMessage message)
    {
        var key = new MessageKey(self, message.SentMs);
        switch (content)
        {
            case TextMessage text when IsOn:
                // One's own message counts as read at once.
                DateTimeOffset? expiresAt = text.Expiration.Mode == ExpirationMode.Off ? null : clock.Now + text.Expiration.Timer;
                bool isOwnCopy = message.Recipient == self || IsGroup(message.Recipient);
                string hash = (isOwnCopy ? message.Named : message.Copy)?.Hash ?? "";
                byte[] bytes = ContentCodec.Encode(text with { Profile = null, SyncTarget = null, CapabilityRecord = default }, message.SentMs);
                return [Put(message.Recipient, new HistoryEntry(key, message.Protection, hash, bytes), expiresAt)];
            case Unsend unsend when IsOn:
                return [Deleted(unsend, message.Recipient)];
            default:
                return [];
        }
    }

    /// <summary>What belongs into the commit that gives up a message which the network refused.</summary>
    public IReadOnlyList<MessageChange> Refused(OutgoingMessage message) =>
        [new MessageChange(MessageChangeKind.Delete, message.Recipient, new MessageKey(self, message.SentMs))];

    /// <summary>Keeps a received message, before anybody is told of it. One that comes again, after a crash say, is kept once.</summary>
    /// <param name="message">The message.</param>
    /// <param name="content">The serialized Content.</param>
    /// <param name="isRequest">Whether its conversation was not accepted yet: it goes with the contact then, unless that is accepted before.</param>
    /// <param name="cancellationToken">Ends the wait before it is kept.</param>
    public async ValueTask KeepAsync(ReceivedMessage message, ReadOnlyMemory<byte> content, bool isRequest, CancellationToken cancellationToken)
    {
        if (store is null)
        {
            return;
        }

        var changes = new List<MessageChange>();
        if (message.IsOwn && !IsGroup(message.Conversation) && ContactRules.IsVisible(message.Content))
        {
            // Another device has written there, and so has accepted it.
            changes.AddRange(await AcceptedAsync(message.Conversation, cancellationToken).ConfigureAwait(false));
        }

        if (message.Content is TextMessage)
        {
            MessageChange put = Put(message.Conversation, new HistoryEntry(message.Key, message.Protection, message.Hash, content), message.ExpiresAt);
            changes.Add(isRequest ? AsRequest(put) : put);
        }

        if (changes.Count > 0)
        {
            await store.CommitAsync(new AccountChanges { Messages = changes }, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Takes back <see cref="KeepAsync"/>. Not cancelled: what was deleted must not stay.</summary>
    public async ValueTask DropAsync(ReceivedMessage message) => await store!.CommitAsync(
        new AccountChanges { Messages = [new MessageChange(MessageChangeKind.Delete, message.Conversation, message.Key)] }, CancellationToken.None).ConfigureAwait(false);

    /// <summary>What belongs into the commit that accepts a request: its messages stay now.</summary>
    public async ValueTask<IReadOnlyList<MessageChange>> AcceptedAsync(AccountId conversation, CancellationToken cancellationToken)
    {
        IReadOnlyList<MessageEntry> entries = store is null ? [] : await store.ListMessagesAsync(conversation, long.MaxValue, MaxRequestMessages, cancellationToken).ConfigureAwait(false);
        return [.. entries.Where(x => x.ExpiresAt is not null)
            .Select(x => HistoryEntry.Read(x.Value))
            .Where(x => x.Decode().Expiration == Expiration.Off)
            .Select(x => new MessageChange(MessageChangeKind.Expire, conversation, x.Key))];
    }

    /// <summary>What belongs into the commit that marks a received message as handled.</summary>
    public IReadOnlyList<MessageChange> Handled(ReceivedMessage message) => message.Content is Unsend unsend && IsOn ? [Deleted(unsend, message.Conversation)] : [];

    /// <summary>What belongs into the commit that starts the timer of a message.</summary>
    public IReadOnlyList<MessageChange> Expiring(ReceivedMessage message, DateTimeOffset expiresAt) =>
        IsOn ? [new MessageChange(MessageChangeKind.Expire, message.Conversation, message.Key) { ExpiresAt = expiresAt }] : [];

    private static bool IsGroup(AccountId conversation) => conversation.Prefix == AccountIdPrefix.Group;

    private MessageChange Put(AccountId conversation, HistoryEntry entry, DateTimeOffset? expiresAt) =>
        new(MessageChangeKind.Put, conversation, entry.Key) { Value = entry.Write(), ExpiresAt = expiresAt, MaxMessages = options.MaxMessages };

    private MessageChange AsRequest(MessageChange put)
    {
        DateTimeOffset forgotten = clock.Now + ContactEntry.RequestLifetime;
        return put with { ExpiresAt = put.ExpiresAt < forgotten ? put.ExpiresAt : forgotten, MaxMessages = Math.Min(options.MaxMessages, MaxRequestMessages) };
    }

    /// <summary>A deletion that one's own devices hear of does not say which conversation it is about.</summary>
    private MessageChange Deleted(Unsend unsend, AccountId conversation) =>
        new(MessageChangeKind.Delete, conversation == self ? null : conversation, new MessageKey(unsend.Target.Author, unsend.Target.SentTimestampMs));

    private HistoryMessage Read(AccountId conversation, MessageEntry entry, DateTimeOffset? readUpTo, HashSet<long> pending)
    {
        var stored = HistoryEntry.Read(entry.Value);
        MessageContent content = stored.Decode();
        bool isOwn = stored.Key.Author == self;
        var sentAt = DateTimeOffset.FromUnixTimeMilliseconds(stored.Key.SentMilliseconds);
        bool isRead = isOwn || readUpTo >= sentAt;
        var message = new ReceivedMessage(
            stored.Key.Author,
            conversation,
            content with { Expiration = Disappearing.Correct(content, isOneToOne: conversation != self && !IsGroup(conversation)) },
            sentAt,
            stored.Hash,
            stored.Protection)
        {
            IsOwn = isOwn,
            IsRead = isRead,

            // A request is forgotten after a while, which is no timer that reading has started.
            ExpiresAt = isRead || content.Expiration.Mode != ExpirationMode.AfterRead ? entry.ExpiresAt : null,
        };
        return new HistoryMessage(entry.Number, message, isOwn && pending.Contains(stored.Key.SentMilliseconds));
    }
}
