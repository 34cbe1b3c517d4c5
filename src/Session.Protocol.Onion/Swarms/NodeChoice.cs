using Session.Protocol.Accounts;
using Session.Protocol.Cryptography;
using Session.Protocol.Onion.Nodes;

namespace Session.Protocol.Onion.Swarms;

/// <summary>
/// The nodes that one call has used up. Several sends at once share one, so that no two of them ask the same node.
/// Safe for concurrent use.
/// </summary>
internal sealed class NodeChoice(ServiceNode? only)
{
    private readonly Lock _lock = new();
    private readonly HashSet<Ed25519PublicKey> _taken = [];

    /// <summary>The one node that may be asked; null for any.</summary>
    public ServiceNode? Fixed { get; } = only;

    /// <summary>A node that nobody took before, and which is taken now; null when there is none.</summary>
    public ServiceNode? TryTake(IReadOnlyList<ServiceNode> candidates, IRandomSource random)
    {
        lock (_lock)
        {
            ServiceNode? node = RandomNode.Pick(candidates, _taken, random);
            if (node is not null)
            {
                _taken.Add(node.IdentityKey);
            }

            return node;
        }
    }
}
