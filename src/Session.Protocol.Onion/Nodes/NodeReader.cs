using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Session.Protocol.Accounts;
using Session.Protocol.Cryptography;
using Session.Protocol.Onion.Json;

namespace Session.Protocol.Onion.Nodes;

/// <summary>Reads one node, by whatever names and forms the source uses; null for a node that cannot be used.</summary>
internal static class NodeReader
{
    /// <summary>From the node's members: keys as hex, an address and a port.</summary>
    public static ServiceNode? Read(JsonElement node, ReadOnlySpan<byte> addressName, ReadOnlySpan<byte> portName, ulong? swarm) =>
        node.TryGetText("pubkey_ed25519"u8, out string? identityHex) && Ed25519PublicKey.TryParse(identityHex, out Ed25519PublicKey identity)
            && node.TryGetText(addressName, out string? ip) && IPAddress.TryParse(ip, out IPAddress? address)
            && ReadNumber(node, portName) is <= ushort.MaxValue and var port
            && TryReadEncryptionKey(node, identity, out X25519PublicKey encryption)
            ? Create(identity, encryption, address, (int)port, swarm)
            : null;

    /// <summary>Null for a node that cannot be contacted: no IPv4 address or port, or so marked.</summary>
    public static ServiceNode? Create(Ed25519PublicKey identity, X25519PublicKey encryption, IPAddress address, int port, ulong? swarm)
    {
        bool contactable = address.AddressFamily == AddressFamily.InterNetwork && !address.Equals(IPAddress.Any) && !address.Equals(IPAddress.Broadcast)
            && port is >= 1 and <= ushort.MaxValue;
        return contactable ? new ServiceNode(identity, encryption, address, port, swarm) : null;
    }

    /// <summary>A whole number that is not negative, as a number or as decimal text; null when it is neither.</summary>
    public static ulong? ReadNumber(JsonElement node, ReadOnlySpan<byte> name)
    {
        if (node.TryGet(name, JsonValueKind.Number, out JsonElement value))
        {
            return value.TryGetUInt64(out ulong number) ? number : null;
        }

        return node.TryGetText(name, out string? text) && ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong parsed) ? parsed : null;
    }

    /// <summary>A swarm id in hex without prefix; null when there is none.</summary>
    public static ulong? ReadHex(JsonElement node, ReadOnlySpan<byte> name) =>
        node.TryGetText(name, out string? hex) && ulong.TryParse(hex, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong number) ? number : null;

    // A source that does not list the key expects us to convert it, as newer clients always do.
    private static bool TryReadEncryptionKey(JsonElement node, Ed25519PublicKey identity, out X25519PublicKey key)
    {
        if (!node.TryGet("pubkey_x25519"u8, out JsonElement listed) || listed.ValueKind == JsonValueKind.Null || (listed.ValueKind == JsonValueKind.String && listed.ValueEquals(""u8)))
        {
            return identity.TryToX25519(out key);
        }

        key = default;
        return listed.TryReadText(out string? hex) && X25519PublicKey.TryParse(hex, out key) && CanAgree(key);
    }

    // Nothing can be encrypted to a key of small order: find out here, not in the middle of building a request.
    private static bool CanAgree(X25519PublicKey key)
    {
        Span<byte> any = stackalloc byte[X25519.KeySize];
        Span<byte> shared = stackalloc byte[X25519.KeySize];
        any.Fill(1);
        return X25519.TryAgree(any, key.AsSpan(), shared);
    }
}
