using System.Text;
using Session.Protocol.Accounts;
using Session.Protocol.Cryptography;
using Session.Protocol.Onion;
using Session.Protocol.Onion.Names;
using Session.Protocol.Onion.Push;
using Session.Protocol.Onion.Storage;
using Session.Protocol.Onion.Swarms;

namespace Session.Protocol.LocalNetwork.Tests.Servers;

/// <summary>Names and push subscriptions with the real client over three hops.</summary>
public sealed class NameAndPushTests : IAsyncLifetime
{
    private readonly SessionIdentity _identity = SessionIdentity.Create();
    private LocalNetwork? _network;
    private OnionClient? _onion;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _network = await LocalNetwork.StartAsync(LocalNetworkOptions.Default with { NodeCount = 6, SwarmCount = 1 });
        _onion = new OnionClient(_network.ClientOptions);
    }

    public async ValueTask DisposeAsync()
    {
        await _onion!.DisposeAsync();
        await _network!.DisposeAsync();
        _identity.Dispose();
    }

    [Fact]
    public async Task Resolve_RegisteredName_IsTheAccountAndAnotherNameIsNobody()
    {
        Register("some-name");
        var names = new NameResolver(_onion!);
        Assert.Equal(_identity.AccountId, await names.ResolveAsync("Some-Name", Cancellation));
        Assert.Null(await names.ResolveAsync("some-other-name", Cancellation));
    }

    [Fact]
    public async Task Push_SubscribeRenewAndEnd_IsWhatTheServerHolds()
    {
        var push = new PushServer(_onion!, _network!.PushServer.Server);
        var device = new PushDevice("firebase", "device");
        var subscription = new PushSubscription { Device = device, Namespaces = [SwarmNamespace.Default, new SwarmNamespace(3)], EncryptionKey = new byte[32] };
        SwarmCredentials credentials = SwarmCredentials.ForAccount(_identity);

        Assert.True(await push.SubscribeAsync(credentials, subscription, Cancellation));
        Assert.False(await push.SubscribeAsync(credentials, subscription with { IncludesData = false }, Cancellation));
        var held = Assert.Single(_network.PushServer.Subscriptions);
        Assert.Equal((_identity.AccountId, "firebase", "device", false), (held.Account, held.Service, held.DeviceToken, held.WantsData));
        Assert.True(await push.UnsubscribeAsync(credentials, device, Cancellation));
        Assert.False(await push.UnsubscribeAsync(credentials, device, Cancellation));
        Assert.Empty(_network.PushServer.Subscriptions);
    }

    [Fact]
    public async Task Push_ServiceThatTheServerDoesNotKnow_IsRejected()
    {
        var push = new PushServer(_onion!, _network!.PushServer.Server);
        var subscription = new PushSubscription { Device = new PushDevice("pigeon", "device"), Namespaces = [SwarmNamespace.Default], EncryptionKey = new byte[32] };
        OnionException e = await Assert.ThrowsAsync<OnionException>(async () => await push.SubscribeAsync(SwarmCredentials.ForAccount(_identity), subscription, Cancellation));
        Assert.Equal(OnionFault.Rejected, e.Fault);
    }

    private void Register(string name)
    {
        byte[] hash = NameRecord.HashOf(name);
        byte[] key = new byte[32];
        byte[] nonce = new byte[XChaCha20Poly1305.NonceSize];
        byte[] value = new byte[AccountId.Size + XChaCha20Poly1305.TagSize];
        Blake2b.Hash(Encoding.UTF8.GetBytes(name), hash, key);
        XChaCha20Poly1305.Encrypt(key, nonce, _identity.AccountId.AsSpan(), value);
        _network!.SetName(hash, value, nonce);
    }
}
