using CsCheck;
using Session.Protocol.Onion.Nodes;
using Session.Protocol.Onion.Paths;

namespace Session.Protocol.Onion.Tests.Paths;

public class PathChooserTests
{
    [Fact]
    public void Choose_AnyNodeSet_NodesAndNetworksAreDistinctAndAllowed() =>
        Gen.Select(Gen.Int[0, 5].Array[0, 25], Gen.Int[1, 5], Gen.Int, Gen.Bool).Sample((networks, count, seed, distinct) =>
        {
            ServiceNode[] nodes = NodesIn(networks);
            ServiceNode[] excluded = [.. nodes.Where((_, i) => i % 4 == 1)];

            ServiceNode[]? chosen = PathChooser.Choose(nodes, [], count, distinct, excluded.Contains, new SeededRandomSource(seed));

            ServiceNode[] allowed = [.. nodes.Except(excluded)];
            int possible = distinct ? allowed.Select(PathChooser.Network).Distinct().Count() : allowed.Length;
            Assert.Equal(possible >= count, chosen is not null);
            if (chosen is not null)
            {
                Assert.Equal(count, chosen.Distinct().Count());
                Assert.Equal(count, chosen.Length);
                Assert.Subset(allowed.ToHashSet(), chosen.ToHashSet());
                Assert.True(!distinct || chosen.Select(PathChooser.Network).Distinct().Count() == count);
            }
        });

    [Fact]
    public void Choose_WithKeptNodes_TheOthersKeepAwayFromTheirNetworks() =>
        Gen.Int.Sample(seed =>
        {
            ServiceNode[] nodes = NodesIn([0, 0, 0, 1, 1, 2]);

            ServiceNode[]? chosen = PathChooser.Choose(nodes, [nodes[0], nodes[5]], 3, distinctNetworks: true, _ => false, new SeededRandomSource(seed));

            Assert.NotNull(chosen);
            Assert.Equal(nodes[0], chosen[0]);
            Assert.Equal(nodes[5], chosen[1]);
            Assert.Contains(chosen[2], nodes[3..5]);
        });

    [Fact]
    public void Choose_NetworksOfDifferentSize_AreDrawnByTheirSize()
    {
        ServiceNode[] nodes = NodesIn([.. Enumerable.Repeat(0, 30), 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
        var random = new SeededRandomSource(1);

        int inLarge = Enumerable.Range(0, 2000).Count(_ => PathChooser.Network(PathChooser.Choose(nodes, [], 1, true, _ => false, random)![0]) == PathChooser.Network(nodes[0]));

        Assert.InRange(inLarge, 1400, 1600);
    }

    [Fact]
    public void ShareOneAddress_OnlyForSeveralNodesOnOne()
    {
        Assert.True(PathChooser.ShareOneAddress([new TestNode(1, "127.0.0.1").Node, new TestNode(2, "127.0.0.1").Node]));
        Assert.False(PathChooser.ShareOneAddress([new TestNode(1, "127.0.0.1").Node, new TestNode(2, "127.0.0.2").Node]));
        Assert.False(PathChooser.ShareOneAddress([new TestNode(1, "127.0.0.1").Node]));
    }

    private static ServiceNode[] NodesIn(int[] networks) => [.. networks.Select((network, i) => new TestNode(i, $"10.0.{network}.{i + 1}").Node)];
}
