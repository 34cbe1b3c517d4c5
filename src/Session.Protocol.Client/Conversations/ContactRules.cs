using Session.Protocol.Accounts;
using Session.Protocol.Messages;
using Session.Protocol.Messages.Groups;

namespace Session.Protocol.Client.Conversations;

/// <summary>What a received message means for its contact (protocol/13 §2, §3, §4, §12, §13, §15, §16). Pure functions.</summary>
internal static class ContactRules
{
    /// <summary>An offer of a call that is older is over (protocol/11 §11).</summary>
    public static readonly TimeSpan OfferLifetime = MessageLifetime.Call;

    /// <summary>Whether a person would see it as something that was written: such a message opens a request or answers one.</summary>
    public static bool IsVisible(MessageContent content) => content is TextMessage or Reaction or ExpirationTimerUpdate;

    /// <summary>Whether a message is handed out at all.</summary>
    /// <param name="message">The message.</param>
    /// <param name="contact">Its sender, or null when nothing is known of the sender.</param>
    /// <param name="self">The own account.</param>
    /// <param name="options">What the owner wants to know.</param>
    /// <param name="now">Network time.</param>
    public static bool Accepts(ReceivedMessage message, Contact? contact, AccountId self, ConversationOptions options, DateTimeOffset now)
    {
        if (IsInGroup(message))
        {
            // What a group is, it decides itself; a blocked member is silent in it, and its news of the group are not.
            return message.Content switch
            {
                Unsend unsend when unsend.Target.Author != message.Sender => false,
                GroupUpdate => true,
                _ => contact is not { IsBlocked: true },
            };
        }

        if (message.Sender == self)
        {
            return AcceptsOwn(message.Content);
        }

        if (contact is { IsBlocked: true })
        {
            return false;
        }

        bool approved = contact is { IsApproved: true };
        return message.Content switch
        {
            TypingIndicator => options.TypingIndicators && approved && now - message.SentAt <= MessageLifetime.Typing,
            ReadReceipt => options.ReadReceipts && approved,
            CallSignal { Type: CallSignalType.Offer } => approved && now - message.SentAt <= OfferLifetime,
            CallSignal => approved,
            DataExtractionNotice => contact is not null,
            Unsend unsend => unsend.Target.Author == message.Sender,
            MessageRequestResponse response => response.IsApproved && Apply(contact ?? New(message.Sender, self), message, self, now).Changes != ContactChanges.None,
            SharedConfig => false,

            // All other news of groups come through the group's own mailbox.
            GroupUpdate => message.Content is GroupInvite or GroupPromotion,
            _ => true,
        };
    }

    /// <summary>The contact after the message. A message that says nothing about it leaves it as it is.</summary>
    public static (Contact After, ContactChanges Changes) Apply(Contact contact, ReceivedMessage message, AccountId self, DateTimeOffset now) => message switch
    {
        _ when IsInGroup(message) => (contact, ContactChanges.None),
        _ when message.Sender == self => (ApplyOwn(contact, message, self, now), ContactChanges.None),
        _ => ApplyTheirs(contact, message, now),
    };

    public static bool IsInGroup(ReceivedMessage message) => message.Conversation.Prefix == AccountIdPrefix.Group;

    /// <summary>Whose state decides about a message, and is changed by it: in a group its author's.</summary>
    public static AccountId ContactOf(ReceivedMessage message) => IsInGroup(message) ? message.Sender : message.Conversation;

    /// <summary>Somebody of whom nothing is known. Oneself needs nobody's leave.</summary>
    public static Contact New(AccountId account, AccountId self) => new() { Account = account, IsApproved = account == self, HasApprovedUs = account == self };

    /// <summary>Everything sent until a time counts as read. A time in the future must not make later messages read.</summary>
    public static Contact ReadUntil(Contact contact, DateTimeOffset sentAt, DateTimeOffset now)
    {
        DateTimeOffset until = sentAt < now ? sentAt : now;
        return contact.ReadUpTo >= until ? contact : contact with { ReadUpTo = until };
    }

    // From one's own other devices: what they sent, what they deleted, and the calls that they took or refused.
    private static bool AcceptsOwn(MessageContent content) => content
        is Unsend
        or CallSignal { Type: CallSignalType.Answer or CallSignalType.EndCall }
        or (DataContent and not GroupUpdate);

    private static Contact ApplyOwn(Contact contact, ReceivedMessage message, AccountId self, DateTimeOffset now)
    {
        if (!IsVisible(message.Content))
        {
            return contact;
        }

        if (message.Conversation != self)
        {
            contact = ReadUntil(contact with { IsApproved = true }, message.SentAt, now);
        }

        long sentMs = message.SentAt.ToUnixTimeMilliseconds();
        return message.Content is ExpirationTimerUpdate update && sentMs > contact.ExpirationChangedMs
            ? contact with { Expiration = update.Expiration, ExpirationChangedMs = sentMs }
            : contact;
    }

    private static (Contact After, ContactChanges Changes) ApplyTheirs(Contact contact, ReceivedMessage message, DateTimeOffset now)
    {
        bool isResponse = message.Content is MessageRequestResponse { IsApproved: true };
        if (!isResponse && !IsVisible(message.Content))
        {
            return (contact, ContactChanges.None);
        }

        var changes = ContactChanges.None;
        if (!contact.HasApprovedUs)
        {
            changes |= contact.IsApproved ? ContactChanges.Accepted : ContactChanges.Requested;
            contact = contact with { HasApprovedUs = true };
        }

        UserProfile? sent = message.Content is MessageRequestResponse response ? response.Profile : (message.Content as DataContent)?.Profile;
        if (sent is not null && Merge(contact.Profile, sent) is { } profile && profile != contact.Profile)
        {
            changes |= ContactChanges.Profile;
            contact = contact with { Profile = profile };
        }

        // A time in the future would make every later change look old.
        long sentMs = Math.Min(message.SentAt.ToUnixTimeMilliseconds(), now.ToUnixTimeMilliseconds());
        if (message.Content is ExpirationTimerUpdate update && sentMs > contact.TheirExpirationChangedMs)
        {
            changes |= ContactChanges.Expiration;
            contact = contact with { TheirExpiration = update.Expiration, TheirExpirationChangedMs = sentMs };
        }

        return (contact, changes);
    }

    /// <summary>The profile after one that was sent, or null when the sent one is not newer (protocol/13 §12).</summary>
    private static UserProfile? Merge(UserProfile? known, UserProfile sent)
    {
        long knownAt = known?.UpdatedAtSeconds ?? 0;
        if (sent.UpdatedAtSeconds <= knownAt && (sent.UpdatedAtSeconds, knownAt) != (0, 0))
        {
            return null;
        }

        return new UserProfile
        {
            DisplayName = sent.DisplayName.Length > 0 ? sent.DisplayName : known?.DisplayName ?? "",
            PictureUrl = sent.HasPicture ? sent.PictureUrl : null,
            PictureKey = sent.HasPicture ? sent.PictureKey : default,
            UpdatedAtSeconds = sent.UpdatedAtSeconds,
        };
    }
}
