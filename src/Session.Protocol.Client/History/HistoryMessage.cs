using Session.Protocol.Client.Conversations;

namespace Session.Protocol.Client.History;

/// <summary>A message of the past.</summary>
/// <param name="Number">
/// Its place in the conversation, in the order in which this device took and sent the messages: for <see cref="IMessageHistory.GetMessagesAsync"/>. It does not name the
/// message; <see cref="ReceivedMessage.Reference"/> does.
/// </param>
/// <param name="Message">
/// The message as a handler gets it, for replies, deletion and <see cref="IConversation.MarkReadAsync"/>. One that this account sent, from here or another device, has
/// <see cref="ReceivedMessage.IsOwn"/>.
/// </param>
/// <param name="IsPending">Whether this device has not sent it completely yet: it is in the outbox.</param>
public sealed record HistoryMessage(long Number, ReceivedMessage Message, bool IsPending)
{
    /// <summary>Kind and time. The content stays out: this string may end up in a log.</summary>
    /// <returns>One line.</returns>
    public override string ToString() => Message.ToString();
}
