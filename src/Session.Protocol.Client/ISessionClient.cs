using Session.Protocol.Accounts;
using Session.Protocol.Client.Attachments;
using Session.Protocol.Client.Conversations;
using Session.Protocol.Client.Groups;
using Session.Protocol.Client.History;
using Session.Protocol.Messages;

namespace Session.Protocol.Client;

/// <summary>One account on the Session network: sends, receives, clears. An interface so that a bot's tests can replace it.</summary>
public interface ISessionClient : IAsyncDisposable
{
    /// <summary>
    /// A ratcheted message arrived that could not be opened: this device or the sender's has lost its state, or the sender did not
    /// know this device. Raised once for each, within <see cref="ReceiveAsync"/>, which waits for the handlers. If the sender's device
    /// could be asked for it, the message usually arrives a little later.
    /// </summary>
    event EventHandler<UndecryptableMessageEventArgs>? Undecryptable;

    /// <summary>A handler has failed too often on a message, which is now set aside. Raised within <see cref="HandleAsync"/>, which waits for the handlers of this event.</summary>
    event EventHandler<MessageSetAsideEventArgs>? SetAside;

    /// <summary>The account.</summary>
    AccountId AccountId { get; }

    /// <summary>Sends and fetches files.</summary>
    IAttachmentClient Attachments { get; }

    /// <summary>The account's conversations: replies, reactions, receipts, requests, timers, and all else that belongs to one.</summary>
    IConversations Conversations { get; }

    /// <summary>Groups of up to 100 members.</summary>
    /// <exception cref="InvalidOperationException"><see cref="RatchetOptions.Enabled"/> is not set.</exception>
    ISessionGroups Groups { get; }

    /// <summary>The messages that were received and sent, where they are kept.</summary>
    /// <exception cref="InvalidOperationException"><see cref="HistoryOptions.Enabled"/> is not set.</exception>
    IMessageHistory History { get; }

    /// <summary>How receiving is doing at this moment.</summary>
    ReceiverStatus Receiver { get; }

    /// <summary>
    /// Sends a message. It is in the account's store before anything leaves, and returns when the recipient's swarm has stored it;
    /// delivery happens when the recipient looks. Trouble that passes is waited out, with growing pauses, for as long as the message
    /// would be of use (<see cref="SessionClientOptions.MessageLifetime"/>). If the wait or the process ends before, it goes out
    /// later: on its own, or at the first call of the next run with the same store. A typing indicator is tried once.
    /// </summary>
    /// <param name="recipient">
    /// An account, prefix <c>05</c>; one's own id is a note to self. Or a group, prefix <c>03</c>: that is <see cref="ISessionGroup.SendAsync"/>.
    /// </param>
    /// <param name="content">What to send.</param>
    /// <param name="cancellationToken">Ends the wait. A message that is in the store by then is sent all the same.</param>
    /// <returns>Where and how it was stored.</returns>
    /// <exception cref="ArgumentException">Not an account, the content is too large, or it is one that every receiver would drop.</exception>
    /// <exception cref="InvalidOperationException">The contact is blocked, or it is a typing indicator or receipt and <see cref="SessionClientOptions.Conversations"/> has them off.</exception>
    /// <exception cref="ProtectionUnavailableException">It cannot be protected as <see cref="SessionClientOptions.MinimumProtection"/> asks; nothing was sent.</exception>
    /// <exception cref="Onion.OnionException">The network will not store it. It is not tried again, and not in the outbox.</exception>
    /// <exception cref="IOException">The account's store could not be written: its disk is full, for example. Nothing was queued or sent.</exception>
    /// <exception cref="ObjectDisposedException">The client was disposed, or its data deleted.</exception>
    ValueTask<SentMessage> SendAsync(AccountId recipient, MessageContent content, CancellationToken cancellationToken = default);

    /// <summary>
    /// Puts a message into the outbox and returns when it is in the account's store. With <paramref name="answered"/>, that message
    /// counts as handled in the same commit: after a crash it is neither answered twice nor left unanswered.
    /// </summary>
    /// <param name="recipient">An account, prefix <c>05</c>; one's own id is a note to self. Or a group, prefix <c>03</c>.</param>
    /// <param name="content">What to send.</param>
    /// <param name="answered">The received message that this is the last of the answer to; null for none.</param>
    /// <param name="cancellationToken">Cancels before the message is in the store.</param>
    /// <returns>The message, and a task to follow it.</returns>
    /// <exception cref="ArgumentException">Not an account, the content is too large, or it is one that every receiver would drop.</exception>
    /// <exception cref="InvalidOperationException">The contact is blocked, or it is a typing indicator or receipt and <see cref="SessionClientOptions.Conversations"/> has them off.</exception>
    /// <exception cref="GroupException">This account is not a member of the group.</exception>
    /// <exception cref="ProtectionUnavailableException">It cannot be protected as <see cref="SessionClientOptions.MinimumProtection"/> asks; nothing was queued.</exception>
    /// <exception cref="Onion.OnionException">The recipient's devices could not be found out, and <see cref="SessionClientOptions.MinimumProtection"/> needs them; nothing was queued.</exception>
    /// <exception cref="IOException">The account's store could not be written: its disk is full, for example. Nothing was queued.</exception>
    /// <exception cref="ObjectDisposedException">The client was disposed, or its data deleted.</exception>
    ValueTask<QueuedMessage> EnqueueAsync(AccountId recipient, MessageContent content, ReceivedMessage? answered = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Receives: looks into the account's swarm again and again and yields every new message once, in order of arrival.
    /// A message counts as handled when the next one is asked for; one that was not will be yielded again by the next call.
    /// Trouble on the network is waited out. What the account's store throws, when its disk is full for example, ends the enumeration; a new one goes
    /// on, and does not yield again what was handled. Only one enumeration runs at a time.
    /// </summary>
    /// <param name="cancellationToken">Ends the enumeration.</param>
    /// <returns>The messages; the sequence has no end of its own.</returns>
    /// <exception cref="InvalidOperationException">Another enumeration is running.</exception>
    IAsyncEnumerable<ReceivedMessage> ReceiveAsync(CancellationToken cancellationToken = default);

    /// <summary>
    /// Receives, and gives every new message to a handler: those of one conversation in order and one at a time, conversations beside
    /// each other. A message is acknowledged in the store after its handler has returned; a crash before that brings it again. When a
    /// handler throws, the message is tried again after a pause, and set aside after <see cref="HandlingOptions.MaxAttempts"/>
    /// (see <see cref="SetAside"/>). Trouble on the network is waited out.
    /// </summary>
    /// <param name="handler">
    /// What to do with a message. It may run on several threads at once. Its token is cancelled only when the end was asked for and
    /// <see cref="HandlingOptions.DrainTimeout"/> has passed.
    /// </param>
    /// <param name="options">How handlers run; null for the defaults.</param>
    /// <param name="cancellationToken">Ends it: nothing more is fetched, handlers that run may finish.</param>
    /// <returns>
    /// A task that ends, without an exception, when the token is cancelled and no handler runs any more. What the account's store throws, when its disk is
    /// full for example, ends it too. Calling this again then loses nothing and, with the same client, calls no handler twice for what it has done.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    /// <exception cref="InvalidOperationException">This client is receiving already.</exception>
    Task HandleAsync(Func<ReceivedMessage, CancellationToken, ValueTask> handler, HandlingOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Takes all messages that were set aside back in. They are handed out when receiving starts the next time.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>How many there were.</returns>
    ValueTask<int> RetrySetAsideAsync(CancellationToken cancellationToken = default);

    /// <summary>
    /// Deletes data of this account: on the network every message in its swarm, in all namespaces; on this device all that the
    /// account's store holds, beyond recovery. The network comes first; when it fails, nothing on the device was deleted. After
    /// the device's data is gone the client can do nothing more: dispose it, and the identity too, which holds the account's keys.
    /// </summary>
    /// <param name="targets">What to delete.</param>
    /// <param name="cancellationToken">Ends the wait for the network; what is on the device is deleted completely or not at all.</param>
    /// <returns>What was deleted, with what each member of the swarm confirmed by its signature.</returns>
    /// <exception cref="ArgumentOutOfRangeException">Neither one nor both.</exception>
    /// <exception cref="Onion.OnionException">No member of the swarm confirmed it.</exception>
    ValueTask<ClearedData> ClearDataAsync(ClearTargets targets, CancellationToken cancellationToken = default);
}
