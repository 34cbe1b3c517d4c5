using Session.Protocol.Accounts;
using Session.Protocol.Messages;

namespace Session.Protocol.Client;

/// <summary>A message that arrived, decrypted and checked.</summary>
/// <param name="Sender">Who wrote it, proved by the signature inside the encryption. One's own id for a copy of a message sent from another device.</param>
/// <param name="Conversation">Where it belongs: the sender, the recipient for a copy of one's own message, or the group, <c>03…</c>.</param>
/// <param name="Content">What was sent. Every kind is a type of its own: <c>switch</c> over it.</param>
/// <param name="SentAt">The sender's time, network time. With <paramref name="Sender"/> it names the message in replies, reactions and receipts.</param>
/// <param name="Hash">The name under which the swarm stores it, 43 characters.</param>
/// <param name="Protection">How it was protected on its way.</param>
public sealed record ReceivedMessage(
    AccountId Sender,
    AccountId Conversation,
    MessageContent Content,
    DateTimeOffset SentAt,
    string Hash,
    Protection Protection)
{
    /// <summary>The text, when it is a text message; otherwise null.</summary>
    public string? Text => (Content as TextMessage)?.Text;

    /// <summary>The group that it was sent to; null for a message between two accounts.</summary>
    public AccountId? Group => Conversation.Prefix == AccountIdPrefix.Group ? Conversation : null;

    /// <summary>Sender, kind and time. The content stays out: this string may end up in a log.</summary>
    /// <returns>One line.</returns>
    public override string ToString() => $"{Content.GetType().Name} of {SentAt:O}";
}
