using Session.Protocol.Accounts;
using Session.Protocol.Client.History;
using Session.Protocol.Client.Outbox;
using Session.Protocol.Client.Stores;
using Session.Protocol.Messages;
using Session.Protocol.Messages.Groups;
using Session.Protocol.Onion;
using Session.Protocol.Sealing;

namespace Session.Protocol.Client.Conversations;

/// <summary>The way out through the rules of conversations: what may be sent, with which profile and timer, and what is sent before it. Safe for concurrent use.</summary>
internal sealed class ConversationOutbox(
    AccountId self,
    MessageSender sender,
    MessageOutbox outbox,
    OwnCopies copies,
    ContactBook book,
    MessageHistory history,
    ConversationInbox inbox,
    TypingTimes typing,
    SessionClientOptions options,
    TimeProvider time)
{
    /// <summary>Sends a message as the state of its conversation asks, and waits until it was stored.</summary>
    /// <exception cref="ArgumentException">A message that whoever receives it would drop.</exception>
    /// <exception cref="InvalidOperationException">The contact is blocked, or the account's options forbid this kind.</exception>
    public async ValueTask<SentMessage> SendAsync(AccountId recipient, MessageContent content, CancellationToken cancellationToken)
    {
        MessageContent outgoing = await PrepareAsync(recipient, content, cancellationToken).ConfigureAwait(false);
        return await sender.SendAsync(recipient, outgoing, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Puts a message into the outbox as the state of its conversation asks; with it the message that it answers counts as handled.</summary>
    /// <exception cref="ArgumentException">A message that whoever receives it would drop.</exception>
    /// <exception cref="InvalidOperationException">The contact is blocked, or the account's options forbid this kind.</exception>
    public async ValueTask<QueuedMessage> EnqueueAsync(AccountId recipient, MessageContent content, ReceivedMessage? answered, CancellationToken cancellationToken)
    {
        MessageContent outgoing = await PrepareAsync(recipient, content, cancellationToken).ConfigureAwait(false);
        AccountChanges together = await AcknowledgeAsync(answered, cancellationToken).ConfigureAwait(false);
        return await sender.EnqueueAsync(recipient, outgoing, together, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Asks an account to delete a message, and takes what of it is still in the outbox out of there in the same commit.</summary>
    /// <param name="asked">Whom: the other side, or oneself for the account's other devices alone.</param>
    /// <param name="message">The message.</param>
    /// <param name="forget">What else is forgotten with it.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ArgumentException">Not a message, or somebody else's.</exception>
    /// <exception cref="InvalidOperationException">The contact is blocked.</exception>
    /// <exception cref="OnionException">The own copy could not be deleted, and then nothing was asked; or the request will not be stored.</exception>
    public async ValueTask<SentMessage> UnsendAsync(AccountId asked, OwnCopy message, IReadOnlyList<AccountState> forget, CancellationToken cancellationToken)
    {
        MessageContent request = await PrepareAsync(asked, new Unsend { Target = message.Message }, cancellationToken).ConfigureAwait(false);
        QueuedMessage queued = message.Message.Author == self
            ? await outbox.TakeBackAsync(message.Message.SentTimestampMs, asked == self ? self : null, SendAsync, cancellationToken).ConfigureAwait(false)
            : await SendAsync(new AccountChanges()).ConfigureAwait(false);
        copies.Wake();
        await copies.FlushAsync(cancellationToken).ConfigureAwait(false);
        return await queued.Sent.WaitAsync(cancellationToken).ConfigureAwait(false);

        async ValueTask<QueuedMessage> SendAsync(AccountChanges withdrawn)
        {
            (IReadOnlyList<string> known, IReadOnlyList<AccountState> forgetKnown) = await copies.FindAsync(message.Message, cancellationToken).ConfigureAwait(false);
            string[] hashes = [.. known.Union(message.Hash is null ? [] : [message.Hash], StringComparer.Ordinal)];
            var together = new List<AccountState>([.. withdrawn.States, .. forget, .. forgetKnown]);
            if (withdrawn.States.Count > 0)
            {
                // They may have been stored a moment ago, or may not: nothing waits for that.
                together.AddRange(hashes.Select(copies.ToDelete));
            }
            else if (hashes.Length > 0)
            {
                await copies.DeleteAsync(hashes, cancellationToken).ConfigureAwait(false);
            }

            return await sender.EnqueueAsync(asked, request, new AccountChanges { States = together }, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>What makes a message count as handled, to be committed with the answer to it; nothing for null.</summary>
    public async ValueTask<AccountChanges> AcknowledgeAsync(ReceivedMessage? answered, CancellationToken cancellationToken)
    {
        if (answered is null)
        {
            return new AccountChanges();
        }

        // What it changed about its sender goes first: if it should come again after a crash, it changes that again.
        await book.SaveAsync(ContactRules.ContactOf(answered), cancellationToken).ConfigureAwait(false);
        return inbox.Complete(answered, Acknowledgement.Of(answered, time.GetUtcNow()));
    }

    /// <summary>Accepts a request: they learn of it before this returns.</summary>
    /// <returns>The response; null when there was nothing to accept.</returns>
    public async ValueTask<SentMessage?> AcceptAsync(AccountId contact, CancellationToken cancellationToken)
    {
        var kept = new AccountChanges { Messages = await history.AcceptedAsync(contact, cancellationToken).ConfigureAwait(false) };
        (Contact before, _) = await book.ChangeAsync(contact, x => x.IsBlocked || !x.HasApprovedUs ? x : x with { IsApproved = true }, kept, cancellationToken).ConfigureAwait(false);
        if (before.Status != ContactStatus.IncomingRequest)
        {
            return null;
        }

        QueuedMessage response = await RespondAsync(contact, cancellationToken).ConfigureAwait(false);
        return await response.Sent.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>What goes along with messages: the profile that was set last, or that of the options.</summary>
    public async ValueTask<UserProfile?> OwnProfileAsync(CancellationToken cancellationToken) =>
        (await book.FindAsync(self, cancellationToken).ConfigureAwait(false))?.Profile ?? options.Profile;

    /// <summary>Checks a message, completes it, and does what goes before it.</summary>
    private async ValueTask<MessageContent> PrepareAsync(AccountId recipient, MessageContent content, CancellationToken cancellationToken)
    {
        OutgoingRules.Check(content, recipient, self);
        RequireAllowed(content);
        Contact contact = await book.GetAsync(recipient, cancellationToken).ConfigureAwait(false);
        if (contact.IsBlocked)
        {
            throw new InvalidOperationException("This contact is blocked: unblock it before you write to it.");
        }

        MessageContent outgoing = await DressAsync(content, contact, cancellationToken).ConfigureAwait(false);
        if (recipient != self && Approves(content))
        {
            await ApproveAsync(recipient, outgoing, cancellationToken).ConfigureAwait(false);
        }

        if (ContactRules.IsVisible(content))
        {
            // Readers hide the indicator when the message arrives.
            _ = typing.Stop(recipient);
        }

        return outgoing;
    }

    private void RequireAllowed(MessageContent content)
    {
        string? option = content switch
        {
            TypingIndicator when !options.Conversations.TypingIndicators => nameof(ConversationOptions.TypingIndicators),
            ReadReceipt when !options.Conversations.ReadReceipts => nameof(ConversationOptions.ReadReceipts),
            _ => null,
        };
        if (option is not null)
        {
            throw new InvalidOperationException($"{nameof(SessionClientOptions)}.{nameof(SessionClientOptions.Conversations)}.{option} is off.");
        }
    }

    /// <summary>Profile and timer, where the kind has them and the caller did not say.</summary>
    private async ValueTask<MessageContent> DressAsync(MessageContent content, Contact contact, CancellationToken cancellationToken)
    {
        content = content switch
        {
            _ when content.Expiration != Expiration.Off => content,
            TextMessage or Reaction => content with { Expiration = contact.Expiration },
            CallSignal or DataExtractionNotice => content with { Expiration = Disappearing.AsAfterRead(contact.Expiration) },
            _ => content,
        };
        return content switch
        {
            TextMessage { Profile: null } or Reaction { Profile: null } or GroupInvite { Profile: null } or GroupPromotion { Profile: null } =>
                (DataContent)content with { Profile = await OwnProfileAsync(cancellationToken).ConfigureAwait(false) },
            MessageRequestResponse { Profile: null } response => response with { Profile = await OwnProfileAsync(cancellationToken).ConfigureAwait(false) },
            _ => content,
        };
    }

    /// <summary>Whoever writes to somebody accepts them (protocol/13 §2).</summary>
    private static bool Approves(MessageContent content) =>
        content is CallSignal { Type: not CallSignalType.EndCall } or MessageRequestResponse { IsApproved: true } || ContactRules.IsVisible(content);

    private async ValueTask ApproveAsync(AccountId recipient, MessageContent content, CancellationToken cancellationToken)
    {
        Contact contact = await book.GetAsync(recipient, cancellationToken).ConfigureAwait(false);
        if (contact.IsApproved)
        {
            return;
        }

        // What cannot be sent must not accept anybody.
        if (ContentCodec.Encode(content, sentTimestampMs: 1).Length > SealedMessage.MaxContentSize)
        {
            throw new ArgumentException($"Expected at most {SealedMessage.MaxContentSize} bytes of content.", nameof(content));
        }

        var kept = new AccountChanges { Messages = await history.AcceptedAsync(recipient, cancellationToken).ConfigureAwait(false) };
        (Contact before, _) = await book.ChangeAsync(recipient, x => x with { IsApproved = true }, kept, cancellationToken).ConfigureAwait(false);
        if (before is { IsApproved: false, HasApprovedUs: true } && content is not MessageRequestResponse)
        {
            await RespondAsync(recipient, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Puts the response to a request into the outbox that was marked as accepted just now; without it the request stays open. It may arrive after
    /// the answer, which says the same.
    /// </summary>
    private async ValueTask<QueuedMessage> RespondAsync(AccountId recipient, CancellationToken cancellationToken)
    {
        bool isQueued = false;
        try
        {
            var response = new MessageRequestResponse { Profile = await OwnProfileAsync(cancellationToken).ConfigureAwait(false) };
            QueuedMessage queued = await sender.EnqueueAsync(recipient, response, new AccountChanges(), cancellationToken).ConfigureAwait(false);
            isQueued = true;
            return queued;
        }
        finally
        {
            if (!isQueued)
            {
                await book.ChangeAsync(recipient, x => x with { IsApproved = false }, CancellationToken.None).ConfigureAwait(false);
            }
        }
    }
}
