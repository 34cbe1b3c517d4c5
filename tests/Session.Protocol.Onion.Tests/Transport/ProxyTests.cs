using System.Net;
using Session.Protocol.LocalNetwork;
using Session.Protocol.Onion.Nodes;

namespace Session.Protocol.Onion.Tests.Transport;

/// <summary>The whole way through real proxies: everything goes through them, and names are theirs to resolve.</summary>
public class ProxyTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("socks5")]
    [InlineData("http")]
    public async Task Client_BehindAProxy_ResolvesNoNameAndConnectsToNobodyElse(string kind)
    {
        await using ProxyProcess proxy = await ProxyProcess.StartAsync(kind);
        await using LocalNetwork.LocalNetwork network = await LocalNetwork.LocalNetwork.StartAsync(new LocalNetworkOptions { NodeCount = 6 }, Cancel);
        int seedPort = network.SeedUrls[0].Port;
        await using var client = new OnionClient(OnionClientOptions.ForSeeds([new Uri($"http://seed.session.test:{seedPort}/")]) with
        {
            Proxy = new WebProxy($"{kind}://127.0.0.1:{proxy.Port}"),
        });

        foreach (LocalNode node in network.Nodes)
        {
            Assert.Equal(200, (await client.SendToNodeAsync(node.ToServiceNode(), """{"method":"info","params":{}}"""u8.ToArray(), Cancel)).Status);
        }

        // The name reached the proxy as a name: nobody here could have resolved it. Of the nodes, only guards were asked for.
        Assert.Contains($"seed.session.test {seedPort}", proxy.Asked);
        string[] nodes = [.. proxy.Asked.Where(asked => !asked.StartsWith("seed", StringComparison.Ordinal)).Distinct()];
        HashSet<string> known = [.. network.Nodes.Select(node => $"{node.Address} {node.HttpsPort}")];
        Assert.NotEmpty(nodes);
        Assert.Subset(known, nodes.ToHashSet());
        Assert.All(client.Paths.Paths, path => Assert.Contains($"{path.Guard.Address} {path.Guard.HttpsPort}", nodes));
    }

    [Theory]
    [InlineData("socks5")]
    [InlineData("http")]
    public async Task Client_ProxyIsGone_FailsAndDoesNotGoAround(string kind)
    {
        await using LocalNetwork.LocalNetwork network = await LocalNetwork.LocalNetwork.StartAsync(new LocalNetworkOptions { NodeCount = 6 }, Cancel);
        await using var client = new OnionClient(network.ClientOptions with { Proxy = new WebProxy($"{kind}://127.0.0.1:9") });

        OnionException e = await Assert.ThrowsAsync<OnionException>(async () => await client.Nodes.GetNodesAsync(Cancel));

        Assert.Equal(OnionFault.NoNodes, e.Fault);
        Assert.Equal(0, network.RequestCount("onion_req"));
    }
}
