using Session.Protocol.Accounts;
using Session.Protocol.Onion.Nodes;

namespace Session.Protocol.Onion.Swarms;

/// <summary>Remembers swarms for a while, and not more of them than allowed: the one known longest goes first. Safe for concurrent use.</summary>
internal sealed class SwarmCache(SwarmClientOptions options, TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<AccountId, Entry> _entries = [];

    // Accounts in the order in which they were set; an account that was set again is in it twice, the older place is skipped.
    private readonly Queue<(AccountId Account, long SetAt)> _order = [];
    private long _counter;

    /// <summary>The members while they are fresh enough; a swarm that is too small is fresh for a shorter time only.</summary>
    public IReadOnlyList<ServiceNode>? Find(AccountId account)
    {
        lock (_lock)
        {
            if (!_entries.TryGetValue(account, out Entry? entry))
            {
                return null;
            }

            TimeSpan lifetime = entry.Members.Count < options.MinSwarmSize ? options.SmallSwarmLifetime : options.SwarmLifetime;
            return entry.Members.Count > 0 && time.GetElapsedTime(entry.SetAtTime) < lifetime ? entry.Members : null;
        }
    }

    public void Set(AccountId account, IReadOnlyList<ServiceNode> members)
    {
        lock (_lock)
        {
            long setAt = ++_counter;
            _entries[account] = new Entry(members, time.GetTimestamp(), setAt);
            _order.Enqueue((account, setAt));
            while (_entries.Count > options.MaxKnownSwarms || _order.Count > 2L * options.MaxKnownSwarms)
            {
                (AccountId oldest, long place) = _order.Dequeue();
                if (_entries.TryGetValue(oldest, out Entry? entry) && entry.Place == place)
                {
                    _entries.Remove(oldest);
                }
            }
        }
    }

    /// <summary>Takes one node out of the swarm of an account.</summary>
    public void Remove(AccountId account, ServiceNode node)
    {
        lock (_lock)
        {
            if (_entries.TryGetValue(account, out Entry? entry))
            {
                _entries[account] = entry with { Members = [.. entry.Members.Where(member => !member.Equals(node))] };
            }
        }
    }

    private sealed record Entry(IReadOnlyList<ServiceNode> Members, long SetAtTime, long Place);
}
