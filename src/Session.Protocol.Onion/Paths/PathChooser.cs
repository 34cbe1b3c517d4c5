using System.Buffers.Binary;
using Session.Protocol.Cryptography;
using Session.Protocol.Onion.Nodes;

namespace Session.Protocol.Onion.Paths;

/// <summary>
/// Picks nodes at random. With distinct networks, taking a node removes its whole /24, which is the same as drawing networks with
/// their sizes as weights and one node of each (protocol/20 §3.4).
/// </summary>
internal static class PathChooser
{
    /// <summary>The nodes in <paramref name="kept"/> plus enough others to make <paramref name="count"/>; null when there are not enough.</summary>
    /// <param name="nodes">All nodes.</param>
    /// <param name="kept">Nodes that are chosen already; the others keep away from their networks.</param>
    /// <param name="count">How many nodes are wanted.</param>
    /// <param name="distinctNetworks">No two in one /24.</param>
    /// <param name="excluded">Tells nodes that must not be chosen.</param>
    /// <param name="random">Where chance comes from.</param>
    public static ServiceNode[]? Choose(
        IReadOnlyList<ServiceNode> nodes, IReadOnlyList<ServiceNode> kept, int count, bool distinctNetworks, Func<ServiceNode, bool> excluded, IRandomSource random)
    {
        var chosen = new List<ServiceNode>(kept);
        ServiceNode[] candidates = [.. nodes.Where(node => !excluded(node))];
        for (int left = candidates.Length; chosen.Count < count && left > 0; left--)
        {
            int at = random.Next(left);
            ServiceNode candidate = candidates[at];
            candidates[at] = candidates[left - 1];
            if (!chosen.Exists(other => other.Equals(candidate) || (distinctNetworks && Network(other) == Network(candidate))))
            {
                chosen.Add(candidate);
            }
        }

        return chosen.Count == count ? [.. chosen] : null;
    }

    /// <summary>True when there are several nodes and all have the same address, as on a developer's machine.</summary>
    public static bool ShareOneAddress(IReadOnlyList<ServiceNode> nodes)
    {
        for (int i = 1; i < nodes.Count; i++)
        {
            if (!nodes[i].Address.Equals(nodes[0].Address))
            {
                return false;
            }
        }

        return nodes.Count > 1;
    }

    /// <summary>The /24 of a node.</summary>
    public static uint Network(ServiceNode node)
    {
        Span<byte> bytes = stackalloc byte[16];
        _ = node.Address.TryWriteBytes(bytes, out _);
        return BinaryPrimitives.ReadUInt32BigEndian(bytes) >> 8;
    }
}
