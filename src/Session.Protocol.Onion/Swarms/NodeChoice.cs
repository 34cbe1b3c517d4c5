using Session.Protocol.Accounts;
using Session.Protocol.Cryptography;
using Session.Protocol.Onion.Nodes;

namespace Session.Protocol.Onion.Swarms;

/// <summary>
/// The nodes that one call has used up. Several sends at once share one, so that no two of them ask the same node.
/// Safe for concurrent use.
/// </summary>
internal sealed class NodeChoice(ServiceNode? only, SilentNodes? silent = null)
{
    private readonly Lock _lock = new();

    // A handful at most, mostly one: cheaper as lists than as sets.
    private readonly List<Ed25519PublicKey> _taken = [];
    private readonly List<Ed25519PublicKey> _unanswered = [];
    private readonly List<Ed25519PublicKey> _askedAgain = [];

    /// <summary>The one node that may be asked; null for any.</summary>
    public ServiceNode? Fixed { get; } = only;

    /// <summary>A node that nobody took before, and which is taken now; null when there is none.</summary>
    public ServiceNode? TryTake(IReadOnlyList<ServiceNode> candidates, IRandomSource random)
    {
        lock (_lock)
        {
            ServiceNode? node = PickHeard(candidates, random) ?? RandomNode.Pick(candidates, _taken, random);
            if (node is not null)
            {
                _taken.Add(node.IdentityKey);
            }

            return node;
        }
    }

    /// <summary>No answer came from a node that was taken. That may have been the path's fault, so it may be asked once more when no other is left.</summary>
    public void MarkUnanswered(ServiceNode node)
    {
        silent?.Add(node.IdentityKey);
        lock (_lock)
        {
            _unanswered.Add(node.IdentityKey);
        }
    }

    /// <summary>An answer came, whatever it says.</summary>
    public void MarkAnswered(ServiceNode node) => silent?.Remove(node.IdentityKey);

    /// <summary>A node that was taken and did not answer; each once. Null when there is none.</summary>
    public ServiceNode? TryTakeUnanswered(IReadOnlyList<ServiceNode> candidates, IRandomSource random)
    {
        lock (_lock)
        {
            ServiceNode? node = RandomNode.Pick([.. candidates.Where(x => _unanswered.Contains(x.IdentityKey))], _askedAgain, random);
            if (node is not null)
            {
                _askedAgain.Add(node.IdentityKey);
            }

            return node;
        }
    }

    private ServiceNode? PickHeard(IReadOnlyList<ServiceNode> candidates, IRandomSource random) => silent is null or { IsEmpty: true }
        ? null
        : RandomNode.Pick([.. candidates.Where(node => !silent.Contains(node.IdentityKey))], _taken, random);
}
