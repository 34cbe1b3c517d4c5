using Session.Protocol.Accounts;
using Session.Protocol.Client.Conversations;
using Session.Protocol.Client.Stores;
using Session.Protocol.Messages;

namespace Session.Protocol.Client;

/// <summary>A message that arrived, decrypted and checked.</summary>
/// <param name="Sender">Who wrote it, proved by the signature inside the encryption. One's own id for a copy of a message sent from another device.</param>
/// <param name="Conversation">Where it belongs: the sender, the recipient for a copy of one's own message, or the group, <c>03…</c>.</param>
/// <param name="Content">What was sent. Every kind is a type of its own: <c>switch</c> over it.</param>
/// <param name="SentAt">The sender's time, network time. With <paramref name="Sender"/> it names the message in replies, reactions and receipts.</param>
/// <param name="Hash">The name under which the swarm stores it, 43 characters; empty for a message of the history that this device sent without a copy for others.</param>
/// <param name="Protection">How it was protected on its way.</param>
public sealed record ReceivedMessage(
    AccountId Sender,
    AccountId Conversation,
    MessageContent Content,
    DateTimeOffset SentAt,
    string Hash,
    Protection Protection)
{
    /// <summary>Whether it is a copy of a message that this account sent from another device.</summary>
    public bool IsOwn { get; init; }

    /// <summary>Whether it counts as read already, here or on another device.</summary>
    public bool IsRead { get; init; }

    /// <summary>
    /// When it must be deleted wherever it is kept, network time; for a typing indicator, when it is no longer shown. Null while it stays, and for a message
    /// that disappears after it was read until <see cref="IConversation.MarkReadAsync"/> gives the time.
    /// </summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>What it has changed about its sender.</summary>
    public ContactChanges Changes { get; init; }

    /// <summary>What names it in replies, reactions and receipts: its author and time.</summary>
    public MessageReference Reference => new(Sender, SentAt.ToUnixTimeMilliseconds());

    /// <summary>What names it in the store.</summary>
    internal MessageKey Key => new(Sender, SentAt.ToUnixTimeMilliseconds());

    /// <summary>What is needed to delete it.</summary>
    public OwnCopy OwnCopy => new(Conversation, Reference, Hash.Length == 0 ? null : Hash);

    /// <summary>The text, when it is a text message; otherwise null.</summary>
    public string? Text => (Content as TextMessage)?.Text;

    /// <summary>The group that it was sent to; null for a message between two accounts.</summary>
    public AccountId? Group => Conversation.Prefix == AccountIdPrefix.Group ? Conversation : null;

    /// <summary>Sender, kind and time. The content stays out: this string may end up in a log.</summary>
    /// <returns>One line.</returns>
    public override string ToString() => $"{Content.GetType().Name} of {SentAt:O}";
}
