using Session.Protocol.Accounts;
using Session.Protocol.Onion;
using Session.Protocol.Onion.Nodes;
using Session.Protocol.Onion.Requests;
using Session.Protocol.Onion.Storage;
using Session.Protocol.Onion.Storage.Results;
using Session.Protocol.Onion.Swarms;

namespace Session.Protocol.LocalNetwork.Tests;

/// <summary>The library's own client finds everything it needs here: node list, paths, swarms, signatures that verify.</summary>
public class OnionClientTests
{
    [Fact]
    public async Task SendToNode_EveryNode_AnswersThroughThreeHops()
    {
        await using LocalNetwork network = await LocalNetwork.StartAsync();
        await using var client = new OnionClient(new OnionClientOptions
        {
            Directory = NodeDirectoryOptions.Default with { Seeds = [.. network.SeedUrls.Select(seed => new SeedNode(seed))] },
        });

        foreach (LocalNode node in network.Nodes)
        {
            OnionResponse answer = await client.SendToNodeAsync(node.ToServiceNode(), """{"method":"info","params":{}}"""u8.ToArray());
            Assert.Equal(200, answer.Status);
        }

        Assert.True(network.RequestCount("onion_req") >= 9 * 4);
    }

    [Fact]
    public async Task Store_ThroughTheSwarmClient_IsVerifiedByTheClientAndHeldByTheSwarm()
    {
        await using LocalNetwork network = await LocalNetwork.StartAsync();
        await using var client = new OnionClient(new OnionClientOptions
        {
            Directory = NodeDirectoryOptions.Default with { Seeds = [.. network.SeedUrls.Select(seed => new SeedNode(seed))] },
        });
        using SessionIdentity bob = SessionIdentity.Create();
        var swarms = new SwarmClient(client);

        StoreResult stored = await swarms.StoreAsync(bob.AccountId, SwarmNamespace.Default, "hello"u8.ToArray(), TimeSpan.FromHours(1));

        IReadOnlyList<LocalNode> members = network.Registry.Members(network.Registry.SwarmOf(bob.AccountId.ToString()));
        Assert.Equal(MessageHash.Compute(bob.AccountId, SwarmNamespace.Default, "hello"u8), stored.Hash);
        Assert.All(network.Nodes, node => Assert.Equal(members.Contains(node) ? 1 : 0, node.StoredMessageCount));
    }
}
