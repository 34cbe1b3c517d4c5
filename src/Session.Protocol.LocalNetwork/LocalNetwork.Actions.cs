using Session.Protocol.Accounts;
using Session.Protocol.Onion.Nodes;

namespace Session.Protocol.LocalNetwork;

/// <summary>What happens to a network as a whole (protocol/26 §7): swarms change, nodes leave, time passes, forks come.</summary>
public sealed partial class LocalNetwork
{
    /// <summary>The nodes that hold an account's messages now.</summary>
    /// <param name="account">The account.</param>
    /// <returns>The members of its swarm; empty when there is no swarm at all.</returns>
    public IReadOnlyList<LocalNode> SwarmOf(AccountId account) => _registry.MembersOf(account.ToString());

    /// <summary>Puts the nodes' clock forward: messages expire, blocks come, rate limits fill up. Timers and faults that wait are not hurried.</summary>
    /// <param name="time">How far, not negative.</param>
    /// <exception cref="ArgumentOutOfRangeException">Negative.</exception>
    public void AdvanceClock(TimeSpan time)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(time, TimeSpan.Zero);
        _registry.Clock.Advance(time);
    }

    /// <summary>Moves a node into another swarm, which exists or begins with it. Messages follow their accounts.</summary>
    /// <param name="node">A node of this network.</param>
    /// <param name="swarmId">The swarm; not <see cref="ServiceNode.NoSwarm"/>.</param>
    /// <exception cref="ArgumentException">A node of another network, or no swarm.</exception>
    public void Move(LocalNode node, ulong swarmId)
    {
        RequireOwn(node);
        if (swarmId == ServiceNode.NoSwarm)
        {
            throw new ArgumentException("To take a node out of its swarm, decommission it.", nameof(swarmId));
        }

        _registry.Move([(node, swarmId)]);
    }

    /// <summary>Takes a node out of its swarm: it is in no list of active nodes any more and answers 503. <see cref="Move"/> brings it back.</summary>
    /// <param name="node">A node of this network.</param>
    /// <exception cref="ArgumentException">A node of another network.</exception>
    public void Decommission(LocalNode node)
    {
        RequireOwn(node);
        _registry.Move([(node, ServiceNode.NoSwarm)]);
    }

    /// <summary>Ends a swarm: its members go to the smallest of the others, and its accounts to the nearest.</summary>
    /// <param name="swarmId">An existing swarm.</param>
    /// <exception cref="ArgumentException">There is no such swarm, or no other.</exception>
    public void DissolveSwarm(ulong swarmId)
    {
        IReadOnlyList<LocalNode> members = RequireMembers(swarmId);
        Dictionary<ulong, int> others = Swarms.Where(swarm => swarm.Key != swarmId).ToDictionary(swarm => swarm.Key, swarm => swarm.Value.Count);
        if (others.Count == 0)
        {
            throw new ArgumentException("The last swarm cannot be dissolved.", nameof(swarmId));
        }

        var moves = new List<(LocalNode Node, ulong SwarmId)>();
        foreach (LocalNode member in members)
        {
            ulong smallest = others.MinBy(other => other.Value).Key;
            others[smallest]++;
            moves.Add((member, smallest));
        }

        _registry.Move(moves);
    }

    /// <summary>Makes a second swarm out of half of a swarm's members. The accounts that are nearer to it go with them.</summary>
    /// <param name="swarmId">An existing swarm of at least two members.</param>
    /// <returns>The new swarm's id, the middle of the largest gap between the ids (protocol/20 §5.4).</returns>
    /// <exception cref="ArgumentException">There is no such swarm, or it has one member.</exception>
    public ulong SplitSwarm(ulong swarmId)
    {
        IReadOnlyList<LocalNode> members = RequireMembers(swarmId);
        if (members.Count < 2)
        {
            throw new ArgumentException("A swarm of one cannot be split.", nameof(swarmId));
        }

        ulong newId = MiddleOfLargestGap([.. Swarms.Keys.Order()]);
        _registry.Move(members.Take(members.Count / 2).Select(member => (member, newId)));
        return newId;
    }

    // The ids are a circle from 0 to 2^64 - 2: the one beyond means no swarm.
    private static ulong MiddleOfLargestGap(ulong[] ids)
    {
        const ulong Circle = ServiceNode.NoSwarm;
        (ulong start, ulong gap) = ids.Select((id, at) => (id, at + 1 < ids.Length ? ids[at + 1] - id : Circle - id + ids[0])).MaxBy(between => between.Item2);
        ulong half = gap / 2;
        return start < Circle - half ? start + half : start - (Circle - half);
    }

    /// <summary>A hard fork: what all nodes report and obey from now on.</summary>
    /// <param name="hardFork">Fork and revision.</param>
    public void SetHardFork(Version hardFork)
    {
        ArgumentNullException.ThrowIfNull(hardFork);
        _registry.HardFork = hardFork;
    }

    private IReadOnlyList<LocalNode> RequireMembers(ulong swarmId) =>
        Swarms.TryGetValue(swarmId, out IReadOnlyList<LocalNode>? members) ? members : throw new ArgumentException("There is no such swarm.", nameof(swarmId));

    private void RequireOwn(LocalNode node)
    {
        ArgumentNullException.ThrowIfNull(node);
        if (node.Network != _registry)
        {
            throw new ArgumentException("The node belongs to another network.", nameof(node));
        }
    }
}
