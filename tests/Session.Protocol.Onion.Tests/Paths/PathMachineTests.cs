using CsCheck;
using Microsoft.Extensions.Time.Testing;
using Session.Protocol.Accounts;
using Session.Protocol.Onion.Nodes;
using Session.Protocol.Onion.Paths;

namespace Session.Protocol.Onion.Tests.Paths;

public class PathMachineTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void AnySequenceOfEvents_PathsStayDisjointDiverseAndFreeOfTheDestination() =>
        Gen.Select(Gen.Int[4, 24], Gen.Int, Gen.Int[0, 7].Array[0, 60]).Sample((count, seed, operations) =>
        {
            ServiceNode[] nodes = TestNode.ManyNodes(count);
            var random = new SeededRandomSource(seed);
            var machine = new PathMachine(PathOptions.Default, random, _time);
            machine.SetNodes(nodes);
            foreach (int operation in operations)
            {
                Ed25519PublicKey destination = nodes[random.Next(count)].IdentityKey;
                OnionPath? path = machine.Choose(destination, null);
                if (path is null && (path = machine.Propose(destination, waits: true)) is not null)
                {
                    machine.Accept(path);
                }

                // Four nodes always suffice for three hops and a destination.
                Assert.NotNull(path);
                Assert.False(path.Contains(destination));
                Assert.Equal(3, path.Hops.Select(PathChooser.Network).Distinct().Count());
                Apply(machine, operation, path, nodes, random);
                OnionPath[] ready = machine.Ready;
                Assert.Equal(ready.Sum(x => x.Hops.Count), ready.SelectMany(x => x.Hops).Distinct().Count());
            }
        });

    [Fact]
    public void StrikePath_ThirdFailureInARow_GivesThePathUp()
    {
        (PathMachine machine, OnionPath path) = WithOnePath(8);

        Assert.False(machine.StrikePath(path));
        Assert.False(machine.StrikePath(path));
        machine.Succeeded(path);
        Assert.False(machine.StrikePath(path));
        Assert.False(machine.StrikePath(path));
        Assert.True(machine.StrikePath(path));

        Assert.Empty(machine.Ready);
    }

    [Fact]
    public void Replace_MiddleHop_KeepsTheOthersInPlace()
    {
        (PathMachine machine, OnionPath path) = WithOnePath(8);

        Assert.True(machine.Replace(path.Hops[1].IdentityKey));

        OnionPath now = Assert.Single(machine.Ready);
        Assert.Equal((path.Hops[0], path.Hops[2]), (now.Hops[0], now.Hops[2]));
        Assert.DoesNotContain(now.Hops[1], path.Hops);
    }

    [Fact]
    public void Replace_GuardOrNobodyLeft_GivesThePathUp()
    {
        (PathMachine large, OnionPath path) = WithOnePath(8);
        Assert.True(large.Replace(path.Guard.IdentityKey));
        Assert.Empty(large.Ready);

        (PathMachine small, path) = WithOnePath(3);
        Assert.True(small.Replace(path.Hops[2].IdentityKey));
        Assert.Empty(small.Ready);
    }

    [Fact]
    public void StrikeNode_ThreeTimes_NodeIsNotChosenUntilItsStrikesAreOld()
    {
        ServiceNode[] nodes = TestNode.ManyNodes(4);
        PathMachine machine = NewMachine(nodes);
        for (int i = 0; i < 3; i++)
        {
            machine.StrikeNode(nodes[0].IdentityKey);
        }

        for (int i = 0; i < 20; i++)
        {
            OnionPath path = machine.Propose(null, waits: false)!;
            Assert.False(path.Contains(nodes[0].IdentityKey));
            machine.Reject(path, guardFailed: false);
        }

        _time.Advance(PathOptions.Default.StrikeLifetime);
        bool chosen = false;
        for (int i = 0; i < 50; i++)
        {
            OnionPath path = machine.Propose(null, waits: false)!;
            chosen |= path.Contains(nodes[0].IdentityKey);
            machine.Reject(path, guardFailed: false);
        }

        Assert.True(chosen);
    }

    [Fact]
    public void Propose_SparePathUnderWayHoldsAllOtherNodes_TakesItsNodesForTheRequestThatWaits()
    {
        var machine = new PathMachine(PathOptions.Default, new SeededRandomSource(1), _time);
        machine.SetNodes(TestNode.ManyNodes(6));
        OnionPath ready = machine.Propose(null, waits: false)!;
        machine.Accept(ready);
        Assert.NotNull(machine.Propose(null, waits: false));

        OnionPath? path = machine.Propose(ready.Hops[1].IdentityKey, waits: true);

        Assert.NotNull(path);
        Assert.False(path.Contains(ready.Hops[1].IdentityKey));
    }

    [Fact]
    public void Propose_EverybodyFailed_ForgivesWhenARequestWaits()
    {
        ServiceNode[] nodes = TestNode.ManyNodes(4);
        PathMachine machine = NewMachine(nodes);
        foreach (ServiceNode node in nodes.Concat(nodes).Concat(nodes))
        {
            machine.StrikeNode(node.IdentityKey);
        }

        Assert.Null(machine.Propose(null, waits: false));
        Assert.NotNull(machine.Propose(null, waits: true));
    }

    [Fact]
    public void SetNodes_NodeGoneOrMoved_GivesItsPathUp()
    {
        (PathMachine machine, OnionPath path) = WithOnePath(8);
        ServiceNode moved = path.Hops[2];
        var elsewhere = new ServiceNode(moved.IdentityKey, moved.EncryptionKey, moved.Address, 1);

        machine.SetNodes([.. TestNode.ManyNodes(8)]);
        Assert.Single(machine.Ready);
        machine.SetNodes([.. TestNode.ManyNodes(8).Select(node => node.Equals(moved) ? elsewhere : node)]);

        Assert.Empty(machine.Ready);
    }

    [Theory]
    [InlineData(NetworkDiversity.UnlessOneAddress, true)]
    [InlineData(NetworkDiversity.Required, false)]
    [InlineData(NetworkDiversity.Off, true)]
    public void NetworkRule_AllNodesOnOneAddress_IsRelaxedAndReportedUnlessRequired(NetworkDiversity rule, bool relaxed)
    {
        var machine = new PathMachine(PathOptions.Default with { NetworkDiversity = rule }, new SeededRandomSource(1), _time);
        machine.SetNodes([.. Enumerable.Range(0, 6).Select(i => new TestNode(i, "127.0.0.1").Node)]);

        Assert.Equal(relaxed, machine.NetworkRuleRelaxed);
        Assert.Equal(relaxed, machine.Propose(null, waits: true) is not null);
    }

    [Fact]
    public void NetworkRule_TwoNetworks_IsNotRelaxed()
    {
        PathMachine machine = NewMachine([.. Enumerable.Range(0, 6).Select(i => new TestNode(i, $"127.0.{i % 2}.{i + 1}").Node)]);

        Assert.False(machine.NetworkRuleRelaxed);
        Assert.Null(machine.Propose(null, waits: true));
    }

    private static void Apply(PathMachine machine, int operation, OnionPath path, ServiceNode[] nodes, SeededRandomSource random)
    {
        switch (operation)
        {
            case 0:
                machine.StrikePath(path);
                break;
            case 1:
                machine.StrikeNode(path.Hops[2].IdentityKey);
                break;
            case 2:
                machine.Replace(path.Hops[1].IdentityKey);
                break;
            case 3 when machine.Propose(null, waits: false) is { } candidate:
                machine.Reject(candidate, guardFailed: true);
                break;
            case 4 when machine.Propose(null, waits: false) is { } candidate:
                machine.Accept(candidate);
                break;
            case 5:
                machine.SetNodes([.. nodes]);
                break;
            case 6:
                machine.Replace(nodes[random.Next(nodes.Length)].IdentityKey);
                break;
            default:
                machine.Succeeded(path);
                break;
        }
    }

    private (PathMachine Machine, OnionPath Path) WithOnePath(int nodes)
    {
        PathMachine machine = NewMachine(TestNode.ManyNodes(nodes));
        OnionPath path = machine.Propose(null, waits: true)!;
        machine.Accept(path);
        return (machine, path);
    }

    private PathMachine NewMachine(ServiceNode[] nodes)
    {
        var machine = new PathMachine(PathOptions.Default, new SeededRandomSource(1), _time);
        machine.SetNodes(nodes);
        return machine;
    }
}
