using Session.Protocol.Accounts;
using Session.Protocol.Onion.Nodes;

namespace Session.Protocol.Onion.Storage.Wire;

/// <summary>What is needed beside the request to read its answer.</summary>
/// <param name="Timestamp">The network time that the request was written with: members sign it.</param>
/// <param name="Asked">The node that answered; a member whatever the list says.</param>
/// <param name="Members">The swarm as it is known; null counts every key as a member.</param>
internal sealed record ReplyContext(long Timestamp, ServiceNode? Asked, IReadOnlyList<ServiceNode>? Members)
{
    /// <summary>Whether a key counts as one of the swarm.</summary>
    public bool IsMember(Ed25519PublicKey key)
    {
        if (Members is null || Asked?.IdentityKey == key)
        {
            return true;
        }

        // A dozen at most: looking through them costs less than a set.
        for (int i = 0; i < Members.Count; i++)
        {
            if (Members[i].IdentityKey == key)
            {
                return true;
            }
        }

        return false;
    }
}
