using Session.Protocol.Onion.Paths;

namespace Session.Protocol.Onion.Tests.Paths;

/// <summary>Clients of one process keep off each other's paths, whether they are forks or not. The same chance would give them the same ones.</summary>
public class SeparatePathsTests
{
    private static readonly byte[] Info = """{"method":"info","params":{}}"""u8.ToArray();

    [Fact]
    public async Task ClientsMadeApart_WithTheSameChance_HaveDifferentPaths()
    {
        MemoryNetwork network = Network(20);
        await using OnionClient first = New(network), second = New(network), third = New(network);

        string[] paths = [.. await PathsAsync(first, network), .. await PathsAsync(second, network), .. await PathsAsync(third, network)];

        Assert.Equal(paths.Length, paths.Distinct().Count());
    }

    [Fact]
    public async Task ClientsMadeApart_AllowedToShare_AreNotKeptOffEachOthersPaths()
    {
        MemoryNetwork network = Network(20);
        await using OnionClient first = New(network, shares: true), second = New(network, shares: true);

        Assert.Equal(await PathsAsync(first, network), await PathsAsync(second, network));
    }

    [Fact]
    public async Task ClientClosed_ItsPathIsFree()
    {
        MemoryNetwork network = Network(20);
        IReadOnlyList<string> before;
        await using (OnionClient first = New(network))
        {
            before = await PathsAsync(first, network);
        }

        await using OnionClient second = New(network);

        Assert.Equal(before, await PathsAsync(second, network));
    }

    [Fact]
    public async Task MoreClientsThanThereArePaths_StrangersShareAndForksDoNot()
    {
        // One destination and three hops: six orders.
        MemoryNetwork network = Network(4);
        OnionClient[] strangers = [.. Enumerable.Range(0, 8).Select(_ => New(network))];
        await using OnionClient parent = New(network);
        OnionClient[] forks = [.. Enumerable.Range(0, 8).Select(_ => parent.Fork())];
        try
        {
            foreach (OnionClient stranger in strangers)
            {
                Assert.Equal(200, (await stranger.SendToNodeAsync(network.Nodes[0].Node, Info)).Status);
            }

            var paths = new List<string>();
            foreach (OnionClient fork in forks)
            {
                try
                {
                    await fork.SendToNodeAsync(network.Nodes[0].Node, Info);
                    paths.AddRange(fork.Paths.Paths.Select(path => path.ToString()));
                }
                catch (OnionException e)
                {
                    Assert.Equal(OnionFault.NoPath, e.Fault);
                }
            }

            Assert.InRange(paths.Count, 1, 6);
            Assert.Equal(paths.Count, paths.Distinct().Count());
        }
        finally
        {
            foreach (OnionClient client in forks.Concat(strangers))
            {
                await client.DisposeAsync();
            }
        }
    }

    // Nodes of no other test: those run beside this one, and their clients have paths too.
    private static MemoryNetwork Network(int nodes)
    {
        var network = new MemoryNetwork([.. Enumerable.Range(5_000, nodes).Select(number => new TestNode(number))]);
        network.SeedAnswer = () => MemoryNetwork.Text(200, network.NodeList());
        return network;
    }

    private static OnionClient New(MemoryNetwork network, bool shares = false) =>
        new(network.Options with { PathCount = 1, AllowSharedPaths = shares }, network, random: new SeededRandomSource(1));

    private static async Task<IReadOnlyList<string>> PathsAsync(OnionClient client, MemoryNetwork network)
    {
        await client.SendToNodeAsync(network.Nodes[0].Node, Info);
        return [.. client.Paths.Paths.Select(path => path.ToString())];
    }
}
