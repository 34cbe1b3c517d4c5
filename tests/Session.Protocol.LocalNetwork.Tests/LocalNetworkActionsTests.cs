using Session.Protocol.Accounts;
using Session.Protocol.LocalNetwork.Faults;
using Session.Protocol.LocalNetwork.Tests.Support;
using Session.Protocol.Onion.Nodes;

namespace Session.Protocol.LocalNetwork.Tests;

public class LocalNetworkActionsTests
{
    private static LocalNetworkOptions Six => LocalNetworkOptions.Default with { NodeCount = 6, SwarmCount = 2, KeySeed = 1 };

    [Fact]
    public async Task SplitAndDissolve_MessagesFollowTheirAccounts()
    {
        await using LocalNetwork network = await LocalNetwork.StartAsync(Six);
        using var client = new NodeClient();
        TestAccount[] accounts = [.. Enumerable.Range(1, 20).Select(seed => new TestAccount((byte)seed))];
        foreach (TestAccount account in accounts)
        {
            await client.RpcAsync(SwarmOf(network, account)[0], "store", account.Store(Now(network), 600_000, [1]));
        }

        ulong newId = network.SplitSwarm(network.Swarms.Keys.First());
        Assert.Equal(3, network.Swarms.Count);
        AssertAllHeld(network, accounts);
        Assert.Contains(accounts, account => SwarmOf(network, account)[0].SwarmId == newId);

        network.DissolveSwarm(newId);
        Assert.Equal(2, network.Swarms.Count);
        Assert.Equal(6, network.Swarms.Values.Sum(swarm => swarm.Count));
        AssertAllHeld(network, accounts);
    }

    // protocol/20 §5.4: 2^64 - 1 is no swarm, so the circle of ids has one place less than there are numbers.
    [Theory]
    [InlineData(0x7fff_ffff_ffff_ffff, 0x7fff_ffff_ffff_ffff, 0xffff_ffff_ffff_fffe)]
    [InlineData(0x4000_0000_0000_0000, 0xc000_0000_0000_0000, 0x8000_0000_0000_0000)]
    [InlineData(0x6000_0000_0000_0000, 0xe000_0000_0000_0000, 0xa000_0000_0000_0000)]
    [InlineData(0x6000_0000_0000_0000, 0xc000_0000_0000_0000, 0x1000_0000_0000_0000)]
    public async Task SplitSwarm_AnyIds_NewIdIsTheMiddleOfTheLargestGapAndASwarm(ulong first, ulong second, ulong expected)
    {
        await using LocalNetwork network = await LocalNetwork.StartAsync(Six);
        for (int i = 0; i < network.Nodes.Count; i++)
        {
            network.Move(network.Nodes[i], i % 2 == 0 ? first : second);
        }

        ulong newId = network.SplitSwarm(first);

        Assert.Equal(expected, newId);
        Assert.NotEmpty(network.Swarms[newId]);
        Assert.Equal(6, network.Swarms.Values.Sum(swarm => swarm.Count));
    }

    [Fact]
    public async Task Decommission_Node_IsOutOfListsUntilItMovesBack()
    {
        await using LocalNetwork network = await LocalNetwork.StartAsync(Six);
        LocalNode node = network.Nodes[0];
        ulong swarm = node.SwarmId;

        network.Decommission(node);
        Assert.Equal(ServiceNode.NoSwarm, node.SwarmId);
        Assert.DoesNotContain(node, network.Swarms[swarm]);

        network.Move(node, swarm);
        Assert.Contains(node, network.Swarms[swarm]);
    }

    [Fact]
    public async Task AdvanceClock_AnHour_IsSeenByNodesAndTheirBlocks()
    {
        await using LocalNetwork network = await LocalNetwork.StartAsync(Six);
        long height = network.Registry.Height, now = network.Nodes[0].Now;
        long stamp = network.Clock.GetTimestamp();

        network.AdvanceClock(TimeSpan.FromHours(1));

        Assert.InRange(network.Nodes[0].Now - now, 3_600_000, 3_700_000);
        Assert.InRange(network.Registry.Height - height, 30, 31);
        Assert.InRange(network.Clock.GetElapsedTime(stamp).TotalHours, 1, 1.1);
        Assert.Throws<ArgumentOutOfRangeException>(() => network.AdvanceClock(TimeSpan.FromTicks(-1)));
    }

    [Fact]
    public async Task Misuse_ThrowsAtOnce()
    {
        await using LocalNetwork network = await LocalNetwork.StartAsync(Six with { SwarmCount = 1 });
        await using LocalNetwork other = await LocalNetwork.StartAsync(Six);
        ulong only = network.Swarms.Keys.Single();

        Assert.Throws<ArgumentException>(() => network.DissolveSwarm(only));
        Assert.Throws<ArgumentException>(() => network.DissolveSwarm(3));
        Assert.Throws<ArgumentException>(() => network.Move(other.Nodes[0], only));
        Assert.Throws<ArgumentException>(() => network.Decommission(other.Nodes[0]));
        Assert.Throws<ArgumentException>(() => network.Move(network.Nodes[0], ServiceNode.NoSwarm));
    }

    [Fact]
    public async Task LateHandOver_UntilItIsOver_OldMembersHoldAndNewOnesLack()
    {
        var clock = new GatedClock(DateTimeOffset.UnixEpoch.AddYears(56));
        await using LocalNetwork network = await LocalNetwork.StartAsync(Six with { Clock = clock });
        var account = new TestAccount(1);
        using var client = new NodeClient();
        await client.RpcAsync(SwarmOf(network, account)[0], "store", account.Store(Now(network), 600_000, [1]));
        LocalNode[] former = [.. SwarmOf(network, account)];
        network.Faults.Add(Fault.LateHandOver(TimeSpan.FromSeconds(20)).Times(1));
        foreach (LocalNode node in former.Skip(1))
        {
            // All of them at once, so that the account has nobody left.
            node.SwarmId = network.Nodes.First(other => !former.Contains(other)).SwarmId;
        }

        network.Move(former[0], former[1].SwarmId);
        LocalNode newcomer = SwarmOf(network, account).First(node => !former.Contains(node));
        Assert.Equal(0, newcomer.StoredMessageCount);

        clock.Advance(TimeSpan.FromSeconds(20));
        while (newcomer.StoredMessageCount == 0)
        {
            await Task.Yield();
        }
    }

    [Fact]
    public async Task Move_OutOfASwarmAndBack_KeepsTheOrderAndAppendsWhatIsNew()
    {
        // A client that has read up to a hash must miss nothing, whatever order others have.
        await using LocalNetwork network = await LocalNetwork.StartAsync(Six);
        var account = new TestAccount(1);
        using var client = new NodeClient();
        LocalNode node = SwarmOf(network, account)[0];
        LocalNode other = SwarmOf(network, account)[1];
        ulong home = node.SwarmId, away = network.Swarms.Keys.Single(id => id != home);
        await client.RpcAsync(node, "store", account.Store(Now(network), 600_000, [1]));
        await client.RpcAsync(node, "store", account.Store(Now(network), 600_000, [2]));
        string[] before = Order(node, account);

        network.Move(node, away);
        await client.RpcAsync(other, "store", account.Store(Now(network), 600_000, [3]));
        Assert.Equal(before, Order(node, account));
        Assert.Equal(0, node.StoredMessageCount);
        network.Move(node, home);

        Assert.Equal(before, Order(node, account)[..2]);
        Assert.Equal(3, node.StoredMessageCount);
    }

    private static string[] Order(LocalNode node, TestAccount account) => [.. node.Store.Copy(account.Id).Messages.Select(message => message.Hash)];

    private static long Now(LocalNetwork network) => network.Clock.GetUtcNow().ToUnixTimeMilliseconds();

    private static IReadOnlyList<LocalNode> SwarmOf(LocalNetwork network, TestAccount account) => network.SwarmOf(AccountId.Parse(account.Id));

    private static void AssertAllHeld(LocalNetwork network, TestAccount[] accounts)
    {
        foreach (TestAccount account in accounts)
        {
            IReadOnlyList<LocalNode> members = SwarmOf(network, account);
            Assert.All(members, node => Assert.Single(node.Store.Copy(account.Id).Messages));
        }
    }
}
