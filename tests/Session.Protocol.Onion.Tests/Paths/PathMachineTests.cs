using CsCheck;
using Microsoft.Extensions.Time.Testing;
using Session.Protocol.Accounts;
using Session.Protocol.Onion.Nodes;
using Session.Protocol.Onion.Paths;

namespace Session.Protocol.Onion.Tests.Paths;

public class PathMachineTests
{
    private readonly FakeTimeProvider _time = new(DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_000));
    private readonly GuardList _guards;

    public PathMachineTests() => _guards = new GuardList(PathOptions.Default.GuardLifetime, _time);

    [Fact]
    public void AnySequenceOfEvents_PathsStayDisjointDiverseAndFreeOfTheDestination() =>
        Gen.Select(Gen.Int[4, 24], Gen.Int, Gen.Int[0, 10].Array[0, 60]).Sample((count, seed, operations) =>
        {
            ServiceNode[] nodes = TestNode.ManyNodes(count);
            var random = new SeededRandomSource(seed);
            var machine = new PathMachine(PathOptions.Default, new GuardList(PathOptions.Default.GuardLifetime, _time), registry: null, random, _time);
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
    public void StrikePath_ThreeMoreFailuresThanSuccesses_GivesThePathUp()
    {
        (PathMachine machine, OnionPath path) = WithOnePath(8);

        Assert.False(machine.StrikePath(path));
        Assert.False(machine.StrikePath(path));
        machine.Succeeded(path);
        Assert.False(machine.StrikePath(path));
        Assert.True(machine.StrikePath(path));

        Assert.Empty(machine.Ready);
    }

    [Fact]
    public void Choose_OnePathFailedLately_TakesTheOther()
    {
        (PathMachine machine, OnionPath path) = WithOnePath(12);
        OnionPath other = machine.Propose(destination: null, waits: false)!;
        machine.Accept(other);

        machine.StrikePath(path);

        Assert.Equal(path, machine.InDoubt);
        Assert.All(Enumerable.Range(0, 20), _ => Assert.Equal(other, machine.Choose(destination: null, except: null)));
        Assert.Equal(path, machine.Choose(other.Guard.IdentityKey, except: null));
        machine.Succeeded(path);
        Assert.Null(machine.InDoubt);
        Assert.Contains(path, Enumerable.Range(0, 100).Select(_ => machine.Choose(destination: null, except: null)));
    }

    [Fact]
    public void Condemn_MiddleHop_IsReplacedAndNotChosenAgainWhileOthersDo()
    {
        (PathMachine machine, OnionPath path) = WithOnePath(8);
        ServiceNode silent = path.Hops[1];

        Assert.True(machine.Condemn(path, silent));

        OnionPath mended = Assert.Single(machine.Ready);
        Assert.Equal(mended, machine.InDoubt);
        Assert.Equal((path.Guard, path.Hops[2]), (mended.Guard, mended.Hops[2]));
        for (int i = 0; i < 20; i++)
        {
            OnionPath next = machine.Propose(mended.Guard.IdentityKey, waits: true)!;
            Assert.False(next.Contains(silent.IdentityKey));
            machine.Reject(next, guardFailed: false);
        }
    }

    [Fact]
    public void Condemn_EveryHopBehindOneGuard_TheGuardIsToBlame()
    {
        (PathMachine machine, OnionPath path) = WithOnePath(12);
        ServiceNode guard = path.Guard;

        for (int i = 0; i < PathOptions.Default.StrikeLimit; i++)
        {
            OnionPath now = Assert.Single(machine.Ready);
            Assert.Equal(guard, now.Guard);
            machine.Condemn(now, now.Hops[1]);
        }

        Assert.Empty(machine.Ready);
        Assert.NotEqual(guard, machine.Propose(destination: null, waits: true)!.Guard);
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
    public void Replace_NobodyLeft_GivesThePathUp()
    {
        (PathMachine machine, OnionPath path) = WithOnePath(3);

        Assert.True(machine.Replace(path.Hops[2].IdentityKey));

        Assert.Empty(machine.Ready);
    }

    [Fact]
    public void Replace_Guard_NextPathHasTheSameHops()
    {
        (PathMachine machine, OnionPath path) = WithOnePath(8);

        Assert.True(machine.Replace(path.Guard.IdentityKey));

        Assert.Empty(machine.Ready);
        OnionPath next = machine.Propose(null, waits: false)!;
        Assert.Equal(path.Hops.Skip(1), next.Hops.Skip(1));
    }

    [Fact]
    public void StrikeNode_GuardOut_HopsBehindItStay()
    {
        (PathMachine machine, OnionPath path) = WithOnePath(8);
        for (int i = 0; i < 3; i++)
        {
            machine.StrikeNode(path.Guard.IdentityKey);
        }

        Assert.Empty(machine.Ready);
        OnionPath mended = machine.Propose(null, waits: false)!;

        Assert.Equal(path.Hops.Skip(1), mended.Hops.Skip(1));
        Assert.NotEqual(path.Guard, mended.Guard);
    }

    [Fact]
    public void Rotation_AfterTenMinutes_GuardStaysHopsChangeAndTheOldPathServesUntilTheNewOneIsTested()
    {
        (PathMachine machine, OnionPath path) = WithOnePath(12);
        _time.Advance(TimeSpan.FromMinutes(9.9));
        Assert.False(machine.WantsRotation);
        Assert.Null(machine.ProposeRotation());
        _time.Advance(TimeSpan.FromMinutes(0.1));
        Assert.True(machine.WantsRotation);

        OnionPath next = machine.ProposeRotation()!;

        Assert.Equal(path, Assert.Single(machine.Ready));
        Assert.Null(machine.ProposeRotation());
        Assert.Equal(path.Guard, next.Guard);
        Assert.Empty(next.Hops.Skip(1).Intersect(path.Hops));
        machine.Accept(next);
        Assert.Equal(next, Assert.Single(machine.Ready));
        Assert.True(machine.WantsMore);
    }

    [Fact]
    public void Rotation_NewHopsDoNotPass_OldPathStaysAndItIsTriedAgainAMinuteLater()
    {
        (PathMachine machine, OnionPath path) = WithOnePath(12);
        _time.Advance(TimeSpan.FromMinutes(10));

        machine.Reject(machine.ProposeRotation()!, guardFailed: false);

        Assert.Equal(path, Assert.Single(machine.Ready));
        Assert.Null(machine.ProposeRotation());
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.NotNull(machine.ProposeRotation());
    }

    [Fact]
    public void Rotation_GuardIsTenDaysOld_IsReplacedToo()
    {
        (PathMachine machine, OnionPath path) = WithOnePath(12);
        _time.Advance(TimeSpan.FromDays(10));

        OnionPath next = machine.ProposeRotation()!;

        Assert.Empty(next.Hops.Intersect(path.Hops));
        machine.Accept(next);
        Assert.Equal([next.Guard.IdentityKey], _guards.Snapshot().Guards.Select(guard => guard.Node));
    }

    [Fact]
    public void Rotation_HopMendedMeanwhile_SuccessorIsForgottenAndNoNodeServesTwice()
    {
        (PathMachine machine, OnionPath path) = WithOnePath(12);
        _time.Advance(TimeSpan.FromMinutes(10));
        OnionPath next = machine.ProposeRotation()!;

        Assert.True(machine.Replace(path.Hops[1].IdentityKey));
        machine.Accept(next);

        OnionPath mended = Assert.Single(machine.Ready);
        Assert.Equal(path.Guard, mended.Guard);
        Assert.NotEqual(next, mended);
    }

    [Fact]
    public void Rotation_MorePathsThanWanted_TheOldestGoes()
    {
        PathMachine machine = NewMachine(TestNode.ManyNodes(20));
        for (int i = 0; i < 3; i++)
        {
            machine.Accept(machine.Propose(null, waits: true)!);
        }

        _time.Advance(TimeSpan.FromMinutes(10));
        OnionPath next = machine.ProposeRotation()!;

        Assert.Equal(2, machine.Ready.Length);
        Assert.Contains(machine.Ready, path => path.Guard.Equals(next.Guard));
    }

    [Fact]
    public void Propose_KeptGuardsOfAnEarlierRun_AreEnteredThroughUntilTheyExpire()
    {
        ServiceNode[] nodes = TestNode.ManyNodes(40);
        PathMachine machine = NewMachine(nodes);
        DateTimeOffset now = _time.GetUtcNow();
        _guards.Restore([new(nodes[7].IdentityKey, now), new(nodes[8].IdentityKey, now.AddDays(-10)), new(nodes[9].IdentityKey, now.AddDays(-9)), new(nodes[10].IdentityKey, now.AddHours(1))]);

        OnionPath first = machine.Propose(null, waits: false)!, second = machine.Propose(null, waits: false)!, third = machine.Propose(null, waits: false)!;

        Assert.Equal((nodes[7], nodes[9]), (first.Guard, second.Guard));
        Assert.DoesNotContain(third.Guard, new[] { nodes[7], nodes[9] });
    }

    [Fact]
    public void Propose_KeptGuardIsTheDestinationOrDoesNotAnswer_AnotherIsTakenAndTheFirstStaysKept()
    {
        ServiceNode[] nodes = TestNode.ManyNodes(40);
        PathMachine machine = NewMachine(nodes);
        _guards.Restore([new(nodes[7].IdentityKey, _time.GetUtcNow())]);

        OnionPath other = machine.Propose(nodes[7].IdentityKey, waits: true)!;
        machine.Reject(other, guardFailed: false);
        OnionPath first = machine.Propose(null, waits: true)!;
        machine.Reject(first, guardFailed: true);
        OnionPath second = machine.Propose(null, waits: true)!;
        machine.Accept(second);

        Assert.False(other.Contains(nodes[7].IdentityKey));
        Assert.Equal(nodes[7], first.Guard);
        Assert.NotEqual(nodes[7], second.Guard);
        Assert.Equal([nodes[7].IdentityKey, second.Guard.IdentityKey], _guards.Snapshot().Guards.Select(guard => guard.Node));
    }

    [Fact]
    public void Guards_ManyDoNotAnswer_NeverMoreThanEightAreKeptAndTheFirstStays()
    {
        PathMachine machine = NewMachine(TestNode.ManyNodes(200));
        OnionPath first = machine.Propose(null, waits: true)!;
        machine.Accept(first);
        machine.Replace(first.Guard.IdentityKey);
        machine.StrikeNode(first.Guard.IdentityKey);
        for (int i = 0; i < 20; i++)
        {
            OnionPath path = machine.Propose(null, waits: true)!;
            machine.Accept(path);
            machine.StrikeNode(path.Guard.IdentityKey);
            machine.Replace(path.Guard.IdentityKey);
        }

        KeptGuard[] kept = _guards.Snapshot().Guards;
        Assert.Equal((GuardList.MaxGuards, first.Guard.IdentityKey), (kept.Length, kept[0].Node));
    }

    [Fact]
    public void Propose_BehindTheBackOfRequestsOutOfStruckNodes_DoesNotLetThemIntoThePathThatARequestWaitsFor()
    {
        ServiceNode[] nodes = TestNode.ManyNodes(6);
        PathMachine machine = NewMachine(nodes);
        machine.Accept(machine.Propose(null, waits: true)!);
        ServiceNode dead = nodes.First(node => !machine.Ready[0].Contains(node.IdentityKey));
        for (int i = 0; i < 20; i++)
        {
            for (int strike = 0; strike < 3; strike++)
            {
                machine.StrikeNode(dead.IdentityKey);
            }

            OnionPath spare = machine.Propose(null, waits: false)!;
            Assert.True(spare.Contains(dead.IdentityKey));
            machine.Reject(spare, guardFailed: false);

            OnionPath waited = machine.Propose(machine.Ready[0].Guard.IdentityKey, waits: true)!;
            Assert.False(waited.Contains(dead.IdentityKey));
            machine.Accept(waited);
        }
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
        var machine = new PathMachine(PathOptions.Default, _guards, registry: null, new SeededRandomSource(1), _time);
        machine.SetNodes(TestNode.ManyNodes(6));
        OnionPath ready = machine.Propose(null, waits: false)!;
        machine.Accept(ready);
        Assert.NotNull(machine.Propose(null, waits: false));

        OnionPath? path = machine.Propose(ready.Hops[1].IdentityKey, waits: true);

        Assert.NotNull(path);
        Assert.False(path.Contains(ready.Hops[1].IdentityKey));
    }

    [Fact]
    public void Propose_EverybodyFailed_Forgives()
    {
        ServiceNode[] nodes = TestNode.ManyNodes(4);
        PathMachine machine = NewMachine(nodes);
        foreach (ServiceNode node in nodes.Concat(nodes).Concat(nodes))
        {
            machine.StrikeNode(node.IdentityKey);
        }

        Assert.NotNull(machine.Propose(null, waits: false));
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
        var machine = new PathMachine(PathOptions.Default with { NetworkDiversity = rule }, _guards, registry: null, new SeededRandomSource(1), _time);
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

    private void Apply(PathMachine machine, int operation, OnionPath path, ServiceNode[] nodes, SeededRandomSource random)
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
            case 7:
                _time.Advance(TimeSpan.FromMinutes(10));
                break;
            case 8 when machine.ProposeRotation() is { } successor:
                machine.Accept(successor);
                break;
            case 9 when machine.ProposeRotation() is { } successor:
                machine.StrikePath(path);
                machine.Replace(path.Hops[random.Next(3)].IdentityKey);
                machine.Reject(successor, guardFailed: false);
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
        var machine = new PathMachine(PathOptions.Default, _guards, registry: null, new SeededRandomSource(1), _time);
        machine.SetNodes(nodes);
        return machine;
    }
}
