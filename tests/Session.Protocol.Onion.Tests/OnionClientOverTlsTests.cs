using System.Text;
using Session.Protocol.LocalNetwork;
using Session.Protocol.Onion.Nodes;
using Session.Protocol.Onion.Requests;

namespace Session.Protocol.Onion.Tests;

/// <summary>The client as a program uses it, against nodes with real TLS.</summary>
public class OnionClientOverTlsTests
{
    private static readonly byte[] Info = """{"method":"info","params":{}}"""u8.ToArray();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task SendToNode_EveryNodeOfALocalNetwork_Answers(bool addressPerNode)
    {
        await using LocalNetwork.LocalNetwork network = await LocalNetwork.LocalNetwork.StartAsync(new LocalNetworkOptions { AddressPerNode = addressPerNode, NodeCount = 5 });
        var seeds = new NodeDirectoryOptions { Seeds = [.. network.SeedUrls.Select(url => new SeedNode(url))] };
        await using var client = new OnionClient(new OnionClientOptions { Directory = seeds });

        foreach (LocalNode node in network.Nodes)
        {
            OnionResponse response = await client.SendToNodeAsync(node.ToServiceNode(), Info);

            Assert.Equal(200, response.Status);
            Assert.Contains("\"version\":[2,8,0]", Encoding.UTF8.GetString(response.Body.Span), StringComparison.Ordinal);
        }

        Assert.Equal(!addressPerNode, client.Paths.NetworkRuleRelaxed);
        Assert.All(client.Paths.Paths, path => Assert.Equal(3, path.Hops.Distinct().Count()));
        Assert.InRange(client.Clock.Offset.TotalMilliseconds, -1000, 1000);
    }
}
