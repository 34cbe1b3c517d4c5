using Session.Protocol.Accounts;
using Session.Protocol.LocalNetwork.Faults;
using Session.Protocol.LocalNetwork.Seeds;
using Session.Protocol.LocalNetwork.Storage;
using Session.Protocol.Onion.Nodes;

namespace Session.Protocol.LocalNetwork;

/// <summary>
/// What every node of the network knows: the node list, the swarms, the clock, the block height, the names. The node list of the
/// seed and the answers of the nodes are views of it (protocol/26 §3). Safe for concurrent use.
/// </summary>
internal sealed class NodeRegistry(LocalNetworkOptions options, AdvanceableClock clock)
{
    /// <summary>Height at the start, as in the recordings; one block follows every two minutes.</summary>
    private const long StartHeight = 1_500_001;

    private const long BlockMilliseconds = 120_000;

    private readonly long _start = clock.GetUtcNow().ToUnixTimeMilliseconds();
    private readonly Lock _lock = new();
    private Dictionary<string, LocalNode> _byIdentity = new(StringComparer.Ordinal);
    private SortedDictionary<ulong, List<LocalNode>> _swarms = [];
    private ulong[] _swarmIds = [];

    public LocalNetworkOptions Options => options;

    public AdvanceableClock Clock => clock;

    /// <summary>What goes wrong.</summary>
    public FaultScript Faults { get; } = new(clock, options.FaultSeed);

    /// <summary>What nodes report unless a fault makes them lie.</summary>
    public Version HardFork { get; set; } = options.HardFork;

    public NameTable Names { get; } = new();

    /// <summary>Told of each new message of an account, by the node that a client gave it to.</summary>
    public Action<string, StoredMessage>? MessageStored { get; set; }

    public IReadOnlyList<LocalNode> Nodes { get; private set; } = [];

    public long Height => StartHeight + ((clock.GetUtcNow().ToUnixTimeMilliseconds() - _start) / BlockMilliseconds);

    public IReadOnlyDictionary<ulong, IReadOnlyList<LocalNode>> Swarms
    {
        get
        {
            lock (_lock)
            {
                return _swarms.ToDictionary(pair => pair.Key, pair => (IReadOnlyList<LocalNode>)[.. pair.Value]);
            }
        }
    }

    public void SetNodes(IReadOnlyList<LocalNode> nodes)
    {
        Nodes = nodes;
        _byIdentity = nodes.ToDictionary(node => node.IdentityHex, StringComparer.Ordinal);
        Rebuild();
    }

    public LocalNode? Find(string identityHex) => _byIdentity.GetValueOrDefault(identityHex);

    /// <summary>The swarm of an account, <see cref="ServiceNode.NoSwarm"/> when there is none.</summary>
    public ulong SwarmOf(string account)
    {
        lock (_lock)
        {
            return SwarmMap.TryChoose(_swarmIds, SwarmMap.Position(Convert.FromHexString(account)), out ulong swarm) ? swarm : ServiceNode.NoSwarm;
        }
    }

    public IReadOnlyList<LocalNode> Members(ulong swarmId)
    {
        lock (_lock)
        {
            return _swarms.TryGetValue(swarmId, out List<LocalNode>? members) ? [.. members] : [];
        }
    }

    /// <summary>The members of an account's swarm.</summary>
    public IReadOnlyList<LocalNode> MembersOf(string account) => Members(SwarmOf(account));

    /// <summary>
    /// Puts nodes into swarms, or with <see cref="ServiceNode.NoSwarm"/> out of all. Those who held an account give its messages to the
    /// new owners (protocol/20 §5.4) and keep them, as a database does: whoever returns to a swarm has them in the same order as before,
    /// so that a client can go on from the hash where it was.
    /// </summary>
    public void Move(IEnumerable<(LocalNode Node, ulong SwarmId)> moves)
    {
        (LocalNode Holder, string Account)[] held = [.. Nodes.SelectMany(node => node.Store.Accounts.Where(account => Owns(node, account)), (node, account) => (node, account))];
        foreach ((LocalNode node, ulong swarmId) in moves)
        {
            node.SwarmId = swarmId;
        }

        Rebuild();
        TimeSpan delay = Faults.HandOverDelay();
        if (delay > TimeSpan.Zero)
        {
            _ = HandOverLaterAsync(held, delay);
        }
        else
        {
            HandOver(held);
        }
    }

    /// <summary>Whether a node is a member of an account's swarm.</summary>
    public bool Owns(LocalNode node, string account) => MembersOf(account).Contains(node);

    /// <summary>Gives an account's messages to its owners when the node, which has just stored one, is not among them any more.</summary>
    public void PassOn(LocalNode holder, string account)
    {
        if (!Owns(holder, account))
        {
            HandOver([(holder, account)]);
        }
    }

    private async Task HandOverLaterAsync((LocalNode Holder, string Account)[] held, TimeSpan delay)
    {
        await Task.Delay(delay, clock).ConfigureAwait(false);
        HandOver(held);
    }

    private void HandOver(IEnumerable<(LocalNode Holder, string Account)> held)
    {
        foreach ((LocalNode holder, string account) in held)
        {
            (List<StoredMessage> messages, List<SubaccountToken> revoked) = holder.Store.Copy(account);
            foreach (LocalNode owner in MembersOf(account).Where(owner => owner != holder && owner.Peers.Condition == NodeCondition.Running))
            {
                owner.Store.Absorb(account, messages, revoked);
            }
        }
    }

    private void Rebuild()
    {
        lock (_lock)
        {
            _swarms = [];
            foreach (IGrouping<ulong, LocalNode> swarm in Nodes.Where(node => node.SwarmId != ServiceNode.NoSwarm).GroupBy(node => node.SwarmId))
            {
                _swarms.Add(swarm.Key, [.. swarm]);
            }

            _swarmIds = [.. _swarms.Keys];
        }
    }
}
