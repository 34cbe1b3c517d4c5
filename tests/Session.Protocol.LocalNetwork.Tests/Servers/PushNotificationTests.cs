using System.Security.Cryptography;
using System.Text;
using Session.Protocol.Accounts;
using Session.Protocol.LocalNetwork.Servers;
using Session.Protocol.LocalNetwork.Storage;
using Session.Protocol.LocalNetwork.Tests.Faults;
using Session.Protocol.Onion.Push;
using Session.Protocol.Onion.Swarms;
using PushSubscription = Session.Protocol.Onion.Push.PushSubscription;

namespace Session.Protocol.LocalNetwork.Tests.Servers;

/// <summary>From a subscription over a stored message to the notification that a device decrypts (protocol/24 §2).</summary>
public sealed class PushNotificationTests : FaultTest
{
    private readonly byte[] _key = RandomNumberGenerator.GetBytes(PushSubscription.EncryptionKeySize);
    private readonly PushDevice _device = new("firebase", Guid.NewGuid().ToString());
    private readonly PushServer _server;

    public PushNotificationTests(FaultNetwork network)
        : base(network) => _server = new PushServer(Client, Network.PushServer.Server);

    public override async ValueTask DisposeAsync()
    {
        await _server.UnsubscribeAsync(Credentials, _device, TestContext.Current.CancellationToken);
        await base.DisposeAsync();
    }

    // protocol/24 §2.4
    [Fact]
    public void Payload_WorkedExample_IsTheSame()
    {
        AccountId account = AccountId.Parse("057730ca242a380d5603dfdfa2efb3357aa67001eaa95209db0cc144c20970747c");
        var subscription = new Session.Protocol.LocalNetwork.Servers.PushSubscription(
            account, "firebase", "device", [SwarmNamespace.Default], WantsData: true, Enumerable.Repeat((byte)0x88, 32).ToArray());
        var message = new StoredMessage("oJwv0OZSrhCeRWTLpcl8e0EVK5SqNU8pGYe0oAA+HUI", 0, 1_775_000_000_000, 1_776_209_600_000, "hello"u8.ToArray());

        byte[] payload = PushPayload.Seal(subscription, message, Enumerable.Repeat((byte)9, 24).ToArray());

        Assert.Equal("f5f8ea9c21d833e3f826713be131879b1b8d3ed6b688a43c1fb83c87a98df13f", Convert.ToHexStringLower(SHA256.HashData(payload)));
    }

    [Fact]
    public async Task Store_InASubscribedMailbox_DeviceGetsTheMessageOnce()
    {
        await SubscribeAsync(includesData: true);
        string hash = (await StoreAsync("hello")).Hash;
        await StoreAsync("hello");
        string next = (await StoreAsync("next")).Hash;

        PushNotification first = await ReceiveAsync(), second = await ReceiveAsync();

        Assert.Equal((Account.AccountId, hash, "hello"), (first.Account, first.Hash, Encoding.UTF8.GetString(first.Data.Span)));
        Assert.Equal(next, second.Hash);
    }

    [Fact]
    public async Task Store_TooLargeForANotification_DeviceIsToldToPoll()
    {
        await SubscribeAsync(includesData: true);
        string hash = (await StoreAsync(new string('x', 2_501))).Hash;

        PushNotification notification = await ReceiveAsync();

        Assert.Equal((hash, true, true), (notification.Hash, notification.IsDataMissing, notification.Data.IsEmpty));
    }

    [Fact]
    public async Task Store_WithoutData_InAnotherMailboxOrUnsubscribed_NothingMoreIsTold()
    {
        await StoreAsync("before the subscription");
        await SubscribeAsync(includesData: false, space: 3);
        await StoreAsync("not asked for");
        await SubscribeAsync(includesData: false);
        string told = (await StoreAsync("told")).Hash;
        Assert.True(await _server.UnsubscribeAsync(Credentials, _device, TestContext.Current.CancellationToken));
        await StoreAsync("after the subscription");
        await SubscribeAsync(includesData: false);
        string last = (await StoreAsync("last")).Hash;

        PushNotification first = await ReceiveAsync(), second = await ReceiveAsync();

        Assert.Equal([told, last], [first.Hash, second.Hash]);
        Assert.Equal((true, false), (first.Data.IsEmpty, first.IsDataMissing));
    }

    private async Task SubscribeAsync(bool includesData, short space = 0) => await _server.SubscribeAsync(
        Credentials,
        new PushSubscription { Device = _device, Namespaces = [new SwarmNamespace(space)], EncryptionKey = _key, IncludesData = includesData },
        TestContext.Current.CancellationToken);

    private ValueTask<Session.Protocol.Onion.Storage.Results.StoreResult> StoreAsync(string text) =>
        Swarms.StoreAsync(Account.AccountId, SwarmNamespace.Default, Encoding.UTF8.GetBytes(text), TimeSpan.FromHours(1));

    private async Task<PushNotification> ReceiveAsync()
    {
        using var stop = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        ReadOnlyMemory<byte> payload = await Network.PushServer.ReceiveAsync(_device.Token, stop.Token);
        Assert.True(PushNotification.TryOpen(payload.Span, _key, out PushNotification? notification));
        return notification;
    }
}
