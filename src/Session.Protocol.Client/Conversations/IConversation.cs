using Session.Protocol.Accounts;
using Session.Protocol.Messages;

namespace Session.Protocol.Client.Conversations;

/// <summary>
/// What one account does with another, as the messenger does it (protocol/13). The state behind it is in the account's store. Safe for concurrent use.
/// </summary>
/// <remarks>
/// Every method that sends throws <see cref="Onion.OnionException"/> when the network will not take it (trouble that passes is waited out, see <see cref="ISessionClient.SendAsync"/>), <see cref="ProtectionUnavailableException"/> when it
/// cannot be protected as asked, and <see cref="InvalidOperationException"/> when the contact is blocked. Methods that return null have sent nothing, because the
/// rules of the conversation say so.
/// </remarks>
public interface IConversation
{
    /// <summary>With whom.</summary>
    AccountId Account { get; }

    /// <summary>Whether it is the conversation with oneself.</summary>
    bool IsNoteToSelf { get; }

    /// <summary>
    /// Whether they are typing: true until they stop, write, or say nothing more for 15 seconds. Never true while
    /// <see cref="ConversationOptions.TypingIndicators"/> is off.
    /// </summary>
    bool IsTyping { get; }

    /// <summary>What is known of them.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A snapshot; <see cref="ContactStatus.Unknown"/> when nothing is known.</returns>
    ValueTask<Contact> GetContactAsync(CancellationToken cancellationToken = default);

    /// <summary>Sends anything. Writing to somebody accepts them; the first answer to a request is preceded by the response that accepts it.</summary>
    /// <param name="content">What to send; profile and timer are filled in where it has none.</param>
    /// <param name="cancellationToken">Ends the wait; the message may be stored all the same.</param>
    /// <returns>Where and how it was stored.</returns>
    /// <exception cref="ArgumentException">Too large, or a message that every receiver would drop.</exception>
    ValueTask<SentMessage> SendAsync(MessageContent content, CancellationToken cancellationToken = default);

    /// <summary>Sends text. To mention somebody, put <see cref="TextMessage.MentionOf"/> into it.</summary>
    /// <param name="text">The text; official clients cut it at 2,000 code points.</param>
    /// <param name="cancellationToken">Ends the wait; the message may be stored all the same.</param>
    /// <returns>Where and how it was stored.</returns>
    /// <exception cref="ArgumentException">Empty or too long.</exception>
    ValueTask<SentMessage> SendTextAsync(string text, CancellationToken cancellationToken = default);

    /// <summary>Sends text in reply to a message. Only its author and time go along: who does not have it any more sees that it was a reply.</summary>
    /// <param name="message">The <see cref="ReceivedMessage.Reference"/> of the message, or that of one sent.</param>
    /// <param name="text">The text.</param>
    /// <param name="cancellationToken">Ends the wait; the message may be stored all the same.</param>
    /// <returns>Where and how it was stored.</returns>
    /// <exception cref="ArgumentException">Empty or too long, or the reference names nobody.</exception>
    ValueTask<SentMessage> ReplyAsync(MessageReference message, string text, CancellationToken cancellationToken = default);

    /// <summary>Puts an emoji on a message.</summary>
    /// <param name="message">The <see cref="ReceivedMessage.Reference"/> of the message, or that of one sent.</param>
    /// <param name="emoji">One emoji, up to 64 bytes in UTF-8.</param>
    /// <param name="cancellationToken">Ends the wait; the reaction may be stored all the same.</param>
    /// <returns>Where and how it was stored.</returns>
    /// <exception cref="ArgumentException">Empty or too long, or the reference names nobody.</exception>
    ValueTask<SentMessage> ReactAsync(MessageReference message, string emoji, CancellationToken cancellationToken = default);

    /// <summary>Takes an emoji off a message again.</summary>
    /// <param name="message">The message.</param>
    /// <param name="emoji">The emoji that was put on it.</param>
    /// <param name="cancellationToken">Ends the wait; the removal may be stored all the same.</param>
    /// <returns>Where and how it was stored.</returns>
    /// <exception cref="ArgumentException">Empty or too long, or the reference names nobody.</exception>
    ValueTask<SentMessage> RemoveReactionAsync(MessageReference message, string emoji, CancellationToken cancellationToken = default);

    /// <summary>
    /// Says that one is typing. Call it for every key, or every few seconds while something is worked out: it is sent at most every 10 seconds, and the other
    /// side stops showing it after 15 (iOS after 5), when the next message arrives, or with <see cref="StopTypingAsync"/>.
    /// </summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>
    /// What was sent; null when it was said already, <see cref="ConversationOptions.TypingIndicators"/> is off, or they are oneself, blocked, or a request that was not accepted.
    /// </returns>
    ValueTask<SentMessage?> StartTypingAsync(CancellationToken cancellationToken = default);

    /// <summary>Says that one has stopped typing, without having sent what was typed.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>What was sent; null when they do not believe that one types.</returns>
    ValueTask<SentMessage?> StopTypingAsync(CancellationToken cancellationToken = default);

    /// <summary>
    /// Marks received messages as read: starts the timers of those that disappear after reading, here and in the account's swarm, and tells the sender where
    /// <see cref="ConversationOptions.ReadReceipts"/> is on and the sender is accepted. Everything older counts as read from then on.
    /// </summary>
    /// <param name="messages">Messages of this conversation; one's own are left out, and those that count as read already get no second receipt.</param>
    /// <param name="cancellationToken">Ends the wait. What was marked stays marked, and timers that the swarm was not told are told later.</param>
    /// <returns>The messages with <see cref="ReceivedMessage.IsRead"/> and <see cref="ReceivedMessage.ExpiresAt"/> as they are now.</returns>
    /// <exception cref="ArgumentException">A message of another conversation.</exception>
    ValueTask<IReadOnlyList<ReceivedMessage>> MarkReadAsync(IReadOnlyList<ReceivedMessage> messages, CancellationToken cancellationToken = default);

    /// <summary>
    /// Deletes one's own message for everyone: first the copy in one's own swarm, then it asks the other side and one's other devices to delete theirs. What lies in
    /// the recipient's swarm cannot be deleted and ends with its time; a client that is told before it sees the message drops it.
    /// A message that is still in the outbox never leaves it; the request goes out all the same, because a store that was not answered may have succeeded.
    /// </summary>
    /// <param name="message"><see cref="SentMessage.OwnCopy"/>, <see cref="QueuedMessage.OwnCopy"/>, or <see cref="ReceivedMessage.OwnCopy"/> of one that was sent from another device.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The request.</returns>
    /// <exception cref="ArgumentException">Somebody else's message, or one of another conversation.</exception>
    /// <exception cref="Onion.OnionException">The copy could not be deleted, and then nothing was asked; or the request was not stored.</exception>
    ValueTask<SentMessage> DeleteForEveryoneAsync(OwnCopy message, CancellationToken cancellationToken = default);

    /// <summary>Deletes a message for oneself: from one's own swarm, and then from one's other devices, which are asked to. Nobody else is told, and the other side gets what is still on its way to it.</summary>
    /// <param name="message"><see cref="ReceivedMessage.OwnCopy"/> or <see cref="SentMessage.OwnCopy"/>.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The request to one's own devices. Desktop clients follow it for one's own messages only.</returns>
    /// <exception cref="ArgumentException">A message of another conversation.</exception>
    /// <exception cref="Onion.OnionException">It could not be deleted, and then nothing was asked; or the request was not stored.</exception>
    ValueTask<SentMessage> DeleteForMeAsync(OwnCopy message, CancellationToken cancellationToken = default);

    /// <summary>
    /// Sets how the messages that <b>we</b> send from now on disappear, and says so in the conversation. Their setting stays theirs (protocol/13 §5.2).
    /// </summary>
    /// <param name="expiration">Mode and time, see <see cref="ExpirationTimers"/> for the usual ones; <see cref="Expiration.Off"/> to keep messages. In a note to self not after reading.</param>
    /// <param name="cancellationToken">Ends the wait; the setting and its announcement are in the store then, or neither is.</param>
    /// <returns>The announcement.</returns>
    /// <exception cref="ArgumentException">After reading, in a note to self.</exception>
    /// <exception cref="InvalidOperationException">The two have not accepted each other yet, or the contact is blocked.</exception>
    ValueTask<SentMessage> SetDisappearingAsync(Expiration expiration, CancellationToken cancellationToken = default);

    /// <summary>Accepts their message request without writing to them. Writing accepts it too.</summary>
    /// <param name="cancellationToken">Ends the wait; a request whose response was not sent stays open.</param>
    /// <returns>The response; null when there was no request.</returns>
    ValueTask<SentMessage?> AcceptAsync(CancellationToken cancellationToken = default);

    /// <summary>Declines their message request: it is forgotten, and they are not told. If they write again it is a new request; to prevent that, <see cref="BlockAsync"/>.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Whether there was a request.</returns>
    ValueTask<bool> DeclineAsync(CancellationToken cancellationToken = default);

    /// <summary>Blocks them: what they send is dropped, also what is on its way, and nothing is sent to them. They are not told.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that ends when it is in force.</returns>
    /// <exception cref="InvalidOperationException">It is oneself.</exception>
    ValueTask BlockAsync(CancellationToken cancellationToken = default);

    /// <summary>Ends the block. What was dropped meanwhile does not come back.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that ends when it is in force.</returns>
    ValueTask UnblockAsync(CancellationToken cancellationToken = default);

    /// <summary>Forgets them: approval, block, profile, timers, and the messages in the history. Nothing is sent. Messages that the application keeps elsewhere are its own to delete.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that ends when it is done.</returns>
    /// <exception cref="InvalidOperationException">It is oneself.</exception>
    ValueTask ForgetAsync(CancellationToken cancellationToken = default);

    /// <summary>Sends a step of a call. Media is not handled by this library. Calling somebody accepts them.</summary>
    /// <param name="signal">The step; all steps of a call carry the same <see cref="CallSignal.CallId"/>.</param>
    /// <param name="cancellationToken">Ends the wait; the signal may be stored all the same.</param>
    /// <returns>Where and how it was stored.</returns>
    /// <exception cref="ArgumentException">To oneself.</exception>
    ValueTask<SentMessage> SendCallSignalAsync(CallSignal signal, CancellationToken cancellationToken = default);

    /// <summary>Tells them that something they sent was saved, or that a picture of the screen was taken (protocol/13 §13).</summary>
    /// <param name="kind">What was done.</param>
    /// <param name="message">The message that it was done with; null when there is none.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The notice; null when it is one's own message, or they are oneself, blocked, or a request that was not accepted.</returns>
    ValueTask<SentMessage?> NotifyDataExtractionAsync(
        DataExtractionKind kind, MessageReference? message = null, CancellationToken cancellationToken = default);
}
