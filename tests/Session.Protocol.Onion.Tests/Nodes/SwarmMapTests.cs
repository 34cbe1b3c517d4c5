using CsCheck;
using Session.Protocol.Accounts;
using Session.Protocol.Onion.Nodes;

namespace Session.Protocol.Onion.Tests.Nodes;

/// <summary>protocol/20 §5.1.</summary>
public class SwarmMapTests
{
    private static readonly ulong[] Ids = [100, 200, 300, 399, 498, 596, 694];

    [Theory]
    [InlineData(0, 100)]
    [InlineData(0x96, 100)]
    [InlineData(0x97, 200)]
    [InlineData(0xfa, 200)]
    [InlineData(0xfb, 300)]
    [InlineData(0x15d, 300)]
    [InlineData(0x15e, 399)]
    [InlineData(0x1c0, 399)]
    [InlineData(0x1c1, 498)]
    [InlineData(0x222, 498)]
    [InlineData(0x223, 498)]
    [InlineData(0x224, 596)]
    [InlineData(0x285, 596)]
    [InlineData(0x286, 694)]
    [InlineData(0x8000000000000000, 694)]
    [InlineData(0x800000000000018d, 694)]
    [InlineData(0x800000000000018e, 100)]
    [InlineData(0xa000000000000000, 100)]
    [InlineData(0xffffffffffffffff, 100)]
    public void TryChoose_PublishedTable_GivesTheNearest(ulong position, ulong expected)
    {
        Assert.True(SwarmMap.TryChoose(Ids, position, out ulong chosen));
        Assert.Equal(expected, chosen);
    }

    [Theory]
    [InlineData(0x28, ulong.MaxValue - 19)]
    [InlineData(0x29, 100)]
    public void TryChoose_IdAtTheEndOfTheRing_WrapsBothWays(ulong position, ulong expected)
    {
        Assert.True(SwarmMap.TryChoose([.. Ids, ulong.MaxValue - 19], position, out ulong chosen));
        Assert.Equal(expected, chosen);
    }

    [Theory]
    [InlineData("057730ca242a380d5603dfdfa2efb3357aa67001eaa95209db0cc144c20970747c", 0xde5e50ae65a9458b)]
    [InlineData("050000000000000000000000000000000000000000000000000000000000000096", 0x96)]
    [InlineData("030123456789abcdef0123456789abcdeffedcba9876543210fedcba9876543210", 0)]
    public void Position_PublishedAccounts_AreWhereTheyShouldBe(string account, ulong expected) =>
        Assert.Equal(expected, SwarmMap.Position(AccountId.Parse(account)));

    [Fact]
    public void TryFind_NodesOfSeveralSwarms_GivesTheMembersOfTheNearest()
    {
        var map = new SwarmMap(
        [
            new TestNode(1, swarm: 0).Node, new TestNode(2, swarm: 0xc000000000000000).Node, new TestNode(3, swarm: 0x8000000000000000).Node,
            new TestNode(4, swarm: 0xc000000000000000).Node, new TestNode(5, swarm: ServiceNode.NoSwarm).Node, new TestNode(6).Node,
        ]);

        Assert.True(map.TryFind(AccountId.Parse("057730ca242a380d5603dfdfa2efb3357aa67001eaa95209db0cc144c20970747c"), out ulong swarm, out IReadOnlyList<ServiceNode>? members));
        Assert.Equal(0xc000000000000000, swarm);
        Assert.Equal([new TestNode(2).Node, new TestNode(4).Node], members);
    }

    [Fact]
    public void TryFind_NoSwarmKnown_IsFalse() =>
        Assert.False(new SwarmMap([new TestNode(5, swarm: ServiceNode.NoSwarm).Node, new TestNode(6).Node]).TryFind(AccountId.Parse("05" + new string('0', 64)), out _, out _));

    [Fact]
    public void TryChoose_AnyRing_NoIdIsNearer() =>
        Gen.Select(Gen.ULong.Array[1, 12], Gen.ULong).Sample((ids, position) =>
        {
            ulong[] sorted = [.. ids.Distinct().Order()];
            Assert.True(SwarmMap.TryChoose(sorted, position, out ulong chosen));
            Assert.All(sorted, id => Assert.True(Distance(chosen, position) <= Distance(id, position)));
        });

    private static ulong Distance(ulong a, ulong b) => unchecked(Math.Min(a - b, b - a));
}
