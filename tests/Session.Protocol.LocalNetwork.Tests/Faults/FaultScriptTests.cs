using Session.Protocol.Accounts;
using Session.Protocol.LocalNetwork.Faults;

namespace Session.Protocol.LocalNetwork.Tests.Faults;

/// <summary>The script itself: who is hit, when, how often.</summary>
public class FaultScriptTests
{
    private static readonly Microsoft.Extensions.Time.Testing.FakeTimeProvider Clock = new();

    private static FaultSite AtGuard => new(NodeRole.Guard, null);

    [Fact]
    public void Times_Reached_ActsNoMore()
    {
        var script = new FaultScript(Clock, 0);
        ActiveFault fault = script.Add(Fault.ResetsReusedConnections.Times(2));

        Assert.Equal([true, true, false, false], Enumerable.Range(0, 4).Select(_ => script.ResetsReusedConnection(AtGuard)));
        Assert.Equal(2, fault.Fired);
        Assert.True(fault.Happened.IsCompletedSuccessfully);
    }

    [Fact]
    public void AfterAndUntil_ByTheNetworksClock_BoundIt()
    {
        var clock = new Microsoft.Extensions.Time.Testing.FakeTimeProvider();
        var script = new FaultScript(clock, 0);
        ActiveFault fault = script.Add(Fault.ResetsReusedConnections.After(TimeSpan.FromSeconds(5)).Until(TimeSpan.FromSeconds(7)));

        var acted = new List<bool>();
        for (int second = 0; second < 9; second++)
        {
            acted.Add(script.ResetsReusedConnection(AtGuard));
            clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal([false, false, false, false, false, true, true, false, false], acted);
        Assert.Equal(2, fault.Fired);
    }

    [Fact]
    public void WithProbability_SameSeed_FallsAlikeAndAboutAsOften()
    {
        bool[] one = Fall(1, 0.3), again = Fall(1, 0.3), other = Fall(2, 0.3);

        Assert.Equal(one, again);
        Assert.NotEqual(one, other);
        Assert.InRange(one.Count(acted => acted), 240, 360);
    }

    [Fact]
    public void WithProbability_AnotherFaultInBetween_DoesNotChangeHowItFalls()
    {
        var alone = new FaultScript(Clock, 1);
        ActiveFault first = alone.Add(Fault.ResetsReusedConnections.WithProbability(0.5));
        bool[] expected = [.. Enumerable.Range(0, 100).Select(_ => first.TryFire(AtGuard, Clock))];

        var together = new FaultScript(Clock, 1);
        ActiveFault same = together.Add(Fault.ResetsReusedConnections.WithProbability(0.5));
        ActiveFault second = together.Add(Fault.NodeDown.WithProbability(0.5));
        bool[] actual =
        [
            .. Enumerable.Range(0, 100).Select(_ =>
            {
                second.TryFire(AtGuard, Clock);
                return same.TryFire(AtGuard, Clock);
            }),
        ];

        Assert.Equal(expected, actual);
    }

    [Fact]
    public void Remove_OneOfTwo_LeavesTheOther()
    {
        var script = new FaultScript(Clock, 0);
        ActiveFault one = script.Add(Fault.ResetsReusedConnections), two = script.Add(Fault.ResetsReusedConnections);

        one.Remove();
        one.Remove();

        Assert.Equal([two], script.Active);
        Assert.True(script.ResetsReusedConnection(AtGuard));
        script.Clear();
        Assert.False(script.ResetsReusedConnection(AtGuard));
    }

    [Fact]
    public void Matches_EachSelector_ExcludesTheOthers()
    {
        using SessionIdentity bob = SessionIdentity.Create();
        Fault fault = Fault.WrongSwarm.At(NodeRole.Destination).OnMethod("store").ForAccount(bob.AccountId);
        var site = new FaultSite(NodeRole.Destination, null, "store", bob.AccountId.ToString());

        Assert.True(fault.Matches(site));
        Assert.False(fault.Matches(site with { Role = NodeRole.Guard }));
        Assert.False(fault.Matches(site with { Method = "retrieve" }));
        Assert.False(fault.Matches(site with { Account = null }));
        Assert.True(Fault.NodeDown.AtSeed(1).Matches(new FaultSite(NodeRole.Seed, null, SeedIndex: 1)));
        Assert.False(Fault.NodeDown.AtSeed(1).Matches(new FaultSite(NodeRole.Seed, null, SeedIndex: 0)));
        Assert.Equal("WrongSwarm at Destination on store for an account", fault.ToString());
    }

    [Fact]
    public void Add_FaultOfConnectionsForAMethod_Throws()
    {
        var script = new FaultScript(Clock, 0);

        Assert.Throws<ArgumentException>(() => script.Add(Fault.NodeDown.OnMethod("store")));
        Assert.Throws<ArgumentException>(() => script.Add(Fault.PlainText.OnMethod("store")));
        Assert.Empty(script.Active);
    }

    [Fact]
    public void Describing_OutOfRange_Throws()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Fault.NodeDown.Times(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Fault.NodeDown.WithProbability(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Fault.NodeDown.WithProbability(double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => Fault.NodeDown.Until(TimeSpan.Zero));
        Assert.Throws<ArgumentOutOfRangeException>(() => Fault.NodeDown.After(TimeSpan.FromTicks(-1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => Fault.NodeDown.At((NodeRole)9));
        Assert.Throws<ArgumentOutOfRangeException>(() => Fault.Slow(TimeSpan.Zero));
        Assert.Throws<ArgumentOutOfRangeException>(() => Fault.MemberFails((MemberFailure)9));
        Assert.Throws<ArgumentOutOfRangeException>(() => Fault.CorruptedReply((ReplyDamage)9));
    }

    private static bool[] Fall(ulong seed, double probability)
    {
        var script = new FaultScript(Clock, seed);
        script.Add(Fault.ResetsReusedConnections.WithProbability(probability));
        return [.. Enumerable.Range(0, 1_000).Select(_ => script.ResetsReusedConnection(AtGuard))];
    }
}
