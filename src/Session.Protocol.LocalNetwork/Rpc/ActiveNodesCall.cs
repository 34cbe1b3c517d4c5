using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Session.Protocol.LocalNetwork.Faults;
using Session.Protocol.LocalNetwork.Seeds;
using Session.Protocol.Onion.Nodes;

namespace Session.Protocol.LocalNetwork.Rpc;

/// <summary><c>active_nodes_bin</c>: the node list as 51-byte records (protocol/20 §3.2).</summary>
internal sealed class ActiveNodesCall() : RpcCall("active_nodes_bin")
{
    private const int RecordSize = 51;

    public override ValueTask<RpcReply> RunAsync(LocalNode node, CancellationToken cancellationToken)
    {
        IReadOnlyList<NodeListing> active = node.Network.Faults.NodeList(
            new FaultSite(NodeRole.Destination, node, Method),
            [.. node.Network.Nodes.Where(other => other.SwarmId != ServiceNode.NoSwarm).Select(NodeListing.Of)]);
        byte[] records = new byte[active.Count * RecordSize];
        for (int i = 0; i < active.Count; i++)
        {
            Write(active[i], node.Network.Options.StorageServerVersion, records.AsSpan(i * RecordSize, RecordSize));
        }

        return new(RpcReply.Binary(records));
    }

    private static void Write(NodeListing node, Version version, Span<byte> record)
    {
        node.Identity.AsSpan().CopyTo(record);
        BinaryPrimitives.WriteUInt64BigEndian(record[32..], node.SwarmId);

        // The record has no room for anything but IPv4.
        IPAddress address = IPAddress.Parse(node.Address);
        if (address.AddressFamily == AddressFamily.InterNetwork)
        {
            address.TryWriteBytes(record[40..44], out _);
        }

        BinaryPrimitives.WriteUInt16BigEndian(record[44..], (ushort)node.Port);
        BinaryPrimitives.WriteUInt16BigEndian(record[46..], (ushort)node.OmqPort);
        record[48] = (byte)Math.Min(version.Major, byte.MaxValue);
        record[49] = (byte)Math.Min(version.Minor, byte.MaxValue);
        record[50] = (byte)Math.Min(version.Build, byte.MaxValue);
    }
}
