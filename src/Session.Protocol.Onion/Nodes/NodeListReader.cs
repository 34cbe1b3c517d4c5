using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Text.Json;
using Session.Protocol.Accounts;
using Session.Protocol.Onion.Json;

namespace Session.Protocol.Onion.Nodes;

/// <summary>
/// Reads node lists: JSON as seeds and nodes give it, and the binary form of newer nodes (protocol/20 §2.2, §3). Entries that cannot be
/// used are left out; a list as a whole is refused when it is malformed or too long.
/// </summary>
internal static class NodeListReader
{
    /// <summary>Five times the main network's size; a longer list is a lie.</summary>
    public const int MaxNodes = 10_000;

    /// <summary>One node in the binary form.</summary>
    public const int RecordSize = 51;

    /// <summary>Reads the answer to <c>get_service_nodes</c>, with or without the JSON-RPC or storage RPC object around it.</summary>
    public static bool TryReadJson(ReadOnlyMemory<byte> utf8, [NotNullWhen(true)] out IReadOnlyList<ServiceNode>? nodes)
    {
        nodes = JsonText.Read(utf8, root => ReadStates(root.TryGet("result"u8, out JsonElement inner) ? inner : root));
        return nodes is not null;
    }

    /// <summary>Reads the answer to <c>active_nodes_bin</c>, after base64.</summary>
    public static bool TryReadBinary(ReadOnlySpan<byte> records, [NotNullWhen(true)] out IReadOnlyList<ServiceNode>? nodes)
    {
        nodes = null;
        if (records.Length % RecordSize != 0 || records.Length / RecordSize > MaxNodes)
        {
            return false;
        }

        var read = new List<ServiceNode?>(records.Length / RecordSize);
        for (; !records.IsEmpty; records = records[RecordSize..])
        {
            read.Add(ReadRecord(records[..RecordSize]));
        }

        nodes = Usable(read);
        return true;
    }

    private static ServiceNode[]? ReadStates(JsonElement result) =>
        result.TryGet("service_node_states"u8, JsonValueKind.Array, out JsonElement states) && states.GetArrayLength() <= MaxNodes
            ? Usable(states.EnumerateArray().Select(state => NodeReader.Read(state, "public_ip"u8, "storage_port"u8, ReadSwarm(state))))
            : null;

    private static ServiceNode? ReadRecord(ReadOnlySpan<byte> record)
    {
        var identity = new Ed25519PublicKey(record[..32]);
        return identity.TryToX25519(out X25519PublicKey encryption)
            ? NodeReader.Create(identity, encryption, new IPAddress(record[40..44]), BinaryPrimitives.ReadUInt16BigEndian(record[44..]), BinaryPrimitives.ReadUInt64BigEndian(record[32..]))
            : null;
    }

    // The number is over 2^53 and the text is not, so both are read as 64 bits; the text where there is no number.
    private static ulong? ReadSwarm(JsonElement state) => NodeReader.ReadNumber(state, "swarm_id"u8) ?? NodeReader.ReadHex(state, "swarm"u8);

    // A node in no swarm is decommissioned, and refuses whatever it is asked to do or to pass on. Sources that take no heed of
    // active_only list it all the same.
    private static ServiceNode[] Usable(IEnumerable<ServiceNode?> nodes) =>
        [.. nodes.OfType<ServiceNode>().Where(node => node.SwarmId != ServiceNode.NoSwarm).DistinctBy(node => node.IdentityKey)];
}
