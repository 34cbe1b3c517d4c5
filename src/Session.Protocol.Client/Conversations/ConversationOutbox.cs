using Session.Protocol.Accounts;
using Session.Protocol.Messages;
using Session.Protocol.Messages.Groups;
using Session.Protocol.Sealing;

namespace Session.Protocol.Client.Conversations;

/// <summary>The way out through the rules of conversations: what may be sent, with which profile and timer, and what is sent before it. Safe for concurrent use.</summary>
internal sealed class ConversationOutbox(AccountId self, MessageSender sender, ContactBook book, TypingTimes typing, SessionClientOptions options)
{
    /// <summary>Sends a message as the state of its conversation asks.</summary>
    /// <exception cref="ArgumentException">A message that whoever receives it would drop.</exception>
    /// <exception cref="InvalidOperationException">The contact is blocked, or the account's options forbid this kind.</exception>
    public async ValueTask<SentMessage> SendAsync(AccountId recipient, MessageContent content, CancellationToken cancellationToken)
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

        SentMessage sent = await sender.SendAsync(recipient, outgoing, cancellationToken).ConfigureAwait(false);
        if (ContactRules.IsVisible(content))
        {
            // Readers hide the indicator when the message arrives.
            _ = typing.Stop(recipient);
        }

        return sent;
    }

    /// <summary>Accepts a request: they learn of it before this returns.</summary>
    /// <returns>The response; null when there was nothing to accept.</returns>
    public async ValueTask<SentMessage?> AcceptAsync(AccountId contact, CancellationToken cancellationToken)
    {
        (Contact before, _) = await book.ChangeAsync(contact, x => x.IsBlocked || !x.HasApprovedUs ? x : x with { IsApproved = true }, cancellationToken).ConfigureAwait(false);
        return before.Status == ContactStatus.IncomingRequest ? await RespondAsync(contact, cancellationToken).ConfigureAwait(false) : null;
    }

    /// <summary>What goes along with messages: the profile that was set last, or that of the options.</summary>
    public async ValueTask<UserProfile?> OwnProfileAsync(CancellationToken cancellationToken) =>
        (await book.FindAsync(self, cancellationToken).ConfigureAwait(false))?.Profile ?? options.Profile;

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

        (Contact before, _) = await book.ChangeAsync(recipient, x => x with { IsApproved = true }, cancellationToken).ConfigureAwait(false);
        if (before is { IsApproved: false, HasApprovedUs: true } && content is not MessageRequestResponse)
        {
            await RespondAsync(recipient, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Sends the response to a request that was marked as accepted just now; without it the request stays open.</summary>
    private async ValueTask<SentMessage> RespondAsync(AccountId recipient, CancellationToken cancellationToken)
    {
        bool isSent = false;
        try
        {
            var response = new MessageRequestResponse { Profile = await OwnProfileAsync(cancellationToken).ConfigureAwait(false) };
            SentMessage sent = await sender.SendAsync(recipient, response, cancellationToken).ConfigureAwait(false);
            isSent = true;
            return sent;
        }
        finally
        {
            if (!isSent)
            {
                await book.ChangeAsync(recipient, x => x with { IsApproved = false }, CancellationToken.None).ConfigureAwait(false);
            }
        }
    }
}
