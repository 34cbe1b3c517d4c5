using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Session.Protocol.Accounts;
using Session.Protocol.Client.Attachments;
using Session.Protocol.Client.Conversations;
using Session.Protocol.Client.Groups;
using Session.Protocol.Client.History;
using Session.Protocol.Client.Outbox;
using Session.Protocol.Client.Ratchet;
using Session.Protocol.Client.Receiving;
using Session.Protocol.Client.Stores;
using Session.Protocol.Cryptography;
using Session.Protocol.Messages;
using Session.Protocol.Onion;
using Session.Protocol.Onion.Nodes;
using Session.Protocol.Onion.Paths;
using Session.Protocol.Onion.Storage;
using Session.Protocol.Onion.Storage.Results;
using Session.Protocol.Onion.Swarms;

namespace Session.Protocol.Client;

/// <summary>
/// One account on the Session network. Sending is safe from any thread; receiving is one enumeration at a time.
/// The identity stays the caller's: dispose it after the client.
/// </summary>
public sealed class SessionClient : ISessionClient, IPathMonitor
{
    private readonly SessionIdentity _identity;
    private readonly IOnionClient _onion;
    private readonly ISwarmClient _swarm;
    private readonly IAccountStore _store;
    private readonly MessageHistory _history;
    private readonly MessageOutbox _outbox;
    private readonly ContactBook _book;
    private readonly ConversationOutbox _sender;
    private readonly MessageReceiver _receiver;
    private readonly PollPace _pace;
    private readonly RatchetService? _ratchet;
    private readonly GroupService? _groups;
    private readonly IAsyncDisposable? _owned;
    private int _receiving;
    private bool _isStopped;

    /// <summary>A client over parts that the caller made and keeps.</summary>
    /// <param name="identity">The account.</param>
    /// <param name="onion">The way to the network.</param>
    /// <param name="options">How to behave; null for the defaults.</param>
    /// <param name="store">What to remember; null keeps it in memory, and a restart then repeats messages that are still in the swarm.</param>
    /// <param name="swarm">Talks to swarms; null makes one over <paramref name="onion"/>.</param>
    /// <param name="timeProvider">The local clock; null for the system's.</param>
    /// <param name="logger">Where to log; null for nowhere.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    /// <exception cref="ArgumentException"><see cref="HistoryOptions.Enabled"/> is set, and the store keeps no messages.</exception>
    /// <exception cref="InvalidOperationException">The onion client carries another account's requests: see <see cref="OnionClient.Fork"/>.</exception>
    public SessionClient(
        SessionIdentity identity,
        IOnionClient onion,
        SessionClientOptions? options = null,
        IAccountStore? store = null,
        ISwarmClient? swarm = null,
        TimeProvider? timeProvider = null,
        ILogger<SessionClient>? logger = null)
        : this(identity, onion, options, store, swarm, timeProvider, logger, owned: null)
    {
    }

    private SessionClient(
        SessionIdentity identity,
        IOnionClient onion,
        SessionClientOptions? options,
        IAccountStore? store,
        ISwarmClient? swarm,
        TimeProvider? timeProvider,
        ILogger? logger,
        IAsyncDisposable? owned)
    {
        ArgumentNullException.ThrowIfNull(identity);
        ArgumentNullException.ThrowIfNull(onion);
        options = SessionClientOptions.Checked(options ?? SessionClientOptions.Default);
        timeProvider ??= TimeProvider.System;
        logger ??= NullLogger<SessionClient>.Instance;
        store ??= new InMemoryAccountStore(timeProvider);
        (onion as OnionClient)?.BelongTo(identity.AccountId);
        _identity = identity;
        _onion = onion;
        _swarm = swarm ?? new SwarmClient(onion, time: timeProvider);
        var times = new SendTimes(onion.Clock, store);
        _book = new ContactBook(store, identity.AccountId, onion.Clock);
        _store = store;
        _history = new MessageHistory(identity.AccountId, options.History.Enabled ? Keeper(store) : null, _book, onion.Clock, options.History);
        _outbox = new MessageOutbox(_swarm, store, onion.Clock, timeProvider, RandomSource.System, options.Outbox, logger) { History = _history };
        _ratchet = options.Ratchet.Enabled ? new RatchetService(identity, _swarm, onion.Clock, times, _outbox, store, _book, options, logger) : null;
        var typing = new TypingTimes(timeProvider);
        var timers = new ReadTimers(identity, _swarm, store, onion.Clock, logger);
        var copies = new OwnCopies(identity, _swarm, store, onion.Clock, logger);
        var inbox = new ConversationInbox(identity.AccountId, store, _book, _history, typing, timers, copies, onion.Clock, options.Conversations, logger);
        _groups = _ratchet is null ? null : new GroupService(identity, _swarm, _ratchet, _outbox, _history, onion.Clock, times, store, options, logger);
        var sender = new MessageSender(identity, onion.Clock, times, store, _history, _ratchet, _outbox, options, logger);
        _sender = new ConversationOutbox(identity.AccountId, sender, _outbox, copies, _book, _history, inbox, typing, options, timeProvider);
        _pace = new PollPace(options, timeProvider, RandomSource.System);
        _receiver = new MessageReceiver(identity, _swarm, store, _ratchet, _groups, inbox, timers, copies, options, timeProvider, _pace, logger);
        Conversations = new ConversationDirectory(new ConversationParts(identity, onion.Clock, _book, _history, _sender, typing, timers, options.Conversations));
        Attachments = new AttachmentClient(identity, onion, options.Attachments, timeProvider);
        _owned = owned;
    }

    /// <inheritdoc/>
    public event EventHandler<UndecryptableMessageEventArgs>? Undecryptable;

    /// <inheritdoc/>
    public event EventHandler<MessageSetAsideEventArgs>? SetAside;

    /// <inheritdoc/>
    public AccountId AccountId => _identity.AccountId;

    /// <inheritdoc/>
    public IAttachmentClient Attachments { get; }

    /// <inheritdoc/>
    public IConversations Conversations { get; }

    /// <inheritdoc/>
    public ISessionGroups Groups => _groups ?? throw new InvalidOperationException($"Groups need {nameof(SessionClientOptions.Ratchet)}.{nameof(RatchetOptions.Enabled)}.");

    /// <inheritdoc/>
    public IMessageHistory History => _history.IsOn
        ? _history
        : throw new InvalidOperationException($"The history needs {nameof(SessionClientOptions)}.{nameof(SessionClientOptions.History)}.{nameof(HistoryOptions.Enabled)}.");

    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">The onion client that was given tells nothing about paths.</exception>
    public PathSnapshot Paths => Monitor.Paths;

    private IPathMonitor Monitor => _onion as IPathMonitor ?? throw new NotSupportedException("The onion client that was given tells nothing about paths.");

    /// <inheritdoc/>
    public ReceiverStatus Receiver => _receiver.Monitor.Status();

    /// <summary>A client with an onion client of its own, and so with paths that no other account shares.</summary>
    /// <param name="identity">The account.</param>
    /// <param name="network">Which network, and how to reach it.</param>
    /// <param name="options">How to behave; null for the defaults.</param>
    /// <param name="store">What to remember; null keeps it in memory.</param>
    /// <param name="loggerFactory">Where to log; null for nowhere.</param>
    /// <returns>The client. Nothing was sent yet: the first call builds the paths.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public static SessionClient Connect(
        SessionIdentity identity,
        OnionClientOptions network,
        SessionClientOptions? options = null,
        IAccountStore? store = null,
        ILoggerFactory? loggerFactory = null)
    {
        var onion = new OnionClient(network, logger: loggerFactory?.CreateLogger<OnionClient>());
        return new SessionClient(identity, onion, options, store, swarm: null, timeProvider: null, loggerFactory?.CreateLogger<SessionClient>(), onion);
    }

    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">The onion client that was given tells nothing about paths.</exception>
    public IAsyncEnumerable<PathSnapshot> WatchPathsAsync(CancellationToken cancellationToken = default) => Monitor.WatchPathsAsync(cancellationToken);

    /// <inheritdoc/>
    public ValueTask<SentMessage> SendAsync(AccountId recipient, MessageContent content, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_isStopped, this);
        ArgumentNullException.ThrowIfNull(content);
        _pace.Touch();
        if (recipient.Prefix == AccountIdPrefix.Group && _groups is not null)
        {
            return SendToGroupAsync(_groups, recipient, content, cancellationToken);
        }

        return _sender.SendAsync(recipient, content, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<QueuedMessage> EnqueueAsync(
        AccountId recipient, MessageContent content, ReceivedMessage? answered = null, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_isStopped, this);
        ArgumentNullException.ThrowIfNull(content);
        _pace.Touch();
        return recipient.Prefix == AccountIdPrefix.Group && _groups is not null
            ? EnqueueToGroupAsync(_groups, recipient, content, answered, cancellationToken)
            : _sender.EnqueueAsync(recipient, content, answered, cancellationToken);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<ReceivedMessage> ReceiveAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        StartReceiving();
        try
        {
            _outbox.Resume();
            await foreach (ReceivedMessage message in _receiver.ReceiveAsync(x => Undecryptable?.Invoke(this, x), cancellationToken).ConfigureAwait(false))
            {
                yield return message;
            }
        }
        finally
        {
            Volatile.Write(ref _receiving, 0);
        }
    }

    /// <inheritdoc/>
    public async Task HandleAsync(
        Func<ReceivedMessage, CancellationToken, ValueTask> handler, HandlingOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(handler);
        options = HandlingOptions.Checked(options ?? HandlingOptions.Default);
        StartReceiving();
        try
        {
            _outbox.Resume();
            await _receiver.HandleAsync(
                handler, options, x => Undecryptable?.Invoke(this, x), x => SetAside?.Invoke(this, x), cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Volatile.Write(ref _receiving, 0);
        }
    }

    /// <inheritdoc/>
    public ValueTask<int> RetrySetAsideAsync(CancellationToken cancellationToken = default) => WaitingMessages.RetryAsync(_store, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<ClearedData> ClearDataAsync(ClearTargets targets, CancellationToken cancellationToken = default)
    {
        if (targets is not (ClearTargets.Network or ClearTargets.Device or ClearTargets.Everything))
        {
            throw new ArgumentOutOfRangeException(nameof(targets), targets, "Expected the network, the device, or both.");
        }

        // The network first: it may fail, and it needs the account while there is one.
        ClearedMessages? network = targets.HasFlag(ClearTargets.Network) ? await ClearNetworkAsync(cancellationToken).ConfigureAwait(false) : null;
        if (targets.HasFlag(ClearTargets.Device))
        {
            await StopAsync().ConfigureAwait(false);
            await _store.DestroyAsync(CancellationToken.None).ConfigureAwait(false);
        }

        return new ClearedData(network, targets.HasFlag(ClearTargets.Device));
    }

    /// <summary>Stops sending and receiving. What is in the outbox goes out when a client is made again with the same store.</summary>
    /// <returns>A task that ends when nothing runs any more.</returns>
    public async ValueTask DisposeAsync()
    {
        await StopAsync().ConfigureAwait(false);
        if (_owned is not null)
        {
            await _owned.DisposeAsync().ConfigureAwait(false);
        }
    }

    internal static void RequireSomething(MessageContent content)
    {
        if (content is TextMessage { Text.Length: 0, Attachments.Count: 0, Preview: null, Invitation: null })
        {
            throw new ArgumentException("A message with nothing in it would be dropped by whoever receives it.", nameof(content));
        }
    }

    private static IMessageStore Keeper(IAccountStore store) => store as IMessageStore ?? throw new ArgumentException(
        $"This store keeps no messages: it is no {nameof(IMessageStore)}. Use another one, or leave {nameof(SessionClientOptions.History)}.{nameof(HistoryOptions.Enabled)} off.", nameof(store));

    private static async ValueTask<SentMessage> SendToGroupAsync(GroupService groups, AccountId recipient, MessageContent content, CancellationToken cancellationToken)
    {
        LocalGroup group = await groups.FindAsync(recipient, cancellationToken).ConfigureAwait(false) ?? throw new GroupException(GroupProblem.NotAMember);
        return await groups.SendAsync(group, content, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<QueuedMessage> EnqueueToGroupAsync(
        GroupService groups, AccountId recipient, MessageContent content, ReceivedMessage? answered, CancellationToken cancellationToken)
    {
        LocalGroup group = await groups.FindAsync(recipient, cancellationToken).ConfigureAwait(false) ?? throw new GroupException(GroupProblem.NotAMember);
        AccountChanges together = await _sender.AcknowledgeAsync(answered, cancellationToken).ConfigureAwait(false);
        return await groups.EnqueueAsync(group, content, together, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask StopAsync()
    {
        if (!Interlocked.Exchange(ref _isStopped, true))
        {
            await _outbox.DisposeAsync().ConfigureAwait(false);
            _groups?.Dispose();
            _ratchet?.Dispose();
            _book.Dispose();
        }
    }

    private async ValueTask<ClearedMessages> ClearNetworkAsync(CancellationToken cancellationToken)
    {
        SwarmResult result = await _swarm.SendAsync(
            DeleteAllRequest.Everything(SwarmCredentials.ForAccount(_identity)), cancellationToken).ConfigureAwait(false);
        IReadOnlyList<ServiceNode> known = await _swarm.GetMembersAsync(AccountId, cancellationToken).ConfigureAwait(false);
        var answers = result.Members.Where(x => x.Outcome != MemberOutcome.Stranger).ToDictionary(x => x.Node, x => x.Outcome);

        // A member that the answer leaves out has said nothing.
        IEnumerable<Ed25519PublicKey> members = answers.Keys.Union(known.Select(x => x.IdentityKey));
        return new ClearedMessages(result.Hashes.Count, [.. members.Select(x => new ClearedMember(x, answers.GetValueOrDefault(x, MemberOutcome.TimedOut)))]);
    }

    private void StartReceiving()
    {
        ObjectDisposedException.ThrowIf(_isStopped, this);
        if (Interlocked.Exchange(ref _receiving, 1) != 0)
        {
            throw new InvalidOperationException("This client is receiving already: once at a time.");
        }
    }
}
