using System.Net;
using Session.Protocol.Onion.Nodes;

namespace Session.Protocol.Onion.Tests.Nodes;

/// <summary>protocol/20 §3.3.</summary>
public class NodeListAgreementTests
{
    private static readonly ServiceNode[] Nodes = [.. Enumerable.Range(0, 10).Select(i => new TestNode(i, swarm: 7).Node)];

    [Fact]
    public void Combine_NodeInTwoOfThreeAnswers_Counts() =>
        Assert.Equal(Nodes[..9], NodeListAgreement.Combine([Nodes[..9], Nodes[..8], [.. Nodes[8..9], new TestNode(50).Node]], 2, 10)!.OrderBy(node => node.HttpsPort));

    [Fact]
    public void Combine_OneLiarMovesANode_TheTruthCounts()
    {
        ServiceNode[] lie = [.. Nodes.Select(node => new ServiceNode(node.IdentityKey, node.EncryptionKey, IPAddress.Parse("203.0.113.1"), 1, 7))];

        Assert.Equal(Nodes.Select(node => node.Address), NodeListAgreement.Combine([Nodes, lie, Nodes], 2, 10)!.Select(node => node.Address));
    }

    [Fact]
    public void Combine_OneLiarExchangesAKey_TheTruthCounts()
    {
        ServiceNode[] lie = [.. Nodes.Select(node => new ServiceNode(node.IdentityKey, new TestNode(50).Node.EncryptionKey, node.Address, node.HttpsPort, 7))];

        Assert.Equal(Nodes.Select(node => node.EncryptionKey), NodeListAgreement.Combine([lie, Nodes, Nodes], 2, 10)!.Select(node => node.EncryptionKey));
    }

    [Fact]
    public void Combine_OneAnswerGivesANodeTwice_ItCountsOnce() => Assert.Null(NodeListAgreement.Combine([[.. Nodes, .. Nodes]], 2, 10));

    [Fact]
    public void Combine_SwarmsDiffer_TheMajorityCountsElseNone()
    {
        ServiceNode[] first = [new TestNode(0, swarm: 1).Node, new TestNode(1, swarm: 1).Node];
        ServiceNode[] second = [new TestNode(0, swarm: 1).Node, new TestNode(1, swarm: 2).Node];
        ServiceNode[] third = [new TestNode(0, swarm: 3).Node, new TestNode(1, swarm: 3).Node];

        Assert.Equal([1ul, null], NodeListAgreement.Combine([first, second, third], 2, 2)!.Select(node => node.SwarmId));
    }

    [Fact]
    public void Combine_FewerThanHalfOfWhatIsKnown_IsRefused()
    {
        Assert.Null(NodeListAgreement.Combine([Nodes[..4], Nodes[..4], Nodes], 2, 10));
        Assert.Equal(5, NodeListAgreement.Combine([Nodes[..5], Nodes[..5], Nodes[5..]], 2, 10)!.Length);
        Assert.Null(NodeListAgreement.Combine([], 2, 0));
    }
}
