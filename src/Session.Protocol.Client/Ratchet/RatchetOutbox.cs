using System.Security.Cryptography;
using Session.Protocol.Accounts;
using Session.Protocol.Client.Stores;
using Session.Protocol.Cryptography;
using Session.Protocol.Devices;
using Session.Protocol.Onion;
using Session.Protocol.Onion.Storage;
using Session.Protocol.Ratchet;
using Session.Protocol.Sealing;

namespace Session.Protocol.Client.Ratchet;

/// <summary>Encrypts messages to devices. Every session is committed before its ciphertext leaves (protocol/32 §4.8).</summary>
internal sealed class RatchetOutbox(SessionIdentity identity, RatchetMemory memory, INetworkClock clock, SessionClientOptions options, IRandomSource random)
{
    /// <summary>Largest Content for one ratchet message: what a stored message takes, less the handshake, headers, ids and padding.</summary>
    public const int MaxContentSize = SealedMessage.MaxContentSize - 4_096;

    /// <summary>Room that tags and lengths of an envelope take beside its bodies.</summary>
    private const int EnvelopeOverhead = 512;

    private Queue<AccountStateKey>? _kept;
    private int _failedCommits;

    /// <summary>
    /// Encrypts a message to the devices of an account, except this one. Within a step, which commits the states before anything of
    /// it leaves. Null when a device of it cannot be trusted.
    /// </summary>
    /// <param name="account">The recipient, or oneself for the other devices.</param>
    /// <param name="record">Its devices.</param>
    /// <param name="content">The serialized Content.</param>
    /// <param name="sentMs">Its time.</param>
    /// <param name="keepFor">How long it may be kept to be sent again to a device that lost its state; null keeps nothing.</param>
    /// <param name="copy">True or false when it is decided already whether a version 1 copy goes along; null decides by the sessions.</param>
    /// <param name="cancellationToken">Cancels before the sessions change.</param>
    public async ValueTask<(Fanout Fanout, IReadOnlyList<AccountState> States)?> EncryptAsync(
        AccountId account, CapabilityRecord record, byte[] content, long sentMs, TimeSpan? keepFor, bool? copy, CancellationToken cancellationToken)
    {
        LocalDevice device = await memory.DeviceAsync(cancellationToken).ConfigureAwait(false);
        DeviceRecord[] targets = [.. record.Devices.Where(x => x.Tag != device.Tag)];
        DeviceTag[] tags = [.. targets.Select(x => x.Tag)];
        var sessions = new List<DeviceSession>(targets.Length);
        var states = new List<AccountState>(targets.Length + 2);
        byte[] plaintext = RatchetPlaintext.Create(identity.AccountId, account, content);
        try
        {
            var bodies = new List<RatchetBody>(targets.Length);
            foreach (DeviceRecord target in targets)
            {
                DeviceSession session = await memory.SessionAsync(account, target.Tag, cancellationToken).ConfigureAwait(false);
                sessions.Add(session);
                if (!TryEncrypt(session, target, record, plaintext, out RatchetMessage message))
                {
                    return null;
                }

                bodies.Add(new RatchetBody(target.Tag, message));
            }

            bool needsCopy = copy ?? NeedsCopy(sessions);
            for (int i = 0; i < targets.Length; i++)
            {
                sessions[i].Copies += needsCopy && sessions[i].NeedsCopy ? 1 : 0;
                states.Add(RatchetMemory.Of(account, targets[i].Tag, sessions[i]));
            }

            if (keepFor is { } lifetime)
            {
                states.AddRange(await KeepAsync(account, content, sentMs, lifetime, needsCopy, cancellationToken).ConfigureAwait(false));
            }

            byte[][] stored = [.. Pack(bodies).Select(x => Seal(account, new RatchetEnvelope(device.Tag, tags, needsCopy, x), sentMs))];
            return (new Fanout(stored, needsCopy), states);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plaintext);
            sessions.ForEach(x => x.Dispose());
        }
    }

    /// <summary>
    /// Encrypts a kept message to the one device that asked for it again. Within a step; the session is changed and not committed.
    /// Null when there is no way.
    /// </summary>
    public byte[]? EncryptAgain(
        LocalDevice device, AccountId account, CapabilityRecord record, DeviceRecord target, DeviceSession session, KeptMessage kept, long sentMs)
    {
        byte[] plaintext = RatchetPlaintext.Create(identity.AccountId, account, kept.Content);
        try
        {
            // All devices are named, so that the others do not think that they were left out.
            return TryEncrypt(session, target, record, plaintext, out RatchetMessage message)
                ? Seal(account, new RatchetEnvelope(device.Tag, [.. record.Devices.Select(x => x.Tag)], kept.AlsoSealed, [new RatchetBody(target.Tag, message)]), sentMs)
                : null;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plaintext);
        }
    }

    /// <summary>Encrypts to one device, in a new session where there is none. Within a step; false when the device cannot be trusted.</summary>
    public bool TryEncrypt(DeviceSession session, DeviceRecord target, CapabilityRecord record, byte[] plaintext, out RatchetMessage message)
    {
        message = default;

        // The account vouches for the device's identity key; the same tag with another key would be somebody else's device.
        if (session.Ratchet.KnownIdentity is { } known && known != target.Bundle.IdentityKey)
        {
            return false;
        }

        RatchetStatus status = session.Ratchet.Encrypt(plaintext, clock.Now, out message);
        if (status != RatchetStatus.NoSession)
        {
            return status == RatchetStatus.Ok;
        }

        RatchetSuite suite = target.Choose(record.Suites);
        session.Copies = 0;
        return suite != RatchetSuite.None
            && session.Ratchet.Initiate(target.Bundle, clock.Now, suite, random) == RatchetStatus.Ok
            && session.Ratchet.Encrypt(plaintext, clock.Now, out message) == RatchetStatus.Ok;
    }

    /// <summary>
    /// A copy goes along until each device has answered, at most three times each, and whenever none was heard from for as long
    /// as an inbox keeps messages (protocol/32 §4.4). Where version 1 is forbidden there is none.
    /// </summary>
    private bool NeedsCopy(List<DeviceSession> sessions) =>
        options.MinimumProtection < Protection.Ratchet
        && (sessions.Exists(x => x.NeedsCopy) || sessions.TrueForAll(x => clock.Now - x.HeardAt > StorageLimits.MaxInboxTimeToLive));

    private byte[] Seal(AccountId account, RatchetEnvelope envelope, long sentMs) =>
        SealedMessage.Seal(new DeviceMessage { Envelope = envelope }.Write(sentMs), identity, account, sentMs, random);

    /// <summary>As many bodies into one stored message as fit.</summary>
    private static List<List<RatchetBody>> Pack(List<RatchetBody> bodies)
    {
        var packed = new List<List<RatchetBody>>();
        int room = 0;
        foreach (RatchetBody body in bodies)
        {
            int size = body.Message.Bytes.Length + DeviceTag.Size + 16;
            if (packed.Count == 0 || size > room)
            {
                packed.Add([]);
                room = SealedMessage.MaxContentSize - EnvelopeOverhead;
            }

            packed[^1].Add(body);
            room -= size;
        }

        return packed;
    }

    /// <summary>The entry for a sent message, and the removal of the oldest one when there are too many.</summary>
    private async ValueTask<List<AccountState>> KeepAsync(
        AccountId account, byte[] content, long sentMs, TimeSpan keepFor, bool alsoSealed, CancellationToken cancellationToken)
    {
        int capacity = options.Ratchet.ResendCapacity;
        if (capacity == 0)
        {
            return [];
        }

        // After a commit that failed, what was taken out of the queue is still in the store.
        if (_kept is null || _failedCommits != memory.FailedCommits)
        {
            _kept = new Queue<AccountStateKey>((await memory.ListKeptAsync(cancellationToken).ConfigureAwait(false)).Select(x => x.Key));
            _failedCommits = memory.FailedCommits;
        }

        AccountStateKey key = RatchetMemory.KeptKey(account, sentMs);
        var kept = new KeptMessage(alsoSealed, [], clock.Now + keepFor, content);
        var states = new List<AccountState> { new(key, kept.Write(), kept.Until) };
        _kept.Enqueue(key);
        while (_kept.Count > capacity)
        {
            states.Add(new AccountState(_kept.Dequeue(), default));
        }

        return states;
    }
}
