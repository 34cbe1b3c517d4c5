using Session.Protocol.LocalNetwork;
using Session.Protocol.Onion.Nodes;

namespace Session.Protocol.Onion.Tests;

public class KeepAliveTests
{
    [Fact]
    public async Task Requests_OneAfterTheOther_UseOneConnectionToEachGuardAndNoneToOthers()
    {
        CancellationToken cancel = TestContext.Current.CancellationToken;
        await using LocalNetwork.LocalNetwork network = await LocalNetwork.LocalNetwork.StartAsync(new LocalNetworkOptions { NodeCount = 10 }, cancel);
        await using var client = new OnionClient(network.ClientOptions);

        for (int i = 0; i < 200; i++)
        {
            ServiceNode free = network.Nodes.Select(node => node.ToServiceNode()).First(node => !client.Paths.Paths.Any(path => path.Contains(node.IdentityKey)));
            Assert.Equal(200, (await client.SendToNodeAsync(free, """{"method":"info","params":{}}"""u8.ToArray(), cancel)).Status);
        }

        Assert.True(network.RequestCount("onion_req") >= 800);
        Assert.All(network.Nodes, node => Assert.Equal(
            client.Paths.Paths.Any(path => path.Guard.IdentityKey == node.IdentityKey) ? 1 : 0, node.RequestCount("connection")));
    }
}
