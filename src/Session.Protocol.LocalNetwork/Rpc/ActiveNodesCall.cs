using System.Buffers.Binary;
using Session.Protocol.LocalNetwork.Seeds;
using Session.Protocol.Onion.Nodes;

namespace Session.Protocol.LocalNetwork.Rpc;

/// <summary><c>active_nodes_bin</c>: the node list as 51-byte records (protocol/20 §3.2).</summary>
internal sealed class ActiveNodesCall() : RpcCall("active_nodes_bin")
{
    private const int RecordSize = 51;

    public override ValueTask<RpcReply> RunAsync(LocalNode node, CancellationToken cancellationToken)
    {
        LocalNode[] active = [.. node.Network.Nodes.Where(other => other.SwarmId != ServiceNode.NoSwarm)];
        byte[] records = new byte[active.Length * RecordSize];
        for (int i = 0; i < active.Length; i++)
        {
            Write(active[i], records.AsSpan(i * RecordSize, RecordSize));
        }

        return new(RpcReply.Binary(records));
    }

    private static void Write(LocalNode node, Span<byte> record)
    {
        Version version = node.Network.Options.StorageServerVersion;
        node.IdentityKey.AsSpan().CopyTo(record);
        BinaryPrimitives.WriteUInt64BigEndian(record[32..], node.SwarmId);
        node.Address.GetAddressBytes().CopyTo(record[40..]);
        BinaryPrimitives.WriteUInt16BigEndian(record[44..], (ushort)node.HttpsPort);
        BinaryPrimitives.WriteUInt16BigEndian(record[46..], (ushort)ServiceNodeList.OmqPort(node));
        record[48] = (byte)Math.Min(version.Major, byte.MaxValue);
        record[49] = (byte)Math.Min(version.Minor, byte.MaxValue);
        record[50] = (byte)Math.Min(version.Build, byte.MaxValue);
    }
}
