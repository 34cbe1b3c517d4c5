using Session.Protocol.Accounts;
using Session.Protocol.Client.Ratchet;
using Session.Protocol.Client.Stores;
using Session.Protocol.Devices;
using Session.Protocol.Encodings;
using Session.Protocol.Onion;
using Session.Protocol.Onion.Storage;
using Session.Protocol.Onion.Storage.Results;
using Session.Protocol.Onion.Swarms;
using Session.Protocol.Sealing;

namespace Session.Protocol.Client.Tests.Ratchet;

/// <summary>What storage nodes, official clients and forgers see and can do.</summary>
public sealed class RatchetWireTests(TestNetwork network) : RatchetTestBase(network)
{
    [Fact]
    public async Task SendAsync_FirstMessage_IsAnOrdinaryMessageForAnOfficialClient()
    {
        Device bob = await JoinAsync(Bob);
        Device alice = await JoinAsync(Alice);
        await alice.SendAsync(bob, "first");

        StoredMessage stored = Assert.Single(await MailboxAsync(Bob, SwarmNamespace.Default));
        OpenedMessage opened = SealedMessage.Open(stored.Data.Span, Bob);
        Device official = Start(Bob, TestNetwork.Eager);

        Assert.Equal([1, 12, 13, 15, 8801], Fields(opened.Content.Span));
        Assert.Equal("first", (await official.NextAsync()).Text);
    }

    [Fact]
    public async Task SendAsync_Ratcheted_ShowsStorageNodesNeitherTagsNorKeysNorSender()
    {
        Device bob = await JoinAsync(Bob);
        Device alice = await JoinAsync(Alice);
        await alice.SendAsync(bob, "first");

        StoredMessage stored = Assert.Single(await MailboxAsync(Bob, RatchetService.Space));
        OpenedMessage opened = SealedMessage.Open(stored.Data.Span, Bob);
        RatchetEnvelope envelope = DeviceMessage.TryRead(opened.Content.Span)!.Envelope!;
        RatchetBody body = Assert.Single(envelope.Bodies);
        Assert.True(body.Message.TryReadHandshake(out var handshake));

        Assert.Equal(alice.Id, opened.Origin.Sender);
        byte[][] hidden =
        [
            envelope.Sender.ToArray(), body.Recipient.ToArray(), handshake.BaseKey.AsSpan().ToArray(), body.Message.Bytes[..16].ToArray(), alice.Id.KeySpan().ToArray(),
        ];
        Assert.All(hidden, x => Assert.Equal(-1, stored.Data.Span.IndexOf(x)));
    }

    [Fact]
    public async Task Outbox_TellsNothingAboutPeers()
    {
        Device bob = await JoinAsync(Bob);
        Device alice = await JoinAsync(Alice);
        byte[] before = await RecordAsync(Alice);
        await alice.SendAsync(bob, "first");
        await bob.NextAsync("first");

        Assert.Equal(before, await RecordAsync(Alice));
        Assert.True(before.Length < 2_500);
    }

    [Fact]
    public async Task SendAsync_RecordRolledBackInTheSwarm_IsNotFollowed()
    {
        Device bob = await JoinAsync(Bob);
        Device alice = await JoinAsync(Alice, Device.Ratcheting with { Ratchet = Device.Ratcheting.Ratchet with { RecordFreshness = TimeSpan.FromTicks(1) } });
        await alice.SendAsync(bob, "first");
        await bob.NextAsync("first");
        await bob.SendAsync(alice, "answer");
        await alice.NextAsync("answer");
        CapabilityRecord current = Open(await RecordAsync(Bob));

        // A record that Bob did sign once, with a device that is gone.
        using var gone = LocalDevice.Create(Bob.AccountId, current.CreatedAt, Cryptography.RandomSource.System);
        await PublishAsync((current with { Number = 0, Devices = [gone.ToRecord(current.CreatedAt)] }).Sign(Bob));
        await alice.SendAsync(bob, "second");
        ReceivedMessage second = await bob.NextAsync("second");

        Assert.Equal(Protection.Ratchet, second.Protection);
        Assert.Empty(bob.Undecryptable);
    }

    [Fact]
    public async Task SendAsync_RecordForged_IsAsIfThereWereNone()
    {
        Device bob = Start(Bob, TestNetwork.Eager);
        using var device = LocalDevice.Create(Bob.AccountId, DateTimeOffset.UtcNow, Cryptography.RandomSource.System);
        await PublishAsync(Record(device).Sign(Alice)); // signed by another account
        Device alice = await JoinAsync(Alice);

        await alice.SendAsync(bob, "hello");

        Assert.Equal(Protection.Sealed, (await bob.NextAsync("hello")).Protection);
        Assert.Empty(await MailboxAsync(Bob, RatchetService.Space));
    }

    [Fact]
    public async Task SendAsync_MinimumProtectionNotReachable_ThrowsAndStoresNothing()
    {
        Device alice = Start(Alice, Device.Ratcheting with { MinimumProtection = Protection.Ratchet });

        ProtectionUnavailableException refused = await Assert.ThrowsAsync<ProtectionUnavailableException>(() => alice.SendAsync(Bob.AccountId, "secret").AsTask());
        ProtectionUnavailableException note = await Assert.ThrowsAsync<ProtectionUnavailableException>(() => alice.SendAsync(alice, "note").AsTask());

        Assert.Equal((ProtectionObstacle.NoRecord, Protection.Ratchet), (refused.Obstacle, refused.Required));
        Assert.Equal(ProtectionObstacle.NoteToSelf, note.Obstacle);
        Assert.Empty(await MailboxAsync(Bob, SwarmNamespace.Default));
        Assert.Empty(await MailboxAsync(Bob, RatchetService.Space));
        Assert.Empty(await MailboxAsync(Alice, SwarmNamespace.Default));
    }

    [Fact]
    public async Task SendAsync_MinimumProtectionReachable_SendsTheFirstMessageWithoutACopyAndTakesWeakerOnes()
    {
        Device bob = await JoinAsync(Bob);
        Device alice = Start(Alice, Device.Ratcheting with { MinimumProtection = Protection.Ratchet });
        using SessionIdentity carol = SessionIdentity.Create();
        await Start(carol, TestNetwork.Eager).SendAsync(alice, "plain");

        SentMessage sent = await alice.SendAsync(bob, "secret");

        Assert.Equal(Protection.Ratchet, sent.Protection);
        Assert.Empty(await MailboxAsync(Bob, SwarmNamespace.Default));
        Assert.Equal(Protection.Ratchet, (await bob.NextAsync("secret")).Protection);
        Assert.Equal(Protection.Sealed, (await alice.NextAsync("plain")).Protection);
    }

    [Fact]
    public async Task ReceiveAsync_GarbageInTheDeviceNamespace_IsSetAside()
    {
        Device bob = await JoinAsync(Bob);
        Device alice = await JoinAsync(Alice);
        await using OnionClient onion = Network.Onion();
        var swarm = new SwarmClient(onion);
        long now = onion.Clock.NowMilliseconds;
        var body = new RatchetBody(default, new Protocol.Ratchet.RatchetMessage(Protocol.Ratchet.RatchetMessageType.Message, new byte[90]));
        byte[][] junk =
        [
            [1, 2, 3],
            SealedMessage.Seal(Messages.ContentCodec.Encode(new Messages.TextMessage("wrong place"), now), Alice, Bob.AccountId, now),
            SealedMessage.Seal(new DeviceMessage { Envelope = new(new DeviceTag(7), [], false, []) }.Write(now + 1), Alice, Bob.AccountId, now + 1),
            SealedMessage.Seal(new DeviceMessage { Notice = new(new DeviceTag(7), new DeviceTag(8), now, null) }.Write(now + 2), Alice, Bob.AccountId, now + 2),
            SealedMessage.Seal(new DeviceMessage { Envelope = new(new DeviceTag(7), [default], false, [body]), Record = new byte[70] }.Write(now + 3), Alice, Bob.AccountId, now + 3),
        ];
        foreach (byte[] bytes in junk)
        {
            await swarm.StoreAsync(Bob.AccountId, RatchetService.Space, bytes, TimeSpan.FromMinutes(1), cancellationToken: Cancel);
        }

        await alice.SendAsync(bob, "after the noise");
        await bob.NextAsync("after the noise");

        // Nobody vouches for device 7, so nothing was asked for.
        Assert.All(bob.Undecryptable, x => Assert.False(x.IsRequested));
        Assert.Empty(await MailboxAsync(Alice, RatchetService.Space));
    }

    [Fact]
    public void GetSafetyNumber_IsTheSameOnBothSidesAndOnAllDevices()
    {
        Device alice = Start(Alice), laptop = Start(Alice), bob = Start(Bob);

        Assert.Equal(alice.Client.GetSafetyNumber(bob.Id).Digits, bob.Client.GetSafetyNumber(alice.Id).Digits);
        Assert.Equal(alice.Client.GetSafetyNumber(bob.Id).Digits, laptop.Client.GetSafetyNumber(bob.Id).Digits);
        Assert.True(alice.Client.GetSafetyNumber(bob.Id).Matches(bob.Client.GetSafetyNumber(alice.Id).Scannable.Span));
        Assert.Throws<ArgumentException>(() => alice.Client.GetSafetyNumber(default));
    }

    private static CapabilityRecord Record(LocalDevice device)
    {
        DateTimeOffset now = DateTimeOffset.UtcNow;
        return DevicePublisher.Merge(null, 0, isNew: true, device.ToRecord(now), now);
    }

    private CapabilityRecord Open(byte[] bytes)
    {
        Assert.Equal(CapabilityRecordStatus.Ok, CapabilityRecord.TryOpen(bytes, Bob.AccountId, DateTimeOffset.UtcNow, out CapabilityRecord? record));
        return record!;
    }

    private async Task PublishAsync(byte[] record)
    {
        await using OnionClient onion = Network.Onion();
        await new SwarmClient(onion).StoreAsync(
            Bob.AccountId, new SwarmNamespace(DeviceLimits.RecordNamespace), record, TimeSpan.FromDays(1), SwarmCredentials.ForAccount(Bob), Cancel);
    }

    private async Task<byte[]> RecordAsync(SessionIdentity identity) =>
        Assert.Single(await MailboxAsync(identity, new SwarmNamespace(DeviceLimits.RecordNamespace))).Data.ToArray();

    private async Task<IReadOnlyList<StoredMessage>> MailboxAsync(SessionIdentity identity, SwarmNamespace space)
    {
        await using OnionClient onion = Network.Onion();
        SwarmPoll poll = await new SwarmClient(onion).RetrieveAsync(
            new SwarmQuery(identity.AccountId, [space]) { Credentials = SwarmCredentials.ForAccount(identity) }, Cancel);
        return poll.Namespaces[0].Messages;
    }

    private static List<int> Fields(ReadOnlySpan<byte> content)
    {
        var numbers = new List<int>();
        var reader = new ProtoReader(content);
        while (reader.TryRead(out ProtoField field))
        {
            numbers.Add(field.Number);
        }

        Assert.False(reader.IsMalformed);
        return numbers;
    }
}
