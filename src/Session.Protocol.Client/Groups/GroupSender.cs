using System.Security.Cryptography;
using Session.Protocol.Accounts;
using Session.Protocol.Client.History;
using Session.Protocol.Client.Outbox;
using Session.Protocol.Client.Ratchet;
using Session.Protocol.Client.Stores;
using Session.Protocol.Devices;
using Session.Protocol.Groups;
using Session.Protocol.Messages;
using Session.Protocol.Onion;
using Session.Protocol.Onion.Storage;
using Session.Protocol.Onion.Storage.Results;
using Session.Protocol.SenderKeys;

namespace Session.Protocol.Client.Groups;

/// <summary>
/// Encrypts messages with this device's sender key and puts them into the outbox. With one the key is made anew if somebody has it who should
/// not, and goes to every device of the members that lacks it.
/// </summary>
internal sealed class GroupSender(
    SessionIdentity identity, GroupMemory memory, GroupCourier courier, MessageOutbox outbox, MessageHistory history, INetworkClock clock, SendTimes times, SessionClientOptions options) : IGroupPost
{
    /// <summary>Largest Content: the outer object less the sender key's header, padding and signature.</summary>
    private const int MaxContentSize = GroupBox.MaxObjectSize - 512;

    private AccountId Self => identity.AccountId;

    /// <summary>Sends a message and waits until the group's swarm has stored it.</summary>
    public async ValueTask<SentMessage> SendAsync(LocalGroup group, MessageContent content, CancellationToken cancellationToken)
    {
        (OutboxDelivery delivery, Expiration expiration) = await PrepareAsync(group, content, new AccountChanges(), cancellationToken).ConfigureAwait(false);
        return await SentAsync(delivery, expiration).WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Puts a message into the outbox, together with other changes.</summary>
    public async ValueTask<QueuedMessage> EnqueueAsync(LocalGroup group, MessageContent content, AccountChanges together, CancellationToken cancellationToken)
    {
        (OutboxDelivery delivery, Expiration expiration) = await PrepareAsync(group, content, together, cancellationToken).ConfigureAwait(false);
        return delivery.Message.Follow(Self, SentAsync(delivery, expiration));
    }

    /// <summary>Takes a message back: what of it is still in the outbox does not leave any more.</summary>
    public async ValueTask<SentMessage> UnsendAsync(LocalGroup group, Unsend request, CancellationToken cancellationToken)
    {
        QueuedMessage queued = request.Target.Author == Self
            ? await outbox.TakeBackAsync(
                request.Target.SentTimestampMs, group.Id, withdrawn => EnqueueAsync(group, request, withdrawn, cancellationToken), cancellationToken).ConfigureAwait(false)
            : await EnqueueAsync(group, request, new AccountChanges(), cancellationToken).ConfigureAwait(false);
        return await queued.Sent.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<SwarmCredentials> RightsAsync(AccountId group, CancellationToken cancellationToken) =>
        await memory.FindAsync(group, cancellationToken).ConfigureAwait(false) is { IsActive: true, Credentials: { } rights }
            ? rights
            : throw new OnionException(OnionFault.Unauthorized, "This account is not in the group any more.");

    public async ValueTask NotStoredAsync(OutgoingPart part, CancellationToken cancellationToken)
    {
        using RatchetMemory.Step step = await memory.EnterAsync(cancellationToken).ConfigureAwait(false);
        DeviceTag own = await courier.OwnTagWithinAsync(cancellationToken).ConfigureAwait(false);
        using GroupWriter writer = await memory.WriterAsync(part.Account, own, cancellationToken).ConfigureAwait(false);
        if (part.Number > 0 && writer.Session.IsOwn && !writer.Unsent.Contains(part.Number))
        {
            writer.AddUnsent(part.Number);
            await memory.CommitAsync(new AccountChanges { States = [GroupMemory.Of(part.Account, writer)] }, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Gives a member's device the sender key once more: from where it could read before, or from here on when it never could.</summary>
    public async ValueTask AnswerAsync(LocalGroup group, AccountId account, DeviceTag device, CancellationToken cancellationToken)
    {
        AccountState? given = null;
        await courier.QueueAsync(
            account,
            async () =>
            {
                (GroupLetter? letter, given) = group.IsActive && group.State.IsJoined(account)
                    ? await RepeatAsync(group, account, device, cancellationToken).ConfigureAwait(false)
                    : default;
                return letter;
            },
            changes => memory.CommitAsync(changes with { States = [.. changes.States, given!] }, cancellationToken),
            cancellationToken).ConfigureAwait(false);
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

    /// <summary>Encrypts and commits a message, and starts to send it.</summary>
    private async ValueTask<(OutboxDelivery Delivery, Expiration Expiration)> PrepareAsync(
        LocalGroup group, MessageContent content, AccountChanges together, CancellationToken cancellationToken)
    {
        RequireJoined(group);
        content = Completed(group, content);
        long sentAt = await times.NextAsync(cancellationToken).ConfigureAwait(false);
        byte[] bytes = ContentCodec.Encode(content, sentAt);
        if (bytes.Length > MaxContentSize)
        {
            throw new ArgumentException($"Expected at most {MaxContentSize} bytes, got {bytes.Length}.", nameof(content));
        }

        var draft = new Draft(group, content, bytes, sentAt, MessageLifetime.Of(content, options.MessageLifetime), together);
        outbox.Resume();
        outbox.Expect(sentAt);
        while (true)
        {
            GroupTargets targets = await courier.TargetsAsync(group, withInvited: false, cancellationToken).ConfigureAwait(false);
            if (await CommitAsync(draft, targets, cancellationToken).ConfigureAwait(false) is { } message)
            {
                return (outbox.Deliver(message), content.Expiration);
            }

            // Somebody joined or left between the two steps.
            RequireJoined(group);
        }
    }

    /// <summary>
    /// The sender key's step, what it owes to devices that lack it, and all that is to be sent are one commit: whatever happens then, the same
    /// bytes go out, and no key of the chain is used twice. Null when the group is not as it was when the devices were looked up.
    /// </summary>
    private async ValueTask<OutgoingMessage?> CommitAsync(Draft draft, GroupTargets targets, CancellationToken cancellationToken)
    {
        LocalGroup group = draft.Group;
        using RatchetMemory.Step step = await memory.EnterAsync(cancellationToken).ConfigureAwait(false);
        if (!ReferenceEquals(group.State, targets.State) || group.Access.IsOver)
        {
            return null;
        }

        DeviceTag own = await courier.OwnTagWithinAsync(cancellationToken).ConfigureAwait(false);
        using GroupWriter writer = await memory.WriterAsync(group.Id, own, cancellationToken).ConfigureAwait(false);
        if (!writer.IsUsable(group.State.Epoch, targets.Names, clock.Now))
        {
            writer.Rotate(group.State.Epoch, clock.Now, options.Ratchet.ResendCapacity > 0);
        }

        var states = new List<AccountState>();
        IReadOnlyList<byte[]> letters = await GiveKeyAsync(group, writer, own, targets, states, cancellationToken).ConfigureAwait(false);
        ulong number = writer.NextNumber++;
        OutgoingMessage message = Compose(draft, letters, Encrypt(writer, number, draft.Content), number);
        AccountChanges outgoing = message.ToChanges(Self);
        var handled = new HandledMessage(message.Named.Hash, clock.Now + draft.Lifetime, new MessageKey(Self, draft.SentMs));
        await memory.CommitAsync(
            draft.Together with
            {
                Handled = [handled, .. draft.Together.Handled],
                States = [GroupMemory.Of(group.Id, writer), .. states, .. outgoing.States, times.Mark(), .. draft.Together.States],
                Messages = [.. draft.Together.Messages, .. history.Sent(draft.Message, message)],
            },
            cancellationToken).ConfigureAwait(false);
        return message;
    }

    /// <summary>Letters with the key for all devices that lack it. Within a step.</summary>
    private async ValueTask<IReadOnlyList<byte[]>> GiveKeyAsync(
        LocalGroup group, GroupWriter writer, DeviceTag own, GroupTargets targets, List<AccountState> states, CancellationToken cancellationToken)
    {
        GroupTarget[] missing = [.. targets.Devices.Where(x => !writer.Delivered.ContainsKey(x.Name))];
        if (missing.Length == 0)
        {
            return [];
        }

        byte[] distribution = writer.Session.CreateDistribution();
        try
        {
            var letter = new GroupLetter(group.Id) { Distribution = distribution, NextNumber = writer.NextNumber, Sender = own };
            var from = new GroupDelivery(writer.Session.Iteration, writer.NextNumber, IsRepeated: false);
            Array.ForEach(missing, x => writer.Delivered.Add(x.Name, from));
            return await courier.EncryptAsync(group, missing, letter, states, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(distribution);
        }
    }

    private static byte[] Encrypt(GroupWriter writer, ulong number, byte[] content)
    {
        byte[] plaintext = new GroupPayload(number, writer.Unsent, content).Write();
        SenderKeyStatus status = writer.Session.Encrypt(plaintext, out byte[] message);
        CryptographicOperations.ZeroMemory(plaintext);
        return status == SenderKeyStatus.Ok ? GroupObject.OfMessage(message) : throw new InvalidOperationException($"The sender key cannot encrypt ({status}).");
    }

    /// <summary>All that is stored, in the order in which it goes: the letters with the key, then the message.</summary>
    private OutgoingMessage Compose(Draft draft, IReadOnlyList<byte[]> letters, byte[] message, ulong number)
    {
        OutgoingPart[] parts =
        [
            .. letters.Select((x, i) => Part(i, options.MessageLifetime, x)),
            Part(letters.Count, draft.Lifetime, message) with { Number = number },
        ];
        return new OutgoingMessage(draft.Group.Id, draft.SentMs, Protection.SenderKey, IsKept: true, parts);

        OutgoingPart Part(int index, TimeSpan lifetime, byte[] content) => new(
            draft.SentMs, index, draft.Group.Id, GroupCourier.Space, IsCopy: false, lifetime, clock.Now + lifetime, GroupCourier.Seal(draft.Group, OuterKey(draft.Group), content));
    }

    private async Task<SentMessage> SentAsync(OutboxDelivery delivery, Expiration expiration)
    {
        OutgoingMessage message = delivery.Message;
        StoreResult result = await delivery.Parts[^1].Stored.ConfigureAwait(false);
        return new SentMessage(
            message.Recipient, DateTimeOffset.FromUnixTimeMilliseconds(message.SentMs), result.Hash, message.Protection, message.Named.Data.Length, result.Swarm.Confirmations, SyncHash: null)
        {
            Reference = new MessageReference(Self, message.SentMs),
            ExpiresAt = expiration.Mode == ExpirationMode.Off ? null : clock.Now + expiration.Timer,
        };
    }

    /// <summary>Within a step.</summary>
    private async ValueTask<(GroupLetter? Letter, AccountState? Given)> RepeatAsync(LocalGroup group, AccountId account, DeviceTag device, CancellationToken cancellationToken)
    {
        DeviceTag own = await courier.OwnTagWithinAsync(cancellationToken).ConfigureAwait(false);
        using GroupWriter writer = await memory.WriterAsync(group.Id, own, cancellationToken).ConfigureAwait(false);
        bool had = writer.Delivered.TryGetValue((account, device), out GroupDelivery delivery);
        if (!writer.Session.IsOwn || delivery.IsRepeated || (!had && writer.Epoch != group.State.Epoch))
        {
            return default;
        }

        byte[]? distribution = had ? GroupDistribution.From(writer.Start.Span, delivery.Iteration) : null;
        if (distribution is null)
        {
            distribution = writer.Session.CreateDistribution();
            delivery = new GroupDelivery(writer.Session.Iteration, writer.NextNumber, IsRepeated: false);
        }

        writer.Delivered[(account, device)] = delivery with { IsRepeated = had };
        return (new GroupLetter(group.Id) { Distribution = distribution, NextNumber = delivery.Number, Sender = own }, GroupMemory.Of(group.Id, writer));
    }

    private static ReadOnlyMemory<byte> OuterKey(LocalGroup group) => group.OuterKey ?? throw new GroupException(GroupProblem.NotAMember);

    /// <summary>A message before it is encrypted.</summary>
    private sealed record Draft(LocalGroup Group, MessageContent Message, byte[] Content, long SentMs, TimeSpan Lifetime, AccountChanges Together);
}
