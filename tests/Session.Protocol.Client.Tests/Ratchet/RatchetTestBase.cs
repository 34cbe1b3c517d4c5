using Session.Protocol.Accounts;
using Session.Protocol.Messages;

namespace Session.Protocol.Client.Tests.Ratchet;

/// <summary>Two accounts on a local network, and a deadline for everything.</summary>
public abstract class RatchetTestBase(TestNetwork network) : IClassFixture<TestNetwork>, IAsyncLifetime
{
    private readonly CancellationTokenSource _deadline = new(TestNetwork.Patience);
    private readonly List<Device> _devices = [];

    private protected SessionIdentity Alice { get; } = SessionIdentity.Create();

    private protected SessionIdentity Bob { get; } = SessionIdentity.Create();

    private protected TestNetwork Network => network;

    private protected CancellationToken Cancel => _deadline.Token;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        foreach (Device device in _devices)
        {
            await device.DisposeAsync();
        }

        Alice.Dispose();
        Bob.Dispose();
        _deadline.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>A running device.</summary>
    private protected Device Start(SessionIdentity identity, SessionClientOptions? options = null)
    {
        var device = new Device(network, identity, options ?? Device.Ratcheting, Cancel);
        _devices.Add(device);
        return device.Start();
    }

    /// <summary>A running device whose record is published.</summary>
    private protected async Task<Device> JoinAsync(SessionIdentity identity, SessionClientOptions? options = null)
    {
        Device device = Start(identity, options);

        // Sending publishes first, and a typing indicator leaves no copy for the other devices.
        using SessionIdentity nobody = SessionIdentity.Create();
        await device.Client.SendAsync(nobody.AccountId, new TypingIndicator { IsTyping = true }, Cancel);
        return device;
    }

    /// <summary>Two running devices that have a ratchet with each other.</summary>
    private protected async Task<(Device Alice, Device Bob)> TalkAsync()
    {
        Device bob = await JoinAsync(Bob);
        Device alice = await JoinAsync(Alice);
        await alice.SendAsync(bob, "hello");
        await bob.NextAsync("hello");
        await bob.SendAsync(alice, "hi");
        await alice.NextAsync("hi");
        return (alice, bob);
    }
}
