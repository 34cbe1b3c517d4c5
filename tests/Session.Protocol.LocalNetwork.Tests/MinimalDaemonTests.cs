using Session.Protocol.Accounts;
using Session.Protocol.LocalNetwork.Tests.Support;
using Session.Protocol.Onion;
using Session.Protocol.Onion.Nodes;
using Session.Protocol.Onion.Storage;
using Session.Protocol.Onion.Storage.Results;
using Session.Protocol.Onion.Swarms;

namespace Session.Protocol.LocalNetwork.Tests;

/// <summary>
/// The network of a developer's machine: nine nodes in three swarms, all on 127.0.0.1, found through a stand-in for the daemon.
/// </summary>
public class MinimalDaemonTests
{
    [Theory]
    [InlineData("get_service_nodes", true, "")]
    [InlineData("get_n_service_nodes", false, "json_rpc")]
    public async Task Client_ThroughAStandInDaemon_DoesAllItsWork(string method, bool portsAsText, string path)
    {
        await using LocalNetwork network = await LocalNetwork.StartAsync(new LocalNetworkOptions { NodeCount = 9, SwarmCount = 3, AddressPerNode = false });
        await using var daemon = new MinimalDaemon(method, portsAsText, network.Nodes);
        await using var onion = new OnionClient(OnionClientOptions.ForSeeds([new Uri(daemon.Address, path)]));
        using SessionIdentity bob = SessionIdentity.Create();
        SwarmCredentials credentials = SwarmCredentials.ForAccount(bob);
        var swarms = new SwarmClient(onion);

        StoreResult first = await swarms.StoreAsync(bob.AccountId, SwarmNamespace.Default, "one"u8.ToArray(), TimeSpan.FromHours(1));
        StoreResult second = await swarms.StoreAsync(bob.AccountId, SwarmNamespace.Default, ReadOnlyMemory<byte>.Empty, TimeSpan.FromHours(1));
        SwarmPoll poll = await swarms.RetrieveAsync(new SwarmQuery(bob.AccountId, [SwarmNamespace.Default, new SwarmNamespace(2)]) { Credentials = credentials, Redundancy = 3 });
        DateTimeOffset soon = onion.Clock.Now.AddMinutes(5), later = onion.Clock.Now.AddMinutes(6);
        SwarmResult expired = await swarms.SendAsync(StorageRequest.ExpireEach(credentials, [new(first.Hash, soon), new(second.Hash, later)]));
        IReadOnlyDictionary<string, long> expiries = await swarms.SendAsync(StorageRequest.GetExpiries(credentials, [first.Hash, second.Hash]));
        SwarmResult deleted = await swarms.SendAsync(StorageRequest.Delete(credentials, [first.Hash]));
        SwarmResult cleared = await swarms.SendAsync(StorageRequest.DeleteAll(credentials, null));

        Assert.Equal([3, 3, 3, 3, 3], [first.Swarm.Confirmations, second.Swarm.Confirmations, expired.Confirmations, deleted.Confirmations, cleared.Confirmations]);
        Assert.Equal(3, poll.Nodes.Count);
        Assert.Equal([0, 3], poll.Namespaces[0].Messages.Select(message => message.Data.Length).Order());
        Assert.All(expired.Members, member => Assert.Equal([soon.ToUnixTimeMilliseconds(), later.ToUnixTimeMilliseconds()], member.Expiries));
        Assert.Equal((soon.ToUnixTimeMilliseconds(), later.ToUnixTimeMilliseconds()), (expiries[first.Hash], expiries[second.Hash]));
        Assert.Equal([second.Hash], cleared.Hashes);

        Assert.Equal(method, daemon.Asked.Last());
        Assert.Equal(9, (await onion.Nodes.GetNodesAsync()).Count);
        Assert.True(onion.Paths.NetworkRuleRelaxed);
        Assert.All(onion.Paths.Paths, path => Assert.Equal(3, path.Hops.Distinct().Count()));
        Assert.InRange(onion.Clock.Offset.TotalSeconds, -1, 1);
    }

    [Theory]
    [InlineData("2.6.2", "oxend_request")]
    [InlineData("2.11.0", "active_nodes_bin")]
    public async Task Refresh_WithAListAtHand_AsksThreeNodesAndNoSeed(string version, string method)
    {
        await using LocalNetwork network = await LocalNetwork.StartAsync(new LocalNetworkOptions
        {
            NodeCount = 9,
            SwarmCount = 3,
            AddressPerNode = false,
            StorageServerVersion = Version.Parse(version),
        });
        await using var daemon = new MinimalDaemon("get_n_service_nodes", portsAsText: false, network.Nodes);
        var seeds = OnionClientOptions.ForSeeds([daemon.Address]);
        await using var onion = new OnionClient(seeds with { Directory = seeds.Directory with { MinimumInterval = TimeSpan.Zero } });
        await onion.Nodes.GetNodesAsync();

        IReadOnlyList<ServiceNode> nodes = await onion.Nodes.RefreshAsync();

        Assert.Equal(network.Nodes.Select(node => node.ToServiceNode()).OrderBy(node => node.HttpsPort), nodes.OrderBy(node => node.HttpsPort));
        Assert.Equal(network.Nodes.Select(node => node.SwarmId).Order(), nodes.Select(node => node.SwarmId!.Value).Order());
        Assert.Equal(3, network.RequestCount(method));
        Assert.Equal(3, network.RequestCount("oxend_request") + network.RequestCount("active_nodes_bin"));
        Assert.Single(daemon.Asked);
    }
}
