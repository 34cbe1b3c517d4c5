using Session.Protocol.Accounts;
using Session.Protocol.Onion.Nodes;

namespace Session.Protocol.Onion.Paths;

/// <summary>
/// Failures per node (protocol/20 §4). They are forgiven one by one: by every request that goes through, and by time, so that the last
/// is gone after the lifetime. Holds no more nodes than the node list. Not safe for concurrent use.
/// </summary>
internal sealed class StrikeList(int limit, TimeSpan lifetime, TimeProvider time)
{
    private readonly Dictionary<Ed25519PublicKey, (int Count, long Last)> _strikes = [];

    public void Add(Ed25519PublicKey node) => _strikes[node] = (Math.Min(Count(node) + 1, limit), time.GetTimestamp());

    /// <summary>This node is not to be chosen any more.</summary>
    public void AddAll(Ed25519PublicKey node) => _strikes[node] = (limit, time.GetTimestamp());

    /// <summary>A request went through this node.</summary>
    public void Forgive(Ed25519PublicKey node)
    {
        if (_strikes.Count > 0 && Count(node) is var count and > 0)
        {
            _strikes[node] = (count - 1, time.GetTimestamp());
        }
    }

    /// <summary>True for a node that failed too often to be chosen.</summary>
    public bool IsOut(Ed25519PublicKey node) => Count(node) >= limit;

    /// <summary>True for a node that failed lately, if only once.</summary>
    public bool IsSuspect(Ed25519PublicKey node) => Count(node) > 0;

    /// <summary>Forgets all nodes that are not in the list any more.</summary>
    public void Keep(IReadOnlyList<ServiceNode> nodes)
    {
        if (_strikes.Count > 0)
        {
            HashSet<Ed25519PublicKey> known = [.. nodes.Select(node => node.IdentityKey)];
            foreach (Ed25519PublicKey gone in _strikes.Keys.Where(key => !known.Contains(key)).ToArray())
            {
                _ = _strikes.Remove(gone);
            }
        }
    }

    /// <summary>Forgives everything. True when there was something to forgive.</summary>
    public bool Clear()
    {
        bool any = _strikes.Count > 0;
        _strikes.Clear();
        return any;
    }

    private int Count(Ed25519PublicKey node)
    {
        if (!_strikes.TryGetValue(node, out (int Count, long Last) strikes))
        {
            return 0;
        }

        double forgiven = Math.Min(limit, Math.Floor(time.GetElapsedTime(strikes.Last) / (lifetime / limit)));
        return Math.Max(0, strikes.Count - (int)forgiven);
    }
}
