using Session.Protocol.LocalNetwork.Faults;
using Session.Protocol.Onion;
using Session.Protocol.Onion.Paths;
using Session.Protocol.Onion.Requests;
using Session.Protocol.Onion.Storage.Results;

namespace Session.Protocol.LocalNetwork.Tests.Faults;

/// <summary>Faults 1 to 6, 16, 17, 24 and 36 to 38: nodes of a path and the way to them.</summary>
public class PathFaultTests(FaultNetwork network) : FaultTest(network)
{
    private static readonly TimeSpan HopLimit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan NodeTimeout = OnionClientOptions.Default.NodeTimeout;

    [Fact]
    public async Task Fault01_GuardDown_RequestsTakeTheOtherPath()
    {
        IReadOnlyList<OnionPath> paths = await PathsAsync();
        ActiveFault down = Add(Fault.NodeDown.At(Local(paths[0].Guard)));

        // Which path a request takes is chance; none fails, and in the end the guard is out.
        while (Client.Paths.Paths.Any(path => path.Guard.IdentityKey == paths[0].Guard.IdentityKey))
        {
            Assert.Equal(200, (await InfoAsync(Free(paths))).Status);
        }

        Assert.True(down.Fired > 0);
    }

    [Fact]
    public async Task Fault01_MiddleDown_StoreSucceedsOverAnotherPath()
    {
        IReadOnlyList<OnionPath> paths = await PathsAsync();
        ActiveFault down = Add(Fault.NodeDown.At(Local(paths[0].Hops[1])).At(NodeRole.Middle));

        for (byte i = 0; down.Fired == 0; i++)
        {
            byte data = i;
            StoreResult stored = await PassingAsync(HopLimit, () => StoreAsync(data).AsTask(), NodeTimeout);
            Assert.True(stored.Swarm.Confirmations > 0);
        }
    }

    [Fact]
    public async Task Fault01_MiddleDownWhileNothingIsAsked_TenMinutesLaterNoPathHoldsIt()
    {
        OnionPath before = (await PathsAsync())[0];
        LocalNode middle = Local(before.Hops[1]);
        Add(Fault.NodeDown.At(middle));
        using var stop = new CancellationTokenSource(TimeSpan.FromMinutes(2));

        Clock.Advance(TimeSpan.FromMinutes(10.5));
        while (Client.Paths.State != PathState.Ready || Client.Paths.Paths.Any(path => path.Contains(middle.IdentityKey)))
        {
            // Chance may put the dead node into a new path: its test and the pause after it take virtual time.
            await Task.Delay(TimeSpan.FromMilliseconds(50), stop.Token);
            Clock.Advance(TimeSpan.FromSeconds(2));
        }

        Assert.Contains(Client.Paths.Paths, path => path.Guard == before.Guard);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Fault02And03_HopNotKnownOrUnreachable_IsReplacedAndTheRequestRepeated(bool unreachable)
    {
        IReadOnlyList<OnionPath> paths = await PathsAsync();
        LocalNode middle = Local(paths[0].Hops[1]);
        ActiveFault gone = Add((unreachable ? Fault.NodeUnreachable : Fault.NotInNodeLists).At(middle).At(NodeRole.Middle));

        while (gone.Fired == 0)
        {
            Assert.Equal(200, (await InfoAsync(Free(paths))).Status);
        }

        Assert.DoesNotContain(Client.Paths.Paths, path => path.Contains(middle.IdentityKey));
        Assert.Contains(Client.Paths.Paths, path => path.Guard == paths[0].Guard);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Fault02And03_DestinationNotKnownOrUnreachable_AnotherMemberIsChosen(bool unreachable)
    {
        Fault fault = (unreachable ? Fault.NodeUnreachable : Fault.NotInNodeLists).At(NodeRole.Destination).Times(1);
        ActiveFault gone = Add(fault);

        StoreResult stored = await StoreAsync();

        Assert.Equal(1, gone.Fired);
        Assert.Equal(Members.Count, stored.Swarm.Confirmations);
    }

    [Fact]
    public async Task Fault04_GuardNotReady_OtherPathAtOnce()
    {
        await PathsAsync();
        ActiveFault syncing = Add(Fault.NotReady.At(NodeRole.Guard).Times(1));

        Assert.Equal(200, (await InfoAsync(Network.Nodes[0])).Status);
        Assert.Equal(1, syncing.Fired);
    }

    [Theory]
    [InlineData(NodeRole.Middle)]
    [InlineData(NodeRole.Exit)]
    public async Task Fault04_HopNotReady_OtherPathAtOnce(NodeRole role)
    {
        await PathsAsync();
        ActiveFault syncing = Add(Fault.NotReady.At(role).Times(1));

        Assert.Equal(200, (await InfoAsync(Network.Nodes[0])).Status);
        Assert.Equal(1, syncing.Fired);
    }

    [Fact]
    public async Task Fault04_DestinationNotReady_AnotherMemberIsAsked()
    {
        ActiveFault syncing = Add(Fault.NotReady.At(NodeRole.Destination).Times(1));

        Assert.True((await StoreAsync()).Swarm.Confirmations > 0);
        Assert.Equal(1, syncing.Fired);
    }

    [Fact]
    public async Task Fault05_GuardBusy_OtherPathAndAtTheLimitAnotherGuard()
    {
        IReadOnlyList<OnionPath> paths = await PathsAsync();
        LocalNode guard = Local(paths[0].Guard);
        ActiveFault busy = Add(Fault.Busy.At(guard));

        while (Client.Paths.Paths.Any(path => path.Guard.IdentityKey == guard.IdentityKey))
        {
            Assert.Equal(200, (await InfoAsync(Free(paths))).Status);
        }

        Assert.InRange(busy.Fired, 1, 3);
    }

    [Fact]
    public async Task Fault06_SlowForFiveSeconds_IsWaitedFor()
    {
        await PathsAsync();
        Add(Fault.Slow(TimeSpan.FromSeconds(5)).At(NodeRole.Middle));

        OnionResponse answer = await PassingAsync(TimeSpan.FromSeconds(5), () => InfoAsync(Network.Nodes[0]).AsTask());

        Assert.Equal(200, answer.Status);
    }

    [Theory]
    [InlineData(11)]
    [InlineData(31)]
    public async Task Fault06_StoreAnsweredTooLate_IsRepeatedWithoutASecondEffect(int seconds)
    {
        await PathsAsync();
        TimeSpan delay = TimeSpan.FromSeconds(seconds);
        ActiveFault slow = Add(Fault.Slow(delay).At(NodeRole.Destination).OnMethod("store").Times(1));

        // The wait begins when the message is stored: the client gives up then, after its ten seconds.
        Task stored = Clock.TimerStartedAsync(delay);
        Task<StoreResult> storing = StoreAsync().AsTask();
        await stored;
        Clock.Advance(NodeTimeout);
        StoreResult result = await storing;

        Assert.Equal(1, slow.Fired);
        Assert.True(result.AlreadyStored);
        Assert.All(Members, member => Assert.Equal(1, StoredFor(member)));
    }

    [Theory]
    [InlineData(NodeRole.Guard)]
    [InlineData(NodeRole.Middle)]
    [InlineData(NodeRole.Exit)]
    [InlineData(NodeRole.Destination)]
    public async Task Fault16_BreakMidway_StoreIsRepeatedAndOnceThere(NodeRole role)
    {
        await PathsAsync();
        ActiveFault breaks = Add(Fault.BreaksMidway.At(role).Times(1));

        StoreResult result = await StoreAsync();

        Assert.Equal(1, breaks.Fired);
        Assert.True(result.AlreadyStored);
        Assert.All(Members, member => Assert.Equal(1, StoredFor(member)));
    }

    [Theory]
    [InlineData(NodeRole.Guard)]
    [InlineData(NodeRole.Middle)]
    public async Task Fault17_TamperingHop_RequestIsRepeatedOnTheOtherPath(NodeRole role)
    {
        await PathsAsync();
        ActiveFault tampers = Add(Fault.TampersWithRequests.At(role).Times(1));

        Assert.Equal(200, (await InfoAsync(Network.Nodes[0])).Status);
        Assert.Equal(1, tampers.Fired);
    }

    [Fact]
    public async Task Fault36_PlainTextFromGuard_IsAPathFailureAndRepeated()
    {
        await PathsAsync();
        ActiveFault text = Add(Fault.PlainText);

        await FailsAsync(OnionFault.InvalidResponse, () => InfoAsync(Network.Nodes[0]).AsTask());
        text.Remove();
        ActiveFault again = Add(Fault.PlainText.Times(1));

        Assert.True((await StoreAsync()).Swarm.Confirmations > 0);
        Assert.Equal(1, again.Fired);
    }

    [Theory]
    [InlineData(TlsTrouble.ExpiredCertificate)]
    [InlineData(TlsTrouble.OtherName)]
    public async Task Fault37_OddCertificate_IsAccepted(TlsTrouble trouble)
    {
        ActiveFault odd = Add(Fault.OddTls(trouble));

        Assert.Equal(200, (await InfoAsync(Network.Nodes[0])).Status);
        Assert.True(odd.Fired > 0);
    }

    [Fact]
    public async Task Fault37_HandshakeStalls_EndsInATimeoutAndAnotherGuard()
    {
        ActiveFault stalls = Add(Fault.OddTls(TlsTrouble.HandshakeStalls).Times(1));

        Task<OnionResponse> asking = InfoAsync(Network.Nodes[0]).AsTask();
        await stalls.Happened;
        Clock.Advance(OnionClientOptions.Default.GuardTestTimeout);

        Assert.Equal(200, (await asking).Status);
    }

    [Fact]
    public async Task Fault37_OnlyOldTls_AnotherGuard()
    {
        ActiveFault old = Add(Fault.OddTls(TlsTrouble.OnlyTls10).Times(1));

        Assert.Equal(200, (await InfoAsync(Network.Nodes[0])).Status);
        Assert.Equal(1, old.Fired);
    }

    [Fact]
    public async Task Fault38_ReusedConnectionReset_IsRepeatedOnceUnnoticed()
    {
        IReadOnlyList<OnionPath> paths = await PathsAsync();
        ActiveFault resets = Add(Fault.ResetsReusedConnections.Times(1));

        Assert.Equal(200, (await InfoAsync(Network.Nodes[0])).Status);

        Assert.Equal(1, resets.Fired);
        Assert.Equal(paths, Client.Paths.Paths);
    }

    /// <summary>A node that stands in none of the paths, so that all of them can be used for it.</summary>
    private LocalNode Free(IReadOnlyList<OnionPath> paths) => Network.Nodes.First(node => !paths.Any(path => path.Contains(node.IdentityKey)));

    private int StoredFor(LocalNode member) => member.Store.Read(Account.AccountId.ToString(), mailbox => mailbox.All.Count());
}
