using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using Session.Protocol.Accounts;

namespace Session.Protocol.Onion.Nodes;

/// <summary>Which swarm holds an account, worked out from the node list alone (protocol/20 §5.1). Immutable.</summary>
internal sealed class SwarmMap
{
    private readonly ulong[] _ids;
    private readonly Dictionary<ulong, ServiceNode[]> _members;

    public SwarmMap(IEnumerable<ServiceNode> nodes)
    {
        _members = nodes.Where(node => node.SwarmId is not (null or ServiceNode.NoSwarm))
            .GroupBy(node => node.SwarmId!.Value)
            .ToDictionary(swarm => swarm.Key, swarm => swarm.ToArray());
        _ids = [.. _members.Keys.Order()];
    }

    /// <summary>False when no node's swarm is known.</summary>
    public bool TryFind(AccountId account, out ulong swarmId, [NotNullWhen(true)] out IReadOnlyList<ServiceNode>? members)
    {
        bool found = TryChoose(_ids, Position(account), out swarmId);
        members = found ? _members[swarmId] : null;
        return found;
    }

    /// <summary>The account's place on the ring of 2^64: its four words combined.</summary>
    public static ulong Position(AccountId account) => Position(account.AsSpan());

    /// <summary>The same for an account of any prefix, 33 bytes.</summary>
    public static ulong Position(ReadOnlySpan<byte> account)
    {
        ulong position = 0;
        for (ReadOnlySpan<byte> key = account[1..]; !key.IsEmpty; key = key[sizeof(ulong)..])
        {
            position ^= BinaryPrimitives.ReadUInt64BigEndian(key);
        }

        return position;
    }

    /// <summary>The nearest id on the ring, the one below on a tie. Ids are ascending, without <see cref="ServiceNode.NoSwarm"/>.</summary>
    public static bool TryChoose(ReadOnlySpan<ulong> ids, ulong position, out ulong swarmId)
    {
        swarmId = ServiceNode.NoSwarm;
        if (ids.IsEmpty)
        {
            return false;
        }

        int found = ids.BinarySearch(position);
        int above = found >= 0 ? found : ~found;
        ulong right = ids[above % ids.Length];
        ulong left = ids[(above + ids.Length - 1) % ids.Length];
        swarmId = unchecked(right - position < position - left) ? right : left;
        return true;
    }
}
