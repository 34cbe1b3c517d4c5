using System.Security.Cryptography;
using Session.Protocol.Accounts;
using Session.Protocol.Client.Ratchet;
using Session.Protocol.Client.Stores;
using Session.Protocol.Devices;
using Session.Protocol.Groups;
using Session.Protocol.Messages;
using Session.Protocol.Onion;
using Session.Protocol.Onion.Storage.Results;
using Session.Protocol.SenderKeys;

namespace Session.Protocol.Client.Groups;

/// <summary>
/// Encrypts messages with this device's sender key. Before one goes out, the key is made anew if somebody has it who should not, and given
/// to every device of the members that lacks it.
/// </summary>
internal sealed class GroupSender(SessionIdentity identity, GroupMemory memory, GroupCourier courier, INetworkClock clock, SendTimes times, SessionClientOptions options)
{
    /// <summary>Largest Content: the outer object less the sender key's header, padding and signature.</summary>
    private const int MaxContentSize = GroupBox.MaxObjectSize - 512;

    private AccountId Self => identity.AccountId;

    public async ValueTask<SentMessage> SendAsync(LocalGroup group, MessageContent content, CancellationToken cancellationToken)
    {
        RequireJoined(group);
        content = Completed(group, content);
        long sentAt = times.Next();
        byte[] bytes = ContentCodec.Encode(content, sentAt);
        if (bytes.Length > MaxContentSize)
        {
            throw new ArgumentException($"Expected at most {MaxContentSize} bytes, got {bytes.Length}.", nameof(content));
        }

        TimeSpan lifetime = MessageLifetime.Of(content, options.MessageLifetime);
        while (true)
        {
            GroupTargets targets = await courier.TargetsAsync(group, withInvited: false, cancellationToken).ConfigureAwait(false);
            await DistributeAsync(group, targets, cancellationToken).ConfigureAwait(false);
            if (await EncryptAsync(group, targets, bytes, cancellationToken).ConfigureAwait(false) is { } message)
            {
                SentMessage sent = await StoreAsync(group, message.Bytes, message.Number, sentAt, lifetime, cancellationToken).ConfigureAwait(false);
                return content.Expiration.Mode == ExpirationMode.Off ? sent : sent with { ExpiresAt = clock.Now + content.Expiration.Timer };
            }

            // Somebody joined or left between the two steps.
            RequireJoined(group);
        }
    }

    /// <summary>Gives a member's device the sender key once more: from where it could read before, or from here on when it never could.</summary>
    public async ValueTask AnswerAsync(LocalGroup group, AccountId account, DeviceTag device, CancellationToken cancellationToken)
    {
        GroupLetter? letter;
        using (RatchetMemory.Step step = await memory.EnterAsync(cancellationToken).ConfigureAwait(false))
        {
            letter = group.IsActive && group.State.IsJoined(account) ? await RepeatAsync(group, account, device, cancellationToken).ConfigureAwait(false) : null;
        }

        if (letter is not null)
        {
            await courier.TellAsync(account, letter, keep: false, cancellationToken).ConfigureAwait(false);
        }
    }

    internal static void RequireJoined(LocalGroup group)
    {
        if (!group.IsActive)
        {
            throw new GroupException(group is { Access.IsOver: false, Self: not null } ? GroupProblem.NotJoined : GroupProblem.NotAMember);
        }
    }

    /// <summary>What goes along with every message.</summary>
    private MessageContent Completed(LocalGroup group, MessageContent content)
    {
        if (content is DataContent data)
        {
            content = data with { Profile = data.Profile ?? options.Profile, SyncTarget = null };
        }

        uint timer = group.State.TimerSeconds;
        return timer > 0 && content is DataContent && content.Expiration == Expiration.Off
            ? content with { Expiration = Expiration.AfterSend(TimeSpan.FromSeconds(timer)) }
            : content;
    }

    /// <summary>Gives the key to all devices that lack it. When it returns, the network has stored it.</summary>
    private async ValueTask DistributeAsync(LocalGroup group, GroupTargets targets, CancellationToken cancellationToken)
    {
        IReadOnlyList<byte[]> objects;
        List<(AccountId Account, DeviceTag Tag)> given;
        GroupDelivery from;
        uint? chain;
        using (RatchetMemory.Step step = await memory.EnterAsync(cancellationToken).ConfigureAwait(false))
        {
            DeviceTag own = await courier.OwnTagWithinAsync(cancellationToken).ConfigureAwait(false);
            using GroupWriter writer = await memory.WriterAsync(group.Id, own, cancellationToken).ConfigureAwait(false);
            var states = new List<AccountState>();
            if (!writer.IsUsable(group.State.Epoch, targets.Names, clock.Now))
            {
                writer.Rotate(group.State.Epoch, clock.Now, options.Ratchet.ResendCapacity > 0);
                states.Add(GroupMemory.Of(group.Id, writer));
            }

            GroupTarget[] missing = [.. targets.Devices.Where(x => !writer.Delivered.ContainsKey(x.Name))];
            given = [.. missing.Select(x => x.Name)];
            from = new GroupDelivery(writer.Session.Iteration, writer.NextNumber, IsRepeated: false);
            chain = writer.Session.ChainId;
            byte[] distribution = writer.Session.CreateDistribution();
            var letter = new GroupLetter(group.Id) { Distribution = distribution, NextNumber = writer.NextNumber, Sender = own };
            objects = await courier.EncryptAsync(group, missing, letter, states, cancellationToken).ConfigureAwait(false);
            CryptographicOperations.ZeroMemory(distribution);
            if (states.Count > 0)
            {
                await memory.CommitAsync(new AccountChanges { States = states }, cancellationToken).ConfigureAwait(false);
            }
        }

        if (given.Count == 0)
        {
            return;
        }

        foreach (byte[] stored in objects)
        {
            await courier.StoreAsync(group, OuterKey(group), stored, options.MessageLifetime, cancellationToken).ConfigureAwait(false);
        }

        using (RatchetMemory.Step step = await memory.EnterAsync(cancellationToken).ConfigureAwait(false))
        {
            DeviceTag own = await courier.OwnTagWithinAsync(cancellationToken).ConfigureAwait(false);
            using GroupWriter writer = await memory.WriterAsync(group.Id, own, cancellationToken).ConfigureAwait(false);
            if (writer.Session.ChainId == chain)
            {
                given.ForEach(x => writer.Delivered.TryAdd(x, from));
                await memory.CommitAsync(new AccountChanges { States = [GroupMemory.Of(group.Id, writer)] }, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Null when the key is not good any more, or not everybody has it.</summary>
    private async ValueTask<(byte[] Bytes, ulong Number)?> EncryptAsync(LocalGroup group, GroupTargets targets, byte[] content, CancellationToken cancellationToken)
    {
        using RatchetMemory.Step step = await memory.EnterAsync(cancellationToken).ConfigureAwait(false);
        DeviceTag own = await courier.OwnTagWithinAsync(cancellationToken).ConfigureAwait(false);
        using GroupWriter writer = await memory.WriterAsync(group.Id, own, cancellationToken).ConfigureAwait(false);
        if (!ReferenceEquals(group.State, targets.State)
            || !writer.IsUsable(group.State.Epoch, targets.Names, clock.Now)
            || !targets.Names.All(writer.Delivered.ContainsKey))
        {
            return null;
        }

        ulong number = writer.NextNumber;
        byte[] plaintext = new GroupPayload(number, writer.Unsent, content).Write();
        SenderKeyStatus status = writer.Session.Encrypt(plaintext, out byte[] message);
        CryptographicOperations.ZeroMemory(plaintext);
        if (status != SenderKeyStatus.Ok)
        {
            throw new InvalidOperationException($"The sender key cannot encrypt ({status}).");
        }

        writer.NextNumber = number + 1;
        await memory.CommitAsync(new AccountChanges { States = [GroupMemory.Of(group.Id, writer)] }, cancellationToken).ConfigureAwait(false);
        return (message, number);
    }

    private async ValueTask<SentMessage> StoreAsync(
        LocalGroup group, byte[] message, ulong number, long sentAt, TimeSpan lifetime, CancellationToken cancellationToken)
    {
        try
        {
            byte[] content = GroupObject.OfMessage(message);
            (StoreResult result, int size) = await courier.StoreAsync(group, OuterKey(group), content, lifetime, cancellationToken).ConfigureAwait(false);
            var key = new MessageKey(Self, sentAt);
            await memory.CommitAsync(
                new AccountChanges { Handled = [new HandledMessage(result.Hash, clock.Now + lifetime, key)] }, CancellationToken.None).ConfigureAwait(false);
            return new SentMessage(
                group.Id, DateTimeOffset.FromUnixTimeMilliseconds(sentAt), result.Hash, Protection.SenderKey, size, result.Swarm.Confirmations, SyncHash: null)
            {
                Reference = new MessageReference(Self, sentAt),
            };
        }
        catch (Exception e) when (e is OnionException or OperationCanceledException)
        {
            await NoteUnsentAsync(group, number).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>The number is used up: the next message says so, or the readers would miss it.</summary>
    private async ValueTask NoteUnsentAsync(LocalGroup group, ulong number)
    {
        using RatchetMemory.Step step = await memory.EnterAsync(CancellationToken.None).ConfigureAwait(false);
        DeviceTag own = await courier.OwnTagWithinAsync(CancellationToken.None).ConfigureAwait(false);
        using GroupWriter writer = await memory.WriterAsync(group.Id, own, CancellationToken.None).ConfigureAwait(false);
        writer.AddUnsent(number);
        await memory.CommitAsync(new AccountChanges { States = [GroupMemory.Of(group.Id, writer)] }, CancellationToken.None).ConfigureAwait(false);
    }

    /// <summary>Within a step.</summary>
    private async ValueTask<GroupLetter?> RepeatAsync(LocalGroup group, AccountId account, DeviceTag device, CancellationToken cancellationToken)
    {
        DeviceTag own = await courier.OwnTagWithinAsync(cancellationToken).ConfigureAwait(false);
        using GroupWriter writer = await memory.WriterAsync(group.Id, own, cancellationToken).ConfigureAwait(false);
        bool had = writer.Delivered.TryGetValue((account, device), out GroupDelivery delivery);
        if (!writer.Session.IsOwn || delivery.IsRepeated || (!had && writer.Epoch != group.State.Epoch))
        {
            return null;
        }

        byte[]? distribution = had ? GroupDistribution.From(writer.Start.Span, delivery.Iteration) : null;
        if (distribution is null)
        {
            distribution = writer.Session.CreateDistribution();
            delivery = new GroupDelivery(writer.Session.Iteration, writer.NextNumber, IsRepeated: false);
        }

        writer.Delivered[(account, device)] = delivery with { IsRepeated = had };
        await memory.CommitAsync(new AccountChanges { States = [GroupMemory.Of(group.Id, writer)] }, cancellationToken).ConfigureAwait(false);
        return new GroupLetter(group.Id) { Distribution = distribution, NextNumber = delivery.Number, Sender = own };
    }

    private static ReadOnlyMemory<byte> OuterKey(LocalGroup group) => group.OuterKey ?? throw new GroupException(GroupProblem.NotAMember);
}
