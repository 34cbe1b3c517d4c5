using Session.Protocol.LocalNetwork;
using Session.Protocol.LocalNetwork.Faults;
using Network = Session.Protocol.LocalNetwork.LocalNetwork;

namespace Session.Protocol.Storm;

/// <summary>What goes wrong when: drawn from one seed, so that the same storm can be had again. Not safe for concurrent use.</summary>
internal sealed class StormScript(Network network, int seed)
{
    private const int MinSwarms = 3;
    private const int MaxSwarms = 6;
    private const int MinSwarmSize = 3;

    /// <summary>At most this part of the nodes is down or out at once: the rest of the network must be able to work.</summary>
    private const int MaxAwayPart = 4;

    private readonly Random _random = new(seed);
    private readonly List<(DateTimeOffset End, ActiveFault Fault)> _running = [];
    private readonly List<(DateTimeOffset End, LocalNode Node)> _out = [];

    /// <summary>What happened, by name.</summary>
    public SortedDictionary<string, int> Events { get; } = new(StringComparer.Ordinal);

    /// <summary>Ends what is over and begins something new.</summary>
    public void Step()
    {
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        foreach ((DateTimeOffset _, ActiveFault over) in _running.FindAll(running => running.End <= now))
        {
            over.Remove();
        }

        _running.RemoveAll(running => running.End <= now);
        foreach ((DateTimeOffset _, LocalNode back) in _out.FindAll(gone => gone.End <= now))
        {
            Return(back);
        }

        _out.RemoveAll(gone => gone.End <= now);
        Begin(now);
    }

    /// <summary>Ends everything; the nodes that were out come back.</summary>
    public void End()
    {
        network.Faults.Clear();
        _running.Clear();
        foreach ((DateTimeOffset _, LocalNode node) in _out)
        {
            Return(node);
        }

        _out.Clear();
    }

    // Every step draws the same number of numbers, whatever the state of the network: the n-th event is the same in every run.
    private void Begin(DateTimeOffset now)
    {
        int kind = _random.Next(24);
        LocalNode node = network.Nodes[_random.Next(network.Nodes.Count)];
        LocalNode other = network.Nodes[_random.Next(network.Nodes.Count)];
        double share = 0.1 + (_random.NextDouble() * 0.5);
        int choice = _random.Next(int.MaxValue);
        DateTimeOffset end = now + TimeSpan.FromSeconds(0.5 + (_random.NextDouble() * 4));
        switch (kind)
        {
            case 0 when CanGo(node):
                Start(Fault.NodeDown.At(node), end);
                break;
            case 1 when CanGo(node) && network.Swarms[node.SwarmId].Count > MinSwarmSize:
                Note("Decommission");
                network.Decommission(node);
                _out.Add((end, node));
                break;
            case 2 when network.Swarms.Count < MaxSwarms:
                Split(choice);
                break;
            case 3 when network.Swarms.Count > MinSwarms:
                Note("DissolveSwarm");
                network.DissolveSwarm(Pick(network.Swarms.Keys, choice));
                break;
            case 4 when IsIn(node) && network.Swarms[node.SwarmId].Count > MinSwarmSize:
                Note("Move");
                network.Move(node, Pick(network.Swarms.Keys, choice));
                break;
            case 5:
                Start(Fault.LateHandOver(TimeSpan.FromMilliseconds(200 + (choice % 800))), end);
                break;
            case 6:
                Start(Fault.CorruptedReply(Pick(Enum.GetValues<ReplyDamage>(), choice)).At(Pick(new[] { NodeRole.Guard, NodeRole.Exit, NodeRole.Destination }, choice)).WithProbability(share / 4), end);
                break;
            case 7:
                Start(Pick(new[] { Fault.SealedWithAnotherKey, Fault.UnusualReply(Pick(Enum.GetValues<ReplyForm>(), choice)) }, choice).WithProbability(share / 4), end);
                break;
            case 8:
                Start(Fault.PingPong(node, other), end);
                break;
            case 9:
                Start(Pick(new[] { Fault.WrongSwarm, Fault.WrongSwarmNamingNobody }, choice).WithProbability(share), end);
                break;
            case 10:
                Start(Pick(new[] { Fault.RateLimited.At(node), Fault.RateLimited.OnMethod("store").WithProbability(share / 2) }, choice), end);
                break;
            case 11:
                Start(Fault.ClientClockOff(TimeSpan.FromMinutes(choice % 2 == 0 ? 2 : -2)), end);
                break;
            case 12:
                Start(Fault.NodeClockOff(TimeSpan.FromHours(choice % 2 == 0 ? 1 : -1)).At(node), end);
                break;
            case 13:
                Start(Pick(new[] { Fault.NotReady, Fault.Busy.At(NodeRole.Guard) }, choice).At(node), end);
                break;
            case 14:
                Start(Fault.Slow(TimeSpan.FromMilliseconds(500 + (choice % 5_000))).At(node).WithProbability(share), end);
                break;
            case 15:
                Start(Fault.BreaksMidway.At(node).WithProbability(share), end);
                break;
            case 16:
                Start(Fault.TampersWithRequests.At(node), end);
                break;
            case 17:
                Start(Pick(new[] { Fault.NodeUnreachable, Fault.NotInNodeLists }, choice).At(node), end);
                break;
            case 18:
                Start(Pick(new[] { Fault.PlainText.At(node), Fault.ResetsReusedConnections }, choice).WithProbability(share), end);
                break;
            case 19:
                Start(Fault.MemberFails(Pick(Enum.GetValues<MemberFailure>(), choice)).WithProbability(share / 2), end);
                break;
            case 20:
                Start(Pick(new[] { Fault.BadMemberSignature.WithProbability(share), Fault.AllMembersFail().WithProbability(share / 2) }, choice), end);
                break;
            case 21:
                Start(Pick(new[] { Fault.LacksNewestMessage.At(node), Fault.ReversesMessages, Fault.ForgetsLastHash, Fault.DuplicateMessages }, choice), end);
                break;
            case 22:
                Start(Fault.Replayed.OnMethod("store").WithProbability(share), end);
                break;
            case 23:
                Start(Pick(new[] { Fault.OddTls(TlsTrouble.HandshakeStalls), Fault.OddTls(TlsTrouble.OnlyTls10) }, choice).At(node), end);
                break;
            default:
                // The network is not in a state for it; the next step comes soon.
                break;
        }
    }

    private void Start(Fault fault, DateTimeOffset end)
    {
        Note(fault.Name);
        _running.Add((end, network.Faults.Add(fault)));
    }

    private void Split(int choice)
    {
        ulong[] large = [.. network.Swarms.Where(swarm => swarm.Value.Count >= 2 * MinSwarmSize).Select(swarm => swarm.Key)];
        if (large.Length > 0)
        {
            Note("SplitSwarm");
            network.SplitSwarm(Pick(large, choice));
        }
    }

    private void Return(LocalNode node)
    {
        Note("Return");
        network.Move(node, network.Swarms.MinBy(swarm => swarm.Value.Count).Key);
    }

    private bool CanGo(LocalNode node) =>
        IsIn(node) && _out.Count + _running.Count(running => ReferenceEquals(running.Fault.Fault.Node, node)) < network.Nodes.Count / MaxAwayPart;

    private bool IsIn(LocalNode node) => network.Swarms.ContainsKey(node.SwarmId);

    private void Note(string name) => Events[name] = Events.GetValueOrDefault(name) + 1;

    private static T Pick<T>(IEnumerable<T> items, int choice)
    {
        T[] all = [.. items];
        return all[choice % all.Length];
    }
}
