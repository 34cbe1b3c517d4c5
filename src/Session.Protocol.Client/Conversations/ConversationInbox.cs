using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Extensions.Logging;
using Session.Protocol.Accounts;
using Session.Protocol.Client.History;
using Session.Protocol.Client.Stores;
using Session.Protocol.Messages;
using Session.Protocol.Onion;
using Session.Protocol.Onion.Storage;

namespace Session.Protocol.Client.Conversations;

/// <summary>The way in through the rules of conversations: what is handed out, what it says of the contact, when it goes. Safe for concurrent use.</summary>
internal sealed class ConversationInbox(
    AccountId self,
    IAccountStore store,
    ContactBook book,
    MessageHistory history,
    TypingTimes typing,
    ReadTimers timers,
    OwnCopies copies,
    INetworkClock clock,
    ConversationOptions options,
    ILogger logger)
{
    /// <summary>How long a deleted message is remembered that may still be on its way (protocol/13 §23).</summary>
    private static readonly TimeSpan DeletionMemory = TimeSpan.FromDays(1);

    /// <summary>What was handed out and not acknowledged, by hash: a message that is handed out again says again what it has changed.</summary>
    private readonly ConcurrentDictionary<string, Admission> _admitted = new(StringComparer.Ordinal);

    /// <summary>Applies the rules to a message that was opened. The message takes effect in the store with <see cref="AcknowledgeAsync"/>.</summary>
    /// <param name="message">As it was read.</param>
    /// <param name="content">The serialized Content.</param>
    /// <param name="storedUntilMs">Until when the node says that it stores it, in milliseconds since 1970.</param>
    /// <param name="cancellationToken">Cancels before anything changes.</param>
    /// <returns>What is handed out, or null when the message is to be dropped.</returns>
    public async ValueTask<Admission?> AdmitAsync(ReceivedMessage message, ReadOnlyMemory<byte> content, long storedUntilMs, CancellationToken cancellationToken)
    {
        message = message with { IsOwn = message.Sender == self };
        Expiration expiration = Disappearing.Correct(message.Content, isOneToOne: message.Conversation != self && !ContactRules.IsInGroup(message));
        if (expiration != message.Content.Expiration)
        {
            message = message with { Content = message.Content with { Expiration = expiration } };
        }

        if (await IsDeletedAsync(message, cancellationToken).ConfigureAwait(false))
        {
            await DeleteCopyAsync(message, cancellationToken).ConfigureAwait(false);
            ClientLog.NotAdmitted(logger, message.Content);
            return null;
        }

        DateTimeOffset now = clock.Now;
        (bool accepted, Contact? contact, ContactChanges changes) = await book.AnticipateAsync(
            ContactRules.ContactOf(message),
            before => Judge(message, before, now),
            cancellationToken).ConfigureAwait(false);
        if (!accepted)
        {
            ClientLog.NotAdmitted(logger, message.Content);
            return null;
        }

        Note(message);
        bool isRead = message.IsOwn || (!ContactRules.IsInGroup(message) && contact?.ReadUpTo >= message.SentAt);
        message = message with
        {
            IsRead = isRead,
            Changes = _admitted.TryGetValue(message.Hash, out Admission? before) ? before.Message.Changes | changes : changes,
            ExpiresAt = message.Content is TypingIndicator { IsTyping: true } ? now + TypingTimes.Shown : Disappearing.ExpiryOf(message, storedUntilMs, isRead, now),
        };
        Admission admission = await AdmittedAsync(message, cancellationToken).ConfigureAwait(false);
        bool isRequest = !message.IsOwn && !ContactRules.IsInGroup(message) && contact is not { IsApproved: true };
        await history.KeepAsync(admission.Message, content, isRequest, cancellationToken).ConfigureAwait(false);
        if (history.IsOn && await IsDeletedAsync(message, cancellationToken).ConfigureAwait(false))
        {
            // The deletion, which another conversation brought at the same time, found nothing to delete yet.
            await history.DropAsync(message).ConfigureAwait(false);
            ClientLog.NotAdmitted(logger, message.Content);
            return null;
        }

        _admitted[message.Hash] = admission;
        return admission;
    }

    /// <summary>The commit that acknowledges a message, with all that belongs into it beside its contact.</summary>
    public AccountChanges Complete(ReceivedMessage message, AccountChanges handled) =>
        Complete(message, handled, _admitted.TryGetValue(message.Hash, out Admission? admission) ? [.. admission.States.Select(x => x.Copied())] : []);

    /// <summary>Commits that a message was handled, with what it changed.</summary>
    public async ValueTask AcknowledgeAsync(Admission admission, AccountChanges handled)
    {
        await book.AcknowledgeAsync(admission.Contact, Complete(admission.Message, handled, admission.States)).ConfigureAwait(false);
        _admitted.TryRemove(admission.Message.Hash, out _);
        if (admission.States.Any(x => x.Key.Kind == AccountStateKind.ReadTimer))
        {
            timers.Wake();
        }

        if (admission.Message.Content is Unsend)
        {
            copies.Wake();
        }
    }

    /// <summary>The message has come after the word that it is deleted.</summary>
    private async ValueTask DeleteCopyAsync(ReceivedMessage message, CancellationToken cancellationToken)
    {
        if (!ContactRules.IsInGroup(message))
        {
            await store.CommitAsync(new AccountChanges { States = [copies.ToDelete(message.Hash)] }, cancellationToken).ConfigureAwait(false);
            copies.Wake();
        }
    }

    private AccountChanges Complete(ReceivedMessage message, AccountChanges handled, IReadOnlyList<AccountState> states) =>
        handled with { States = [.. handled.States, .. states], Messages = [.. handled.Messages, .. history.Handled(message)] };

    private (Contact? After, (bool Accepted, Contact? Contact, ContactChanges Changes) Result) Judge(ReceivedMessage message, Contact? before, DateTimeOffset now)
    {
        if (!ContactRules.Accepts(message, before, self, options, now))
        {
            return (null, (false, before, ContactChanges.None));
        }

        // A message that says nothing about somebody unknown makes no contact.
        Contact basis = before ?? ContactRules.New(ContactRules.ContactOf(message), self);
        (Contact after, ContactChanges changes) = ContactRules.Apply(basis, message, self, now);
        Contact? contact = after == basis ? before : after;
        return (contact, (true, contact, changes));
    }

    private void Note(ReceivedMessage message)
    {
        if (ContactRules.IsInGroup(message))
        {
            return;
        }

        if (message.Content is TypingIndicator { IsTyping: true })
        {
            typing.TheyType(message.Conversation);
        }
        else if (message.Content is TypingIndicator || (!message.IsOwn && ContactRules.IsVisible(message.Content)))
        {
            typing.TheyStopped(message.Conversation);
        }
    }

    private async ValueTask<Admission> AdmittedAsync(ReceivedMessage message, CancellationToken cancellationToken)
    {
        AccountId contact = ContactRules.ContactOf(message);
        if (message.Content is Unsend unsend)
        {
            (IReadOnlyList<string> hashes, IReadOnlyList<AccountState> forget) = await copies.FindAsync(unsend.Target, cancellationToken).ConfigureAwait(false);
            var memory = new AccountState(Key(unsend.Target), new byte[] { 1 }, clock.Now + DeletionMemory);
            return new Admission(message, contact, [memory, .. hashes.Select(copies.ToDelete), .. forget]);
        }

        if (message is not { IsOwn: false, Content.Expiration.Mode: ExpirationMode.AfterRead, ExpiresAt: { } expiresAt })
        {
            return new Admission(message, contact, []);
        }

        // Read before it arrived, or before a crash: nobody will mark it as read again, and its timer runs.
        if (await timers.FindAsync(message.Hash, cancellationToken).ConfigureAwait(false) is { } marked && marked < expiresAt)
        {
            return new Admission(message with { ExpiresAt = marked }, contact, []);
        }

        bool isStoredLonger = message.Content.Expiration.Timer < StorageLimits.MaxInboxTimeToLive;
        return new Admission(message, contact, isStoredLonger ? [timers.Remember(message.Hash, expiresAt)] : []);
    }

    private async ValueTask<bool> IsDeletedAsync(ReceivedMessage message, CancellationToken cancellationToken) =>
        await IsDeletedAsync(message.Reference, cancellationToken).ConfigureAwait(false)
        || (message.Content is Reaction reaction && await IsDeletedAsync(reaction.Target, cancellationToken).ConfigureAwait(false));

    private async ValueTask<bool> IsDeletedAsync(MessageReference message, CancellationToken cancellationToken) =>
        await store.LoadStateAsync(Key(message), cancellationToken).ConfigureAwait(false) is not null;

    private static AccountStateKey Key(MessageReference message) => new(
        AccountStateKind.DeletedMessage, string.Create(CultureInfo.InvariantCulture, $"{message.Author}:{message.SentTimestampMs}"));
}
