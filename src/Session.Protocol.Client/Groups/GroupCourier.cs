using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Session.Protocol.Accounts;
using Session.Protocol.Client.Outbox;
using Session.Protocol.Client.Ratchet;
using Session.Protocol.Client.Stores;
using Session.Protocol.Cryptography;
using Session.Protocol.Devices;
using Session.Protocol.Groups;
using Session.Protocol.Messages;
using Session.Protocol.Onion;
using Session.Protocol.Onion.Storage;
using Session.Protocol.Onion.Storage.Results;
using Session.Protocol.Onion.Swarms;
using Session.Protocol.Ratchet;
using Session.Protocol.Ratchet.PreKeys;
using Session.Protocol.Ratchet.Sessions;

namespace Session.Protocol.Client.Groups;

/// <summary>Carries things between members: objects in the group's swarm, letters by ratchet, one by one or bunched.</summary>
internal sealed class GroupCourier(
    SessionIdentity identity, RatchetService ratchet, MessageOutbox outbox, ISwarmClient swarm, INetworkClock clock, SendTimes times, SessionClientOptions options, ILogger logger)
{
    /// <summary>Accounts that are looked up or written to at the same time.</summary>
    public const int Parallelism = 8;

    /// <summary>How long the devices of a group's members are used before their records are looked at again.</summary>
    private static readonly TimeSpan TargetFreshness = TimeSpan.FromMinutes(1);

    public static readonly SwarmNamespace Space = new(GroupLimits.Namespace);

    /// <summary>Room in a bunch of letters for everything but the bodies.</summary>
    private const int LettersOverhead = 512;

    private AccountId Self => identity.AccountId;

    /// <summary>Stores an object in the group's swarm. Not within a step.</summary>
    /// <returns>The node's answer, and how many bytes were stored.</returns>
    /// <exception cref="OnionException">The network did not store it.</exception>
    public async ValueTask<(StoreResult Result, int Size)> StoreAsync(LocalGroup group, ReadOnlyMemory<byte> outerKey, byte[] content, TimeSpan lifetime, CancellationToken cancellationToken)
    {
        byte[] stored = Seal(group, outerKey, content);
        StoreResult result = await swarm.StoreAsync(group.Id, Space, stored, lifetime, group.Credentials, cancellationToken).ConfigureAwait(false);
        ClientLog.Stored(logger, stored.Length, result.Swarm.Confirmations);
        return (result, stored.Length);
    }

    /// <summary>An object as the group's swarm stores it.</summary>
    public static byte[] Seal(LocalGroup group, ReadOnlyMemory<byte> outerKey, byte[] content) => GroupBox.Seal(outerKey.Span, group.Id, content, RandomSource.System);

    /// <summary>Looks into the group's swarm. Not within a step.</summary>
    /// <exception cref="OnionException">No node answered.</exception>
    public ValueTask<SwarmPoll> RetrieveAsync(LocalGroup group, IRetrieveCursor cursor, CancellationToken cancellationToken) => swarm.RetrieveAsync(
        new SwarmQuery(group.Id, [Space]) { Credentials = group.Credentials, Cursor = cursor, Redundancy = options.PollRedundancy }, cancellationToken);

    /// <summary>Whether an account can be reached by ratchet, its record when it can.</summary>
    /// <exception cref="OnionException">Its record could not be fetched.</exception>
    public ValueTask<RatchetPlan> PlanAsync(AccountId account, CancellationToken cancellationToken) => ratchet.PlanAsync(account, 0, cancellationToken);

    /// <summary>Writes to all devices of an account in its own inbox; to one's own other devices when it is oneself. Not within a step.</summary>
    /// <param name="account">The recipient.</param>
    /// <param name="letter">What to say.</param>
    /// <param name="keep">Whether it is kept for a device that lost its state.</param>
    /// <param name="cancellationToken">Cancels before the sessions change.</param>
    /// <exception cref="ProtectionUnavailableException">The account cannot be reached by ratchet.</exception>
    /// <exception cref="OnionException">The network did not store it.</exception>
    public async ValueTask TellAsync(AccountId account, GroupLetter letter, bool keep, CancellationToken cancellationToken)
    {
        if (await RecipientAsync(account, cancellationToken).ConfigureAwait(false) is not { } record)
        {
            return;
        }

        Fanout fanout;
        using (RatchetMemory.Step step = await ratchet.Memory.EnterAsync(cancellationToken).ConfigureAwait(false))
        {
            (_, fanout, IReadOnlyList<AccountState> states) = await EncryptAsync(account, record, letter, keep, cancellationToken).ConfigureAwait(false);
            await ratchet.Memory.CommitAsync(new AccountChanges { States = states }, cancellationToken).ConfigureAwait(false);
        }

        await ratchet.StoreAsync(account, fanout, StorageLimits.MaxInboxTimeToLive, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Puts a letter to all devices of another account into the outbox: trouble on the network or a crash does not lose it. Not within a step.</summary>
    /// <param name="account">The recipient.</param>
    /// <param name="write">What to say, within the step; null when there is no need after all.</param>
    /// <param name="commit">Commits what it is given, together with what else belongs to it; within the same step.</param>
    /// <param name="cancellationToken">Cancels before the sessions change.</param>
    /// <exception cref="ProtectionUnavailableException">The account cannot be reached by ratchet.</exception>
    /// <exception cref="OnionException">Its devices could not be found out.</exception>
    public async ValueTask QueueAsync(
        AccountId account, Func<ValueTask<GroupLetter?>> write, Func<AccountChanges, ValueTask> commit, CancellationToken cancellationToken)
    {
        if (await RecipientAsync(account, cancellationToken).ConfigureAwait(false) is not { } record)
        {
            return;
        }

        OutgoingPart[] parts;
        using (RatchetMemory.Step step = await ratchet.Memory.EnterAsync(cancellationToken).ConfigureAwait(false))
        {
            if (await write().ConfigureAwait(false) is not { } letter)
            {
                return;
            }

            (long now, Fanout fanout, IReadOnlyList<AccountState> states) = await EncryptAsync(account, record, letter, keep: false, cancellationToken).ConfigureAwait(false);
            DateTimeOffset giveUpAt = clock.Now + StorageLimits.MaxInboxTimeToLive;
            outbox.Expect(now);
            parts = [.. fanout.Stored.Select((x, i) => new OutgoingPart(now, i, account, RatchetService.Space, IsCopy: false, StorageLimits.MaxInboxTimeToLive, giveUpAt, x))];
            await commit(new AccountChanges { States = [.. states, .. parts.Select(x => x.ToState())] }).ConfigureAwait(false);
        }

        outbox.DeliverUnattended(new OutgoingMessage(account, parts[0].SentMs, Protection.Ratchet, IsKept: true, parts));
    }

    /// <summary>
    /// The devices of a group's members: of those who have joined, and of the invited too if asked for. Members without a valid record are
    /// left out; they ask when they come back. Not within a step.
    /// </summary>
    public async ValueTask<GroupTargets> TargetsAsync(LocalGroup group, bool withInvited, CancellationToken cancellationToken)
    {
        GroupState state = group.State;
        if (!withInvited && group.Targets is { } known && ReferenceEquals(known.State, state) && clock.Now - known.MadeAt < TargetFreshness)
        {
            return known;
        }

        DeviceTag own = await OwnTagAsync(cancellationToken).ConfigureAwait(false);
        var devices = new List<GroupTarget>();
        AccountId[] accounts = [.. state.Members.Values.Where(x => x.IsJoined || withInvited).Select(x => x.Account)];
        foreach (AccountId[] some in accounts.Chunk(Parallelism))
        {
            CapabilityRecord?[] records = await Task.WhenAll(some.Select(x => RecordAsync(x, cancellationToken))).ConfigureAwait(false);
            for (int i = 0; i < some.Length; i++)
            {
                AccountId account = some[i];
                devices.AddRange((records[i]?.Devices ?? []).Where(x => x.Tag != own).Select(x => new GroupTarget(account, x, records[i]!)));
            }
        }

        var targets = new GroupTargets(state, clock.Now, devices, devices.Select(x => x.Name).ToHashSet());
        if (!withInvited)
        {
            group.Targets = targets;
        }

        return targets;
    }

    /// <summary>
    /// Encrypts letters to devices, bunched into objects for the group's swarm. Within a step; the sessions' new states are added to
    /// <paramref name="states"/> and must be committed before the objects leave. A device that cannot be trusted is left out.
    /// </summary>
    public async ValueTask<IReadOnlyList<byte[]>> EncryptAsync(
        LocalGroup group, IReadOnlyList<GroupTarget> targets, GroupLetter letter, List<AccountState> states, CancellationToken cancellationToken)
    {
        RatchetMemory memory = ratchet.Memory;
        LocalDevice device = await memory.DeviceAsync(cancellationToken).ConfigureAwait(false);
        long now = await times.NextAsync(cancellationToken).ConfigureAwait(false);
        byte[] content = letter.Write(now);
        var bodies = new List<RatchetBody>(targets.Count);
        try
        {
            foreach (GroupTarget target in targets)
            {
                using DeviceSession session = await memory.SessionAsync(target.Account, target.Device.Tag, cancellationToken).ConfigureAwait(false);
                byte[] plaintext = RatchetPlaintext.Create(Self, target.Account, content);
                bool ok = ratchet.Outbox.TryEncrypt(session, target.Device, target.Record, plaintext, out RatchetMessage message);
                CryptographicOperations.ZeroMemory(plaintext);
                if (ok)
                {
                    bodies.Add(new RatchetBody(target.Device.Tag, message));
                    states.Add(RatchetMemory.Of(target.Account, target.Device.Tag, session));
                }
            }
        }
        finally
        {
            CryptographicOperations.ZeroMemory(content);
        }

        ReadOnlyMemory<byte> record = (await memory.PeerAsync(Self, cancellationToken).ConfigureAwait(false)).Record;
        return [.. Pack(bodies, record.Length).Select(x => new GroupLetters(Self, device.Tag, now, x, record).Write(identity, group.Id))];
    }

    /// <summary>
    /// Opens the letter for this device. Within a step; the session's new state is added to <paramref name="states"/>. Null when it is not a good
    /// letter for us; the second part of the result tells when that is a broken session.
    /// </summary>
    public async ValueTask<(GroupLetter? Letter, UndecryptableReason? Trouble)> DecryptAsync(
        AccountId author, DeviceTag sender, RatchetMessage message, List<AccountState> states, CancellationToken cancellationToken)
    {
        RatchetMemory memory = ratchet.Memory;
        LocalDevice device = await memory.DeviceAsync(cancellationToken).ConfigureAwait(false);
        using DeviceSession session = await memory.SessionAsync(author, sender, cancellationToken).ConfigureAwait(false);
        bool isFirst = session.Ratchet.NeedsPreKeys(message, out HandshakeId handshake);
        DecryptResult result = session.Ratchet.Decrypt(message, isFirst ? device.Find(handshake, clock.Now) : null);
        try
        {
            bool isReplay = result.Accepted is { } accepted && await memory.IsHandshakeUsedAsync(accepted.ToReplayKey(), cancellationToken).ConfigureAwait(false);
            if (result.Status == RatchetStatus.Duplicate)
            {
                return (null, null);
            }

            if (isReplay || result.Status != RatchetStatus.Ok)
            {
                return (null, result.Status == RatchetStatus.NoSession ? UndecryptableReason.NoSession : UndecryptableReason.Invalid);
            }

            session.HeardAt = clock.Now;
            session.Copies = 0;
            states.Add(RatchetMemory.Of(author, sender, session));
            if (result.Accepted is { } used)
            {
                states.Add(memory.Used(used.ToReplayKey()));
            }

            return (RatchetPlaintext.TryRead(result.Plaintext, author, Self, out ReadOnlyMemory<byte> content) ? GroupLetter.TryRead(content.Span) : null, null);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(result.Plaintext.Span);
        }
    }

    /// <summary>This device's name. Not within a step.</summary>
    public async ValueTask<DeviceTag> OwnTagAsync(CancellationToken cancellationToken)
    {
        using RatchetMemory.Step step = await ratchet.Memory.EnterAsync(cancellationToken).ConfigureAwait(false);
        return await OwnTagWithinAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>This device's name. Within a step.</summary>
    public async ValueTask<DeviceTag> OwnTagWithinAsync(CancellationToken cancellationToken) => (await ratchet.Memory.DeviceAsync(cancellationToken).ConfigureAwait(false)).Tag;

    /// <summary>This account's own signed record, to go along; empty before it is published.</summary>
    public async ValueTask<ReadOnlyMemory<byte>> OwnRecordAsync(CancellationToken cancellationToken) =>
        (await ratchet.Memory.PeerAsync(Self, cancellationToken).ConfigureAwait(false)).Record;

    // Null when it is oneself and there is no other device.
    private async ValueTask<CapabilityRecord?> RecipientAsync(AccountId account, CancellationToken cancellationToken)
    {
        if (account == Self)
        {
            CapabilityRecord? own = await ratchet.Directory.GetAsync(Self, cancellationToken).ConfigureAwait(false);
            return own is { Devices.Count: > 1 } ? own : null;
        }

        RatchetPlan plan = await PlanAsync(account, cancellationToken).ConfigureAwait(false);
        return plan.Record ?? throw new ProtectionUnavailableException(Protection.Ratchet, plan.Obstacle);
    }

    // Within a step, which commits the states before anything of it leaves.
    private async ValueTask<(long SentMs, Fanout Fanout, IReadOnlyList<AccountState> States)> EncryptAsync(
        AccountId account, CapabilityRecord record, GroupLetter letter, bool keep, CancellationToken cancellationToken)
    {
        long now = await times.NextAsync(cancellationToken).ConfigureAwait(false);
        byte[] content = letter.Write(now);
        try
        {
            (Fanout fanout, IReadOnlyList<AccountState> states) = await ratchet.Outbox.EncryptAsync(
                account, record, content, now, keep ? StorageLimits.MaxInboxTimeToLive : null, copy: false, cancellationToken).ConfigureAwait(false)
                ?? throw new ProtectionUnavailableException(Protection.Ratchet, ProtectionObstacle.UntrustedDevice);
            return (now, fanout, [.. states, times.Mark()]);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(content);
        }
    }

    private async Task<CapabilityRecord?> RecordAsync(AccountId account, CancellationToken cancellationToken)
    {
        try
        {
            return await ratchet.Directory.GetAsync(account, cancellationToken).ConfigureAwait(false);
        }
        catch (OnionException e)
        {
            ClientLog.RecordNotFetched(logger, e.Fault);
            return null;
        }
    }

    private static List<List<RatchetBody>> Pack(List<RatchetBody> bodies, int recordSize)
    {
        var packed = new List<List<RatchetBody>>();
        int room = 0;
        foreach (RatchetBody body in bodies)
        {
            int size = body.Message.Bytes.Length + DeviceTag.Size + 16;
            if (packed.Count == 0 || size > room || packed[^1].Count >= GroupLimits.MaxBodies)
            {
                packed.Add([]);
                room = GroupBox.MaxObjectSize - LettersOverhead - recordSize;
            }

            packed[^1].Add(body);
            room -= size;
        }

        return packed;
    }
}
