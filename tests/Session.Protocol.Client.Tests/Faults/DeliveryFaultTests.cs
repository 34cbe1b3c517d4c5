using Session.Protocol.Accounts;
using Session.Protocol.LocalNetwork;
using Session.Protocol.LocalNetwork.Faults;
using Network = Session.Protocol.LocalNetwork.LocalNetwork;
using NetworkOptions = Session.Protocol.LocalNetwork.LocalNetworkOptions;

namespace Session.Protocol.Client.Tests.Faults;

/// <summary>What an application must not notice of protocol/26 §6: every message comes once, whatever the swarm does.</summary>
public sealed class DeliveryFaultTests : IAsyncLifetime
{
    private readonly SessionIdentity _alice = SessionIdentity.Create();
    private readonly SessionIdentity _bob = SessionIdentity.Create();
    private Network? _network;
    private SessionClient? _sender;
    private SessionClient? _receiver;

    private Network Network => _network!;

    public async ValueTask InitializeAsync()
    {
        _network = await Network.StartAsync(NetworkOptions.Default with { NodeCount = 12, SwarmCount = 3 });
        _sender = SessionClient.Connect(_alice, _network.ClientOptions, TestNetwork.Eager with { SyncSentMessages = false });
        _receiver = SessionClient.Connect(_bob, _network.ClientOptions, TestNetwork.Eager);
    }

    public async ValueTask DisposeAsync()
    {
        await _sender!.DisposeAsync();
        await _receiver!.DisposeAsync();
        await _network!.DisposeAsync();
        _alice.Dispose();
        _bob.Dispose();
    }

    [Fact]
    public async Task Fault18_DuplicateMessages_AreDeliveredOnce()
    {
        await ExpectOnceAsync(["one", "two"], () => Network.Faults.Add(Fault.DuplicateMessages));
    }

    [Fact]
    public async Task Fault19_MembersThatLackTheNewestOrReorder_AllIsDeliveredOnce()
    {
        // Two members are asked each time, and all but one give less than they have.
        await ExpectOnceAsync(["one", "two", "three"], () =>
        {
            Network.Faults.Add(Fault.ReversesMessages);
            foreach (LocalNode member in Network.SwarmOf(_bob.AccountId).Skip(1))
            {
                Network.Faults.Add(Fault.LacksNewestMessage.At(member));
            }
        });
    }

    [Fact]
    public async Task Fault20_LastHashUnknown_NothingIsDeliveredAgain()
    {
        await ExpectOnceAsync(["one", "two"], () => Network.Faults.Add(Fault.ForgetsLastHash));
    }

    [Fact]
    public async Task Fault39_SwarmDissolvedWhilePolling_NothingIsLostOnceMessagesHaveMoved()
    {
        await SendAsync("before");
        await using IAsyncEnumerator<ReceivedMessage> messages = _receiver!.ReceiveAsync(new CancellationTokenSource(TestNetwork.Patience).Token).GetAsyncEnumerator();
        Assert.True(await messages.MoveNextAsync());
        Assert.Equal("before", messages.Current.Text);

        // Messages that the old swarm has and the new one gets late; and one that goes straight to the new one.
        await SendAsync("with the old swarm");
        ActiveFault late = Network.Faults.Add(Fault.LateHandOver(TimeSpan.FromMilliseconds(300)));
        ulong old = Network.SwarmOf(_bob.AccountId)[0].SwarmId;
        Network.DissolveSwarm(old);
        await SendAsync("with the new swarm");

        var texts = new List<string?>();
        for (int i = 0; i < 2; i++)
        {
            Assert.True(await messages.MoveNextAsync());
            texts.Add(messages.Current.Text);
        }

        Assert.Equal(1, late.Fired);
        Assert.Equal(["with the new swarm", "with the old swarm"], texts.Order(StringComparer.Ordinal));
        await SendAsync("end");
        Assert.True(await messages.MoveNextAsync());
        Assert.Equal("end", messages.Current.Text);
    }

    [Fact]
    public async Task Fault18To20_NodesChangeAndTheirMemoryIsLost_EachMessageIsDeliveredOnce()
    {
        await SendAsync("one");
        using var patience = new CancellationTokenSource(TestNetwork.Patience);
        await using IAsyncEnumerator<ReceivedMessage> messages = _receiver!.ReceiveAsync(patience.Token).GetAsyncEnumerator();
        Assert.True(await messages.MoveNextAsync());

        // New members have the messages in their own order and know no position of ours.
        LocalNode newcomer = Network.Nodes.First(node => !Network.SwarmOf(_bob.AccountId).Contains(node));
        ulong swarm = Network.SwarmOf(_bob.AccountId)[0].SwarmId;
        foreach (LocalNode member in Network.SwarmOf(_bob.AccountId))
        {
            Network.Move(newcomer, swarm);
            Network.Decommission(member);
            await SendAsync($"after {member}");
            Assert.True(await messages.MoveNextAsync());
            Assert.Equal($"after {member}", messages.Current.Text);
            newcomer = member;
        }
    }

    /// <summary>Sends the texts under a fault, then one more without it: what comes are exactly these.</summary>
    private async Task ExpectOnceAsync(string[] texts, Action script)
    {
        using var patience = new CancellationTokenSource(TestNetwork.Patience);
        await using IAsyncEnumerator<ReceivedMessage> messages = _receiver!.ReceiveAsync(patience.Token).GetAsyncEnumerator();
        script();
        ActiveFault[] faults = [.. Network.Faults.Active];
        var received = new List<string?>();
        foreach (string text in texts)
        {
            await SendAsync(text);
            Assert.True(await messages.MoveNextAsync());
            received.Add(messages.Current.Text);
        }

        Assert.All(faults.Take(1), fault => Assert.True(fault.Fired > 0));
        Network.Faults.Clear();
        await SendAsync("end");
        Assert.True(await messages.MoveNextAsync());
        received.Add(messages.Current.Text);
        Assert.Equal([.. texts, "end"], received);
    }

    private ValueTask<SentMessage> SendAsync(string text) => _sender!.SendTextAsync(_bob.AccountId, text);
}
