using System.Collections.Concurrent;
using Session.Protocol.Accounts;

namespace Session.Protocol.Onion.Swarms;

/// <summary>
/// Nodes that gave no answer a short while ago, and are therefore asked after the others: with half a swarm down, every second request would
/// else wait for its whole time limit first. It may have been the path's fault, so they are never left out. Safe for concurrent use.
/// </summary>
internal sealed class SilentNodes(TimeProvider time)
{
    /// <summary>More than a client talks to; beyond it the memory starts anew.</summary>
    private const int MaxNodes = 1_000;

    /// <summary>Long enough to be of use to the next requests, and short, because a hop that drops requests can make any node seem silent.</summary>
    private static readonly TimeSpan Memory = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<Ed25519PublicKey, long> _since = [];

    /// <summary>Whether there is none to be asked last, which is nearly always so.</summary>
    public bool IsEmpty => _since.IsEmpty;

    public void Add(Ed25519PublicKey node)
    {
        if (_since.Count >= MaxNodes)
        {
            _since.Clear();
        }

        _since[node] = time.GetTimestamp();
    }

    public void Remove(Ed25519PublicKey node) => _since.TryRemove(node, out _);

    public bool Contains(Ed25519PublicKey node) => _since.TryGetValue(node, out long since) && time.GetElapsedTime(since) < Memory;
}
