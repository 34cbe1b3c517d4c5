using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Security.Cryptography;
using Session.Protocol.Accounts;

namespace Session.Protocol.Onion.Nodes;

/// <summary>
/// A node list at one time: what a client keeps between runs, and what an application can ship as a last resort for when no seed can be
/// reached (<see cref="OnionClientOptions.FallbackNodes"/>). Immutable.
/// </summary>
/// <remarks>
/// As bytes, numbers big-endian: the eight characters <c>SNODES01</c>; the time in milliseconds since 1970, 8 bytes; for each node its
/// Ed25519 key (32), X25519 key (32), swarm id (8, all ones when unknown), IPv4 address (4) and HTTPS port (2); SHA-256 over all of that.
/// The hash finds damage, not malice: keep the file where the application's own code is.
/// </remarks>
public sealed class NodeSnapshot
{
    /// <summary>Most nodes: five times the main network's size; a longer list is a lie.</summary>
    public const int MaxNodes = NodeListReader.MaxNodes;

    private const int HeadSize = 16;
    private const int RecordSize = 78;

    /// <summary>Takes a list over.</summary>
    /// <param name="nodes">The nodes, at least one and at most <see cref="MaxNodes"/>.</param>
    /// <param name="takenAt">When the network gave the list.</param>
    /// <exception cref="ArgumentOutOfRangeException">No or too many nodes.</exception>
    public NodeSnapshot(IEnumerable<ServiceNode> nodes, DateTimeOffset takenAt)
    {
        Nodes = [.. nodes];
        OptionChecks.RequireRange(Nodes.Count, 1, MaxNodes, nameof(nodes));
        TakenAt = takenAt;
    }

    private static ReadOnlySpan<byte> Magic => "SNODES01"u8;

    /// <summary>The nodes.</summary>
    public IReadOnlyList<ServiceNode> Nodes { get; }

    /// <summary>When the network gave the list.</summary>
    public DateTimeOffset TakenAt { get; }

    /// <summary>Reads what <see cref="ToBytes"/> wrote. Entries that cannot be used are left out.</summary>
    /// <param name="bytes">A whole file, 126 to 780,048 bytes.</param>
    /// <param name="snapshot">The list.</param>
    /// <returns>False when it is something else, damaged or without a usable node.</returns>
    public static bool TryRead(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out NodeSnapshot? snapshot)
    {
        snapshot = null;
        int size = bytes.Length - HeadSize - SHA256.HashSizeInBytes;
        if (size < RecordSize || size % RecordSize != 0 || size / RecordSize > MaxNodes || !bytes.StartsWith(Magic)
            || !SHA256.HashData(bytes[..^SHA256.HashSizeInBytes]).AsSpan().SequenceEqual(bytes[^SHA256.HashSizeInBytes..]))
        {
            return false;
        }

        long time = BinaryPrimitives.ReadInt64BigEndian(bytes[Magic.Length..]);
        var nodes = new List<ServiceNode>(size / RecordSize);
        for (ReadOnlySpan<byte> records = bytes.Slice(HeadSize, size); !records.IsEmpty; records = records[RecordSize..])
        {
            if (ReadRecord(records[..RecordSize]) is { } node)
            {
                nodes.Add(node);
            }
        }

        if (nodes.Count > 0 && NetworkClock.IsPlausible(time))
        {
            snapshot = new NodeSnapshot(nodes.DistinctBy(node => node.IdentityKey), DateTimeOffset.FromUnixTimeMilliseconds(time));
        }

        return snapshot is not null;
    }

    /// <summary>The list as bytes.</summary>
    /// <returns>A new array, 48 bytes and 78 for each node.</returns>
    public byte[] ToBytes()
    {
        byte[] bytes = new byte[HeadSize + (Nodes.Count * RecordSize) + SHA256.HashSizeInBytes];
        Magic.CopyTo(bytes);
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(Magic.Length), TakenAt.ToUnixTimeMilliseconds());
        for (int i = 0; i < Nodes.Count; i++)
        {
            WriteRecord(bytes.AsSpan(HeadSize + (i * RecordSize), RecordSize), Nodes[i]);
        }

        _ = SHA256.HashData(bytes.AsSpan(..^SHA256.HashSizeInBytes), bytes.AsSpan(^SHA256.HashSizeInBytes..));
        return bytes;
    }

    private static void WriteRecord(Span<byte> record, ServiceNode node)
    {
        node.IdentityKey.AsSpan().CopyTo(record);
        node.EncryptionKey.AsSpan().CopyTo(record[32..]);
        BinaryPrimitives.WriteUInt64BigEndian(record[64..], node.SwarmId ?? ServiceNode.NoSwarm);
        _ = node.Address.TryWriteBytes(record[72..], out _);
        BinaryPrimitives.WriteUInt16BigEndian(record[76..], (ushort)node.HttpsPort);
    }

    private static ServiceNode? ReadRecord(ReadOnlySpan<byte> record)
    {
        ulong swarm = BinaryPrimitives.ReadUInt64BigEndian(record[64..]);
        return NodeReader.Create(
            new Ed25519PublicKey(record[..32]),
            new X25519PublicKey(record[32..64]),
            new IPAddress(record[72..76]),
            BinaryPrimitives.ReadUInt16BigEndian(record[76..]),
            swarm == ServiceNode.NoSwarm ? null : swarm);
    }
}
