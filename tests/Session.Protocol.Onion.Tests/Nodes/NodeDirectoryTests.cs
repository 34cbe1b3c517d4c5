using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Session.Protocol.Onion.Nodes;
using Session.Protocol.Onion.Transport;

namespace Session.Protocol.Onion.Tests.Nodes;

public sealed class NodeDirectoryTests : IDisposable
{
    private readonly MemoryNetwork _network = new(TestNode.Many(8));
    private readonly FakeTimeProvider _time = new(DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_000));
    private readonly MemoryStore _store = new();
    private readonly NodeDirectory _directory;

    public NodeDirectoryTests()
    {
        _network.SeedAnswer = () => MemoryNetwork.Text(200, _network.NodeList());
        _directory = New(_network.Options.Directory);
    }

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task GetNodes_ManyCallers_OneFetch()
    {
        IReadOnlyList<ServiceNode>[] lists = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => _directory.GetNodesAsync().AsTask()));

        Assert.All(lists, list => Assert.Equal(8, list.Count));
        Assert.Single(_network.Posts);
    }

    [Fact]
    public async Task GetNodes_OldList_IsFetchedAgainAndKeptWhenNobodyAnswers()
    {
        await _directory.GetNodesAsync();
        _time.Advance(_network.Options.Directory.Lifetime);
        _network.SeedAnswer = () => throw new OnionException(OnionFault.Unreachable, "down");

        Assert.Equal(8, (await _directory.GetNodesAsync()).Count);
        Assert.Equal(8, (await _directory.GetNodesAsync()).Count);
        Assert.Equal(2, _network.Posts.Count);
    }

    [Theory]
    [InlineData(200, "")]
    [InlineData(200, "{\"result\":{\"service_node_states\":[]}}")]
    [InlineData(200, "<html>")]
    [InlineData(500, "LIST")]
    public async Task GetNodes_SeedGivesNoList_TheNextIsAsked(int status, string body)
    {
        int answers = 0;
        _network.SeedAnswer = () => answers++ == 0
            ? MemoryNetwork.Text(status, body.Replace("LIST", _network.NodeList(), StringComparison.Ordinal))
            : MemoryNetwork.Text(200, _network.NodeList());
        using NodeDirectory directory = New(new NodeDirectoryOptions { Seeds = [new SeedNode(MemoryNetwork.Seed), new SeedNode(MemoryNetwork.Seed)] });

        Assert.Equal(8, (await directory.GetNodesAsync()).Count);
        Assert.Equal(2, answers);
    }

    [Fact]
    public async Task GetNodes_NoSeedAnswers_Throws()
    {
        _network.SeedAnswer = () => throw new OnionException(OnionFault.Unreachable, "down");

        Assert.Equal(OnionFault.NoNodes, (await Assert.ThrowsAsync<OnionException>(async () => await _directory.GetNodesAsync())).Fault);
    }

    [Fact]
    public async Task Drop_MoreThanHalf_FetchesAgain()
    {
        IReadOnlyList<ServiceNode> nodes = await _directory.GetNodesAsync();
        _time.Advance(TimeSpan.FromMinutes(5));
        foreach (ServiceNode node in nodes.Take(4))
        {
            _directory.Drop(node.IdentityKey);
        }

        Assert.Equal(4, (await _directory.GetNodesAsync()).Count);
        _directory.Drop(nodes[5].IdentityKey);
        Assert.Equal(8, (await _directory.GetNodesAsync()).Count);
    }

    [Fact]
    public async Task Refresh_MomentsAfterAFetch_DoesNotAskAgain()
    {
        await _directory.GetNodesAsync();
        await _directory.RefreshAsync();
        Assert.Single(_network.Posts);

        _time.Advance(TimeSpan.FromSeconds(3));
        await _directory.RefreshAsync();

        Assert.Equal(2, _network.Posts.Count);
    }

    [Fact]
    public async Task GetNodes_OldListAndNodesAgree_NoSeedIsAskedAgain()
    {
        ServiceNode[] theirs = [.. TestNode.ManyNodes(9)];
        var asked = new ConcurrentBag<ServiceNode>();
        using NodeDirectory directory = New(_network.Options.Directory, (node, _) =>
        {
            asked.Add(node);
            return new(asked.Count == 2 ? null : theirs);
        });
        await directory.GetNodesAsync();
        Assert.Empty(asked);
        _time.Advance(_network.Options.Directory.Lifetime);

        Assert.Equal(theirs, await directory.GetNodesAsync());
        Assert.Equal(theirs, await directory.GetNodesAsync());
        Assert.Equal(3, asked.Distinct().Count());
        Assert.Single(_network.Posts);
    }

    [Fact]
    public async Task GetNodes_NodesGiveNoListTheyAgreeUpon_SeedsAreAsked()
    {
        int answers = 0;
        using NodeDirectory directory = New(_network.Options.Directory, (_, _) => new(Interlocked.Increment(ref answers) == 1 ? TestNode.ManyNodes(8) : null));
        await directory.GetNodesAsync();
        _time.Advance(_network.Options.Directory.Lifetime);

        Assert.Equal(8, (await directory.GetNodesAsync()).Count);
        Assert.Equal(3, answers);
        Assert.Equal(2, _network.Posts.Count);
    }

    [Fact]
    public async Task GetNodes_OneNodeDoesNotAnswerInTime_TheOtherTwoAreEnough()
    {
        int asked = 0;
        var allAsked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using NodeDirectory directory = New(_network.Options.Directory, async (_, cancellation) =>
        {
            if (Interlocked.Increment(ref asked) < 3)
            {
                return TestNode.ManyNodes(9);
            }

            allAsked.SetResult();
            await Task.Delay(Timeout.Infinite, cancellation);
            return null;
        });
        await directory.GetNodesAsync();
        _time.Advance(_network.Options.Directory.Lifetime);

        Task<IReadOnlyList<ServiceNode>> refresh = directory.GetNodesAsync().AsTask();
        await allAsked.Task;
        _time.Advance(_network.Options.Directory.NodesTimeout);

        Assert.Equal(9, (await refresh).Count);
        Assert.Single(_network.Posts);
    }

    [Fact]
    public async Task GetNodes_NodesDoNotAnswerInTime_SeedsAreAsked()
    {
        int asked = 0;
        var allAsked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using NodeDirectory directory = New(_network.Options.Directory, async (_, cancellation) =>
        {
            if (Interlocked.Increment(ref asked) == 3)
            {
                allAsked.SetResult();
            }

            await Task.Delay(Timeout.Infinite, cancellation);
            return null;
        });
        await directory.GetNodesAsync();
        _time.Advance(_network.Options.Directory.Lifetime);

        Task<IReadOnlyList<ServiceNode>> refresh = directory.GetNodesAsync().AsTask();
        await allAsked.Task;
        Assert.Equal(8, (await directory.GetNodesAsync()).Count);
        _time.Advance(_network.Options.Directory.NodesTimeout);

        Assert.Equal(8, (await refresh).Count);
        Assert.Equal(2, _network.Posts.Count);
    }

    [Fact]
    public async Task GetNodes_SeedKnowsOnlyTheOtherMethod_IsAskedByIt()
    {
        _network.SeedAnswer = () => MemoryNetwork.Text(200, _network.Posts.Count == 1 ? "{\"error\":{\"code\":-32601}}" : _network.NodeList());

        Assert.Equal(8, (await _directory.GetNodesAsync()).Count);
        Assert.Equal(["get_n_service_nodes", "get_service_nodes"], _network.Posts.Select(post => (string?)JsonNode.Parse(post.Body.Span)!["method"]));
    }

    [Fact]
    public void Seeds_KnownNetworks_ArePinnedWhereTheySpeakTls()
    {
        Assert.Equal(3, SeedNode.Mainnet.Count);
        Assert.All(SeedNode.Mainnet, seed => Assert.Equal(("https", "/json_rpc", 32), (seed.RpcAddress.Scheme, seed.RpcAddress.AbsolutePath, seed.CertificateSha256!.Value.Length)));
        Assert.IsType<TransportSecurity.PinnedSecurity>(SeedNode.Mainnet[0].Security);
        Assert.IsType<TransportSecurity.WebSecurity>(new SeedNode(new Uri("https://seed.example")).Security);
        Assert.IsType<TransportSecurity.ServiceNodeSecurity>(new SeedNode(new Uri("https://127.0.0.1:22023")).Security);
        Assert.Equal("http://127.0.0.1:1/json_rpc", new SeedNode(new Uri("http://127.0.0.1:1")).RpcAddress.ToString());
    }

    [Theory]
    [InlineData("http://127.0.0.1:1234", "http://127.0.0.1:1234/json_rpc")]
    [InlineData("http://127.0.0.1:1234/", "http://127.0.0.1:1234/json_rpc")]
    [InlineData("http://127.0.0.1:1234/json_rpc", "http://127.0.0.1:1234/json_rpc")]
    [InlineData("http://127.0.0.1:1234/json_rpc/", "http://127.0.0.1:1234/json_rpc")]
    [InlineData("https://seed.example:4443/net", "https://seed.example:4443/net/json_rpc")]
    [InlineData("https://seed.example/net/json_rpc", "https://seed.example/net/json_rpc")]
    public void Seed_AddressWithOrWithoutPath_IsAskedAtJsonRpc(string address, string expected) =>
        Assert.Equal(expected, new SeedNode(new Uri(address)).RpcAddress.ToString());

    [Fact]
    public async Task GetNodes_ListOfTheLastRunIsFresh_NobodyIsAsked()
    {
        await _directory.GetNodesAsync();
        _network.Posts.Clear();
        _time.Advance(_network.Options.Directory.Lifetime / 2);
        using NodeDirectory second = New(_network.Options.Directory);

        Assert.Equal(8, (await second.GetNodesAsync()).Count);
        Assert.Empty(_network.Posts);

        // Its age counts from when it was fetched, not from when it was read.
        _time.Advance(_network.Options.Directory.Lifetime / 2);
        await second.GetNodesAsync();
        Assert.Single(_network.Posts);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(-3)]
    public async Task GetNodes_ListOfTheLastRunIsOldOrFromTheFuture_ItsNodesAreAskedBeforeAnySeed(int hours)
    {
        _store[OnionStoreItem.Nodes] = new NodeSnapshot(TestNode.ManyNodes(6), _time.GetUtcNow() - TimeSpan.FromHours(hours)).ToBytes();
        using NodeDirectory directory = New(_network.Options.Directory, (_, _) => new(TestNode.ManyNodes(9)));

        Assert.Equal(9, (await directory.GetNodesAsync()).Count);
        Assert.Empty(_network.Posts);
    }

    [Fact]
    public async Task GetNodes_NothingAnswers_TheOldListIsUsed()
    {
        _store[OnionStoreItem.Nodes] = new NodeSnapshot(TestNode.ManyNodes(6), _time.GetUtcNow() - TimeSpan.FromDays(30)).ToBytes();
        _network.SeedAnswer = () => throw new OnionException(OnionFault.Unreachable, "down");
        using NodeDirectory directory = New(_network.Options.Directory with { Fallback = new NodeSnapshot(TestNode.ManyNodes(4), _time.GetUtcNow()) });

        Assert.Equal(6, (await directory.GetNodesAsync()).Count);
    }

    [Fact]
    public async Task GetNodes_NoSeedAndNothingKept_TheShippedListIsUsedAndItsNodesAskedForANewOne()
    {
        _network.SeedAnswer = () => throw new OnionException(OnionFault.Unreachable, "down");
        NodeDirectoryOptions options = _network.Options.Directory with { Fallback = new NodeSnapshot(TestNode.ManyNodes(6), _time.GetUtcNow() - TimeSpan.FromDays(200)) };
        using NodeDirectory silent = New(options);
        Assert.Equal(6, (await silent.GetNodesAsync()).Count);

        using NodeDirectory asking = New(options, (_, _) => new(TestNode.ManyNodes(7)));
        Assert.Equal(7, (await asking.GetNodesAsync()).Count);
        Assert.True(NodeSnapshot.TryRead(_store[OnionStoreItem.Nodes], out NodeSnapshot? saved));
        Assert.Equal(7, saved.Nodes.Count);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task GetNodes_StoreBrokenOrDamaged_WorksWithout(bool broken)
    {
        _store.Broken = broken;
        _store[OnionStoreItem.Nodes] = [1, 2, 3];
        using NodeDirectory directory = New(_network.Options.Directory);

        Assert.Equal(8, (await directory.GetNodesAsync()).Count);
    }

    private NodeDirectory New(NodeDirectoryOptions options, Func<ServiceNode, CancellationToken, ValueTask<IReadOnlyList<ServiceNode>?>>? askNode = null) =>
        new(_network, options, new OnionMemory(_store, NullLogger.Instance), _time, new SeededRandomSource(1), NullLogger.Instance, askNode);
}
