using Microsoft.Extensions.Logging;
using Session.Protocol.Accounts;
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
    private readonly RatchetInbox _inbox;

    public RatchetService(
        SessionIdentity identity, ISwarmClient swarm, INetworkClock clock, SendTimes times, IAccountStore store, SessionClientOptions options, ILogger logger)
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
        var recovery = new RatchetRecovery(identity, _memory, _directory, _outbox, swarm, clock, times, logger);
        _inbox = new RatchetInbox(identity, _memory, _directory, recovery, _publisher, store, clock, logger);
    }

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

    /// <summary>Encrypts to the recipient's devices. Null when one of them cannot be trusted.</summary>
    public ValueTask<Fanout?> EncryptAsync(
        AccountId recipient, CapabilityRecord record, byte[] content, long sentMs, TimeSpan keepFor, CancellationToken cancellationToken) =>
        _outbox.EncryptAsync(recipient, record, content, sentMs, keepFor, copy: null, cancellationToken);

    /// <summary>Encrypts a copy for the account's other devices; null when it has none.</summary>
    /// <param name="content">The serialized copy.</param>
    /// <param name="sentMs">The message's time.</param>
    /// <param name="keepFor">How long it may be kept to be sent again.</param>
    /// <param name="alsoSealed">Whether a version 1 copy exists anyway.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async ValueTask<Fanout?> EncryptToOwnDevicesAsync(byte[] content, long sentMs, TimeSpan keepFor, bool alsoSealed, CancellationToken cancellationToken)
    {
        // One device: this one.
        return await OwnRecordAsync(cancellationToken).ConfigureAwait(false) is { Devices.Count: > 1 } own
            ? await _outbox.EncryptAsync(_identity.AccountId, own, content, sentMs, keepFor, alsoSealed, cancellationToken).ConfigureAwait(false)
            : null;
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

    /// <summary>Adds our record to a version 1 message now and then, so that the recipient need not fetch it.</summary>
    public async ValueTask<MessageContent> WithRecordAsync(MessageContent content, AccountId recipient, CancellationToken cancellationToken)
    {
        PeerState own = await _memory.PeerAsync(_identity.AccountId, cancellationToken).ConfigureAwait(false);
        using RatchetMemory.Step step = await _memory.EnterAsync(cancellationToken).ConfigureAwait(false);
        PeerState peer = await _memory.PeerAsync(recipient, cancellationToken).ConfigureAwait(false);
        bool isDue = peer.PushedNumber != own.Number || _clock.Now - peer.PushedAt >= PushInterval;
        if (!isDue || _directory.Open(_identity.AccountId, own) is null)
        {
            return content;
        }

        PeerState next = peer with { PushedNumber = own.Number, PushedAt = _clock.Now };
        await _memory.CommitAsync(new AccountChanges { States = [RatchetMemory.Of(recipient, next)] }, cancellationToken).ConfigureAwait(false);
        return content with { CapabilityRecord = own.Record };
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

    private async ValueTask<CapabilityRecord?> OwnRecordAsync(CancellationToken cancellationToken) =>
        _directory.Open(_identity.AccountId, await _memory.PeerAsync(_identity.AccountId, cancellationToken).ConfigureAwait(false));
}
