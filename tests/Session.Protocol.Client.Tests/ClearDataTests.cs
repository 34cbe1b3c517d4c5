using Session.Protocol.Accounts;
using Session.Protocol.Client.Stores;
using Session.Protocol.LocalNetwork;
using Session.Protocol.Onion.Storage.Results;

namespace Session.Protocol.Client.Tests;

public sealed class ClearDataTests(TestNetwork network) : IClassFixture<TestNetwork>, IDisposable
{
    private static readonly AccountStateKey Entry = new(AccountStateKind.SentMessage, "kept");

    private readonly CancellationTokenSource _deadline = new(TestNetwork.Patience);
    private readonly SessionIdentity _alice = SessionIdentity.Create();
    private readonly SessionIdentity _bob = SessionIdentity.Create();
    private readonly InMemoryAccountStore _store = new();

    private CancellationToken Cancel => _deadline.Token;

    public void Dispose()
    {
        _alice.Dispose();
        _bob.Dispose();
        _deadline.Dispose();
    }

    [Fact]
    public async Task ClearDataAsync_Network_EmptiesTheSwarmAndKeepsTheDevice()
    {
        await using SessionClient alice = network.Connect(_alice);
        await using SessionClient bob = await BobAsync();
        await alice.SendTextAsync(_bob.AccountId, "gone soon", Cancel);

        ClearedData cleared = await bob.ClearDataAsync(ClearTargets.Network, Cancel);
        await alice.SendTextAsync(_bob.AccountId, "still here", Cancel);

        Assert.Equal(1, cleared.Network!.Deleted);
        Assert.Equal(3, cleared.Network.Confirmations);
        Assert.All(cleared.Network.Members, x => Assert.Equal(MemberOutcome.Confirmed, x.Outcome));
        Assert.True(cleared.Network.IsComplete);
        Assert.False(cleared.Device);
        Assert.NotNull(await _store.LoadStateAsync(Entry, Cancel));
        Assert.Equal("still here", (await FirstAsync(bob)).Text);
    }

    [Fact]
    public async Task ClearDataAsync_Device_DeletesTheStoreAndKeepsTheSwarm()
    {
        await using SessionClient alice = network.Connect(_alice);
        await using SessionClient bob = await BobAsync();
        await alice.SendTextAsync(_bob.AccountId, "waiting", Cancel);

        ClearedData cleared = await bob.ClearDataAsync(ClearTargets.Device, Cancel);

        Assert.Equal(new ClearedData(null, Device: true), cleared);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => _store.LoadStateAsync(Entry, Cancel).AsTask());
        await Assert.ThrowsAsync<ObjectDisposedException>(() => bob.SendTextAsync(_alice.AccountId, "too late", Cancel).AsTask());
        await Assert.ThrowsAsync<ObjectDisposedException>(() => FirstAsync(bob));
        await using SessionClient anew = network.Connect(_bob);
        Assert.Equal("waiting", (await FirstAsync(anew)).Text);
    }

    [Fact]
    public async Task ClearDataAsync_EverythingWithOneMemberDown_SaysWhoAndDeletesTheDevice()
    {
        await using var own = new TestNetwork();
        await own.InitializeAsync();
        await using SessionClient bob = own.Connect(_bob, store: _store);
        await bob.SendTextAsync(_bob.AccountId, "note", Cancel);
        LocalNode down = own.Network.Swarms.Values.Single(x => x.Any(node => node.RequestCount("store") > 0))[0];
        down.Peers.SetCondition(NodeCondition.Stopped);

        ClearedData cleared = await bob.ClearDataAsync(ClearTargets.Everything, Cancel);

        Assert.Equal(2, cleared.Network!.Confirmations);
        Assert.False(cleared.Network.IsComplete);
        Assert.Equal(3, cleared.Network.Members.Count);
        Assert.True(cleared.Device);
    }

    [Fact]
    public async Task ClearDataAsync_Misuse_Throws()
    {
        await using SessionClient bob = network.Connect(_bob);

        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => bob.ClearDataAsync(ClearTargets.None, Cancel).AsTask());
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => bob.ClearDataAsync((ClearTargets)8, Cancel).AsTask());
    }

    private async Task<SessionClient> BobAsync()
    {
        await _store.CommitAsync(new AccountChanges { States = [new(Entry, new byte[] { 1 })] }, Cancel);
        return network.Connect(_bob, store: _store);
    }

    private async Task<ReceivedMessage> FirstAsync(SessionClient client)
    {
        await foreach (ReceivedMessage message in client.ReceiveAsync(Cancel))
        {
            return message;
        }

        throw new InvalidOperationException("The sequence has no end.");
    }
}
