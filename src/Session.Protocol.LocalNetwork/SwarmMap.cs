using System.Buffers.Binary;
using Session.Protocol.Onion.Nodes;

namespace Session.Protocol.LocalNetwork;

/// <summary>Which swarm holds an account (protocol/20 §5.1).</summary>
internal static class SwarmMap
{
    /// <summary>The nearest swarm on the ring of 2^64, the lower one on a tie.</summary>
    /// <param name="account">33 bytes, the prefix first.</param>
    /// <param name="swarms">Ids in ascending order, without <see cref="ServiceNode.NoSwarm"/>.</param>
    public static ulong? Choose(ReadOnlySpan<byte> account, IReadOnlyList<ulong> swarms)
    {
        if (swarms.Count == 0)
        {
            return null;
        }

        ulong place = 0;
        for (int offset = 1; offset < account.Length; offset += sizeof(ulong))
        {
            place ^= BinaryPrimitives.ReadUInt64BigEndian(account[offset..]);
        }

        int right = 0;
        while (right < swarms.Count && swarms[right] < place)
        {
            right++;
        }

        ulong above = swarms[right % swarms.Count];
        ulong below = swarms[(right + swarms.Count - 1) % swarms.Count];
        return unchecked(above - place < place - below) ? above : below;
    }
}
