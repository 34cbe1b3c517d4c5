using Session.Protocol.Accounts;
using Session.Protocol.Cryptography;
using Session.Protocol.Onion.Nodes;

namespace Session.Protocol.Onion.Swarms;

/// <summary>Picks nodes at random.</summary>
internal static class RandomNode
{
    /// <summary>One that is not excluded, each with the same chance; null when there is none.</summary>
    public static ServiceNode? Pick(IReadOnlyList<ServiceNode> nodes, ICollection<Ed25519PublicKey> excluded, IRandomSource random)
    {
        ServiceNode[] left = [.. nodes.Where(node => !excluded.Contains(node.IdentityKey))];
        return left.Length == 0 ? null : left[random.Next(left.Length)];
    }
}
