using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Session.Protocol.LocalNetwork.Http;
using Session.Protocol.LocalNetwork.Tests.Support;

namespace Session.Protocol.LocalNetwork.Tests;

public class LocalNetworkTests
{
    [Theory]
    [InlineData(9, 2, new[] { 5, 4 })]
    [InlineData(30, 5, new[] { 6, 6, 6, 6, 6 })]
    [InlineData(1, 1, new[] { 1 })]
    public async Task StartAsync_NodesAndSwarms_SharesThemOutEvenly(int nodes, int swarms, int[] sizes)
    {
        await using LocalNetwork network = await LocalNetwork.StartAsync(new LocalNetworkOptions { NodeCount = nodes, SwarmCount = swarms });

        Assert.Equal(nodes, network.Nodes.Count);
        Assert.Equal(sizes, network.Swarms.OrderBy(swarm => network.Nodes.ToList().IndexOf(swarm.Value[0])).Select(swarm => swarm.Value.Count));
        Assert.Equal(nodes, network.Nodes.Select(node => node.ToString()).Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(nodes, network.Nodes.Select(node => node.IdentityKey).Distinct().Count());
        Assert.All(network.Nodes, node => Assert.True(IPAddress.IsLoopback(node.Address)));
        Assert.All(network.Nodes, node => Assert.True(node.IdentityKey.TryToX25519(out Accounts.X25519PublicKey image) && image == node.EncryptionKey));
        Assert.DoesNotContain(ulong.MaxValue, network.Swarms.Keys);
    }

    [Fact]
    public async Task StartAsync_Default_EachNodeHasAnAddressBlockOfItsOwnWhereTheSystemAllows()
    {
        await using LocalNetwork network = await LocalNetwork.StartAsync();
        int blocks = network.Nodes.Select(node => Convert.ToHexString(node.Address.GetAddressBytes().AsSpan(0, 3))).Distinct(StringComparer.Ordinal).Count();

        Assert.Equal(network.SharesOneAddress ? 1 : 9, blocks);
        Assert.Equal(!LoopbackAddresses.ManyAvailable, network.SharesOneAddress);
    }

    // The situation of a system that has 127.0.0.1 alone.
    [Fact]
    public async Task StartAsync_OneAddressForAll_TellsSoAndEveryNodeAnswers()
    {
        await using LocalNetwork network = await LocalNetwork.StartAsync(new LocalNetworkOptions { AddressPerNode = false });
        using var client = new NodeClient();

        Assert.True(network.SharesOneAddress);
        Assert.All(network.Nodes, node => Assert.Equal(IPAddress.Loopback, node.Address));
        foreach (LocalNode node in network.Nodes)
        {
            Assert.Equal(200, (await client.RpcAsync(node, "info", [])).Status);
            Assert.Equal(1, node.RequestCount("info"));
        }

        Assert.Equal(9, network.RequestCount("info"));
        Assert.Equal(9, network.RequestCounts()["info"]);
    }

    [Fact]
    public async Task StartAsync_SameKeySeed_GivesTheSameKeys()
    {
        var options = new LocalNetworkOptions { NodeCount = 3, SwarmCount = 1, KeySeed = 7 };
        await using LocalNetwork first = await LocalNetwork.StartAsync(options);
        await using LocalNetwork second = await LocalNetwork.StartAsync(options);
        await using LocalNetwork other = await LocalNetwork.StartAsync(options with { KeySeed = 8 });

        Assert.Equal(first.Nodes.Select(node => node.IdentityKey), second.Nodes.Select(node => node.IdentityKey));
        Assert.NotEqual(first.Nodes[0].IdentityKey, other.Nodes[0].IdentityKey);
    }

    [Theory]
    [InlineData(0, 1, 600, 300)]
    [InlineData(1001, 1, 600, 300)]
    [InlineData(3, 0, 600, 300)]
    [InlineData(3, 4, 600, 300)]
    [InlineData(3, 1, 0, 300)]
    [InlineData(3, 1, 600, 0)]
    public async Task StartAsync_OptionOutOfRange_Throws(int nodes, int swarms, int burst, int perSecond) =>
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => LocalNetwork.StartAsync(new LocalNetworkOptions
        {
            NodeCount = nodes,
            SwarmCount = swarms,
            RateLimitBurst = burst,
            RateLimitPerSecond = perSecond,
        }));

    [Fact]
    public async Task StartAsync_Cancelled_LeavesNothing() =>
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => LocalNetwork.StartAsync(cancellationToken: new CancellationToken(canceled: true)));

    [Fact]
    public async Task StartAsync_NineNodes_AreUpInUnderTwoSeconds()
    {
        // The best of three: the machine may be busy with other tests.
        TimeSpan best = TimeSpan.MaxValue;
        for (int i = 0; i < 3; i++)
        {
            var watch = Stopwatch.StartNew();
            await using LocalNetwork network = await LocalNetwork.StartAsync();
            best = watch.Elapsed < best ? watch.Elapsed : best;
        }

        Assert.InRange(best, TimeSpan.Zero, TimeSpan.FromSeconds(2));
    }

    [Fact]
    public async Task DisposeAsync_WhileClientsAreConnected_ClosesEveryPortAndMayRepeat()
    {
        LocalNetwork network = await LocalNetwork.StartAsync(new LocalNetworkOptions { NodeCount = 3, SwarmCount = 1 });
        using var client = new NodeClient();
        using var http = new HttpClient();
        Assert.Equal(200, (await client.RpcAsync(network.Nodes[0], "info", [])).Status);
        using HttpResponseMessage list = await http.PostAsJsonAsync(new Uri(network.SeedUrls[0], "json_rpc"), new { jsonrpc = "2.0", id = 0, method = "get_info" });
        Assert.Equal(JsonValueKind.Object, (await list.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("result").ValueKind);

        await network.DisposeAsync();
        await network.DisposeAsync();

        foreach (LocalNode node in network.Nodes)
        {
            await Assert.ThrowsAsync<HttpRequestException>(() => client.RpcAsync(node, "info", []));
        }
    }
}
