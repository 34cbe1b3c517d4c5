using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Session.Protocol.Accounts;
using Session.Protocol.Cryptography;
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
        nodes = null;
        if (!JsonText.TryParse(utf8, out JsonDocument? document))
        {
            return false;
        }

        using (document)
        {
            JsonElement result = JsonText.TryGet(document.RootElement, "result", out JsonElement inner) ? inner : document.RootElement;
            if (!JsonText.TryGet(result, "service_node_states", out JsonElement states) || states.ValueKind != JsonValueKind.Array || states.GetArrayLength() > MaxNodes)
            {
                return false;
            }

            nodes = Distinct(states.EnumerateArray().Select(ReadState));
            return true;
        }
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

        nodes = Distinct(read);
        return true;
    }

    private static ServiceNode? ReadRecord(ReadOnlySpan<byte> record)
    {
        var identity = new Ed25519PublicKey(record[..32]);
        return identity.TryToX25519(out X25519PublicKey encryption)
            ? Create(identity, encryption, new IPAddress(record[40..44]), BinaryPrimitives.ReadUInt16BigEndian(record[44..]), BinaryPrimitives.ReadUInt64BigEndian(record[32..]))
            : null;
    }

    private static ServiceNode? ReadState(JsonElement state)
    {
        if (!JsonText.TryGetText(state, "pubkey_ed25519", out string? identityHex) || !Ed25519PublicKey.TryParse(identityHex, out Ed25519PublicKey identity)
            || !JsonText.TryGetText(state, "public_ip", out string? ip) || !IPAddress.TryParse(ip, out IPAddress? address)
            || !JsonText.TryGetInt32(state, "storage_port", out int port) || !TryReadEncryptionKey(state, identity, out X25519PublicKey encryption))
        {
            return null;
        }

        return Create(identity, encryption, address, port, ReadSwarm(state));
    }

    // A source that does not list the key expects us to convert it, as newer clients always do.
    private static bool TryReadEncryptionKey(JsonElement state, Ed25519PublicKey identity, out X25519PublicKey key)
    {
        if (!JsonText.TryGet(state, "pubkey_x25519", out JsonElement listed))
        {
            return identity.TryToX25519(out key);
        }

        key = default;
        return JsonText.TryReadText(listed, out string? hex) && X25519PublicKey.TryParse(hex, out key) && CanAgree(key);
    }

    // Nothing can be encrypted to a key of small order: find out here, not in the middle of building a request.
    private static bool CanAgree(X25519PublicKey key)
    {
        Span<byte> any = stackalloc byte[X25519.KeySize];
        Span<byte> shared = stackalloc byte[X25519.KeySize];
        any.Fill(1);
        return X25519.TryAgree(any, key.AsSpan(), shared);
    }

    // The number is over 2^53 and the text is not, so both are read as 64 bits; the text where there is no number.
    private static ulong? ReadSwarm(JsonElement state)
    {
        if (JsonText.TryGet(state, "swarm_id", out JsonElement id) && id.ValueKind == JsonValueKind.Number && id.TryGetUInt64(out ulong number))
        {
            return number;
        }

        return JsonText.TryGetText(state, "swarm", out string? hex) && ulong.TryParse(hex, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out number)
            ? number
            : null;
    }

    private static ServiceNode? Create(Ed25519PublicKey identity, X25519PublicKey encryption, IPAddress address, int port, ulong? swarm)
    {
        bool contactable = address.AddressFamily == AddressFamily.InterNetwork && !address.Equals(IPAddress.Any) && !address.Equals(IPAddress.Broadcast)
            && port is >= 1 and <= ushort.MaxValue;
        return contactable ? new ServiceNode(identity, encryption, address, port, swarm) : null;
    }

    private static ServiceNode[] Distinct(IEnumerable<ServiceNode?> nodes) => [.. nodes.OfType<ServiceNode>().DistinctBy(node => node.IdentityKey)];
}
