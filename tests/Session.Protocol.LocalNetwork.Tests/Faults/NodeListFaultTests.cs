using Session.Protocol.LocalNetwork.Faults;
using Session.Protocol.Onion;
using Session.Protocol.Onion.Nodes;

namespace Session.Protocol.LocalNetwork.Tests.Faults;

/// <summary>Faults 29 to 32: seeds, and lists that are wrong, short or odd.</summary>
public class NodeListFaultTests(FaultNetwork network) : FaultTest(network)
{
    public static TheoryData<string> SeedFaults => ["down", "page", "truncated", "empty"];

    [Theory]
    [MemberData(nameof(SeedFaults))]
    public async Task Fault29_TwoSeedsFail_TheThirdIsAsked(string kind)
    {
        Add(SeedFault(kind).AtSeed(0));
        Add(SeedFault(kind).AtSeed(1));

        for (int i = 0; i < 3; i++)
        {
            await using OnionClient client = Connect(Network.ClientOptions);
            Assert.Equal(Network.Nodes.Count, (await client.Nodes.GetNodesAsync()).Count);
        }
    }

    [Theory]
    [MemberData(nameof(SeedFaults))]
    public async Task Fault29_AllSeedsFail_IsAClearErrorAndLaterTheKnownListStays(string kind)
    {
        IReadOnlyList<ServiceNode> known = await Client.Nodes.GetNodesAsync();
        Add(SeedFault(kind).At(NodeRole.Seed));

        await using OnionClient fresh = Connect(Network.ClientOptions);
        OnionException e = await FailsAsync(OnionFault.NoNodes, () => fresh.Nodes.GetNodesAsync().AsTask());

        Assert.True(e.IsTransient);
        Assert.Equal(known.Count, (await Client.Nodes.RefreshAsync()).Count);
    }

    [Fact]
    public async Task Fault29_SeedWithAnotherCertificate_IsNotBelieved()
    {
        await using LocalNetwork network = await LocalNetwork.StartAsync(LocalNetworkOptions.Default with { NodeCount = 4, SeedCount = 2, SeedsOverHttps = true });
        ActiveFault wrong = network.Faults.Add(Fault.OddTls(TlsTrouble.OtherName).AtSeed(0));

        while (wrong.Fired == 0)
        {
            await using var client = new OnionClient(network.ClientOptions);
            Assert.Equal(4, (await client.Nodes.GetNodesAsync()).Count);
        }

        network.Faults.Add(Fault.OddTls(TlsTrouble.OtherName).AtSeed(1));
        await using var lost = new OnionClient(network.ClientOptions);
        await FailsAsync(OnionFault.NoNodes, () => lost.Nodes.GetNodesAsync().AsTask());
    }

    [Theory]
    [InlineData(20)]
    [InlineData(10_001)]
    public async Task Fault30_OneOfThreeNodesLies_TheListStaysTrue(int count)
    {
        await PathsAsync();
        Clock.Advance(TimeSpan.FromMinutes(1));
        ActiveFault lies = Add(Fault.LyingNodeList(count).At(NodeRole.Destination).Times(1));

        IReadOnlyList<ServiceNode> nodes = await Client.Nodes.RefreshAsync();

        Assert.Equal(1, lies.Fired);
        Assert.Equal(
            Network.Nodes.Select(node => node.IdentityKey.ToString()).Order(StringComparer.Ordinal),
            nodes.Select(node => node.IdentityKey.ToString()).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Fault31_TooFewNodes_IsAClearErrorWithoutAnEndlessLoop()
    {
        Add(Fault.ShortNodeList(3));
        await using OnionClient client = Connect(Network.ClientOptions);

        OnionException e = await FailsAsync(OnionFault.NoPath, () => InfoAsync(Network.Nodes[0], client).AsTask());

        Assert.True(e.IsTransient);
    }

    [Fact]
    public async Task Fault31_FiveNodes_AreEnoughForOnePath()
    {
        Add(Fault.ShortNodeList(5));
        await using OnionClient client = Connect(Network.ClientOptions);

        Assert.Equal(200, (await InfoAsync(Network.Nodes[0], client)).Status);
        Assert.Equal(5, (await client.Nodes.GetNodesAsync()).Count);
    }

    [Fact]
    public async Task Fault32_OddEntries_AreReadOrDropped()
    {
        Add(Fault.OddNodesInList);
        await using OnionClient client = Connect(Network.ClientOptions);

        IReadOnlyList<ServiceNode> nodes = await client.Nodes.GetNodesAsync();

        Assert.Equal(
            Network.Nodes.Select(node => (node.IdentityKey.ToString(), (ulong?)node.SwarmId)).Order(),
            nodes.Select(node => (node.IdentityKey.ToString(), node.SwarmId)).Order());
        Assert.All(nodes, node => Assert.True(node.SwarmId > 1UL << 53));
    }

    private static Fault SeedFault(string kind) => kind switch
    {
        "down" => Fault.NodeDown,
        "page" => Fault.SeedAnswersWithPage,
        "truncated" => Fault.SeedAnswerTruncated,
        _ => Fault.LyingNodeList(0),
    };
}
