using Microsoft.Extensions.Logging;
using Session.Protocol.Accounts;
using Session.Protocol.Client.Conversations;
using Session.Protocol.Client.Outbox;
using Session.Protocol.Client.Stores;
using Session.Protocol.Cryptography;
using Session.Protocol.Devices;
using Session.Protocol.Messages;
using Session.Protocol.Onion;
using Session.Protocol.Onion.Storage;
using Session.Protocol.Onion.Storage.Results;
using Session.Protocol.Onion.Swarms;
using Session.Protocol.Ratchet;

namespace Session.Protocol.Client.Ratchet;

/// <summary>The ratchet as sender and receiver see it: decides, publishes, encrypts, opens. Safe for concurrent use.</summary>
internal sealed class RatchetService : IDisposable
{
    public static readonly SwarmNamespace Space = new(DeviceLimits.MessageNamespace);

    /// <summary>How long a peer is trusted to have our record that went along with a message; then it goes along again.</summary>
    private static readonly TimeSpan PushInterval = TimeSpan.FromDays(1);

    private readonly SessionIdentity _identity;
    private readonly ISwarmClient _swarm;
    private readonly INetworkClock _clock;
    private readonly SessionClientOptions _options;
    private readonly ILogger _logger;
    private readonly RatchetMemory _memory;
    private readonly PeerDirectory _directory;
    private readonly DevicePublisher _publisher;
    private readonly RatchetOutbox _outbox;
    private readonly RatchetRecovery _recovery;
    private readonly RatchetInbox _inbox;

    public RatchetService(
        SessionIdentity identity, ISwarmClient swarm, INetworkClock clock, SendTimes times, MessageOutbox outbox, IAccountStore store, ContactBook contacts, SessionClientOptions options, ILogger logger)
    {
        _identity = identity;
        _swarm = swarm;
        _clock = clock;
        _options = options;
        _logger = logger;
        _memory = new RatchetMemory(store, identity.AccountId, clock, RandomSource.System);
        _directory = new PeerDirectory(_memory, swarm, clock, options, logger);
        _publisher = new DevicePublisher(identity, _memory, _directory, swarm, clock, options.Ratchet, logger);
        _outbox = new RatchetOutbox(identity, _memory, clock, options, RandomSource.System);
        _recovery = new RatchetRecovery(identity, _memory, _directory, _outbox, outbox, clock, times, logger);
        _inbox = new RatchetInbox(identity, _memory, _directory, _recovery, _publisher, contacts, store, clock, logger);
    }

    internal RatchetMemory Memory => _memory;

    internal PeerDirectory Directory => _directory;

    internal RatchetOutbox Outbox => _outbox;

    internal RatchetRecovery Recovery => _recovery;

    /// <summary>Publishes this device when that is due. Trouble is logged: it is tried again at the next call.</summary>
    public async ValueTask PublishAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _publisher.EnsureAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OnionException e)
        {
            ClientLog.RecordNotPublished(_logger, e.Fault);
        }
    }

    /// <summary>Whether the ratchet can be used for a recipient (protocol/32 §4.4).</summary>
    /// <exception cref="OnionException">The recipient's record could not be fetched.</exception>
    public async ValueTask<RatchetPlan> PlanAsync(AccountId recipient, int contentSize, CancellationToken cancellationToken)
    {
        if (recipient == _identity.AccountId)
        {
            return RatchetPlan.No(ProtectionObstacle.NoteToSelf);
        }

        await PublishAsync(cancellationToken).ConfigureAwait(false);
        CapabilityRecord? own = await OwnRecordAsync(cancellationToken).ConfigureAwait(false);
        CapabilityRecord? record = await _directory.GetAsync(recipient, cancellationToken).ConfigureAwait(false);
        ProtectionObstacle obstacle = (own, record) switch
        {
            (null, _) => ProtectionObstacle.NotPublished,
            (_, null or { Devices.Count: 0 }) => ProtectionObstacle.NoRecord,
            ({ AllDevicesSpeak: false }, _) or (_, { AllDevicesSpeak: false }) => ProtectionObstacle.MixedDevices,
            _ when record.Devices.Any(x => x.Choose(record.Suites) == RatchetSuite.None) => ProtectionObstacle.NoCommonSuite,
            _ when contentSize > RatchetOutbox.MaxContentSize => ProtectionObstacle.TooLarge,
            _ => ProtectionObstacle.None,
        };
        if (obstacle == ProtectionObstacle.None)
        {
            return new RatchetPlan(record, obstacle);
        }

        if ((await _memory.PeerAsync(recipient, cancellationToken).ConfigureAwait(false)).Number > 0)
        {
            ClientLog.Downgraded(_logger, obstacle);
        }

        return RatchetPlan.No(obstacle);
    }

    /// <summary>
    /// Encrypts a message to the recipient's devices and its copy to one's own other ones. The steps of the ratchets and whatever
    /// <paramref name="complete"/> makes of the result are one commit. False when a device of the recipient cannot be trusted; then nothing has changed.
    /// </summary>
    /// <param name="recipient">Whom it goes to.</param>
    /// <param name="record">The recipient's devices; null when it goes as version 1 alone.</param>
    /// <param name="content">The serialized Content.</param>
    /// <param name="copy">The serialized copy for one's own devices; null for none.</param>
    /// <param name="sentMs">The message's time.</param>
    /// <param name="keepFor">How long it may be kept to be sent again.</param>
    /// <param name="complete">
    /// Makes the rest of the commit of the ratcheted message, its ratcheted copy, and the record that should go along with a version 1
    /// message, so that the recipient need not fetch it: now and then, otherwise empty.
    /// </param>
    /// <param name="cancellationToken">Cancels before anything changes.</param>
    public async ValueTask<bool> EncryptAsync(
        AccountId recipient, CapabilityRecord? record, byte[] content, byte[]? copy, long sentMs, TimeSpan keepFor, Func<Fanout?, Fanout?, ReadOnlyMemory<byte>, AccountChanges> complete, CancellationToken cancellationToken)
    {
        using RatchetMemory.Step step = await _memory.EnterAsync(cancellationToken).ConfigureAwait(false);
        var states = new List<AccountState>();
        Fanout? fanout = null, copies = null;
        if (record is not null)
        {
            if (await _outbox.EncryptAsync(recipient, record, content, sentMs, keepFor, copy: null, cancellationToken).ConfigureAwait(false) is not { } encrypted)
            {
                return false;
            }

            fanout = encrypted.Fanout;
            states.AddRange(encrypted.States);
        }

        // One device: this one.
        if (copy is not null
            && await OwnRecordAsync(cancellationToken).ConfigureAwait(false) is { Devices.Count: > 1 } own
            && await _outbox.EncryptAsync(_identity.AccountId, own, copy, sentMs, keepFor, fanout?.NeedsCopy ?? true, cancellationToken).ConfigureAwait(false) is { } forOwn)
        {
            copies = forOwn.Fanout;
            states.AddRange(forOwn.States);
        }

        ReadOnlyMemory<byte> push = default;
        if (fanout is null or { NeedsCopy: true } && await RecordToPushAsync(recipient, cancellationToken).ConfigureAwait(false) is { } due)
        {
            push = due.Record;
            states.Add(due.State);
        }

        AccountChanges rest = complete(fanout, copies, push);
        await _memory.CommitAsync(rest with { States = [.. states, .. rest.States] }, cancellationToken).ConfigureAwait(false);
        return true;
    }

    /// <summary>Stores all pieces of an encrypted message; the result is that of the first.</summary>
    /// <exception cref="OnionException">One of them could not be stored.</exception>
    public async ValueTask<StoreResult> StoreAsync(AccountId account, Fanout fanout, TimeSpan lifetime, CancellationToken cancellationToken)
    {
        StoreResult? first = null;
        foreach (byte[] stored in fanout.Stored)
        {
            StoreResult result = await _swarm.StoreAsync(account, Space, stored, lifetime, cancellationToken: cancellationToken).ConfigureAwait(false);
            ClientLog.Stored(_logger, stored.Length, result.Swarm.Confirmations);
            first ??= result;
        }

        return first!;
    }

    /// <summary>Takes in a record that came with a version 1 message.</summary>
    public async ValueTask LearnAsync(AccountId sender, ReadOnlyMemory<byte> record, CancellationToken cancellationToken)
    {
        if (!record.IsEmpty && sender != _identity.AccountId)
        {
            await _directory.LearnAsync(sender, record, cancellationToken).ConfigureAwait(false);
        }
    }

    public ValueTask<PendingMessage?> OpenAsync(StoredMessage stored, Action<UndecryptableMessageEventArgs> report, CancellationToken cancellationToken) =>
        _inbox.OpenAsync(stored, report, cancellationToken);

    public void Dispose()
    {
        _memory.Dispose();
        _publisher.Dispose();
    }

    /// <summary>Our record, when the recipient has not had it for a while, and what remembers that it has it now. Within a step.</summary>
    private async ValueTask<(ReadOnlyMemory<byte> Record, AccountState State)?> RecordToPushAsync(AccountId recipient, CancellationToken cancellationToken)
    {
        PeerState own = await _memory.PeerAsync(_identity.AccountId, cancellationToken).ConfigureAwait(false);
        PeerState peer = await _memory.PeerAsync(recipient, cancellationToken).ConfigureAwait(false);
        bool isDue = recipient != _identity.AccountId && (peer.PushedNumber != own.Number || _clock.Now - peer.PushedAt >= PushInterval);
        return isDue && _directory.Open(_identity.AccountId, own) is not null
            ? (own.Record, RatchetMemory.Of(recipient, peer with { PushedNumber = own.Number, PushedAt = _clock.Now }))
            : null;
    }

    private async ValueTask<CapabilityRecord?> OwnRecordAsync(CancellationToken cancellationToken) =>
        _directory.Open(_identity.AccountId, await _memory.PeerAsync(_identity.AccountId, cancellationToken).ConfigureAwait(false));
}
