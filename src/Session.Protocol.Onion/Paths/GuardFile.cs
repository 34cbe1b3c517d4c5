using System.Buffers.Binary;
using Session.Protocol.Accounts;

namespace Session.Protocol.Onion.Paths;

/// <summary>The guards as bytes: a version, then for each guard its key and the time it was chosen, 40 bytes.</summary>
internal static class GuardFile
{
    private const byte Version = 1;
    private const int EntrySize = Ed25519PublicKey.Size + sizeof(long);

    public static byte[] Write(IReadOnlyList<KeptGuard> guards)
    {
        byte[] bytes = new byte[1 + (guards.Count * EntrySize)];
        bytes[0] = Version;
        Span<byte> entry = bytes.AsSpan(1);
        foreach (KeptGuard guard in guards)
        {
            guard.Node.AsSpan().CopyTo(entry);
            BinaryPrimitives.WriteInt64BigEndian(entry[Ed25519PublicKey.Size..], guard.Since.ToUnixTimeMilliseconds());
            entry = entry[EntrySize..];
        }

        return bytes;
    }

    /// <summary>What <see cref="Write"/> wrote; nothing when it is not that.</summary>
    public static IReadOnlyList<KeptGuard> Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty || bytes[0] != Version || (bytes.Length - 1) % EntrySize != 0 || (bytes.Length - 1) / EntrySize > GuardList.MaxGuards)
        {
            return [];
        }

        var guards = new List<KeptGuard>();
        for (ReadOnlySpan<byte> entry = bytes[1..]; !entry.IsEmpty; entry = entry[EntrySize..])
        {
            long since = BinaryPrimitives.ReadInt64BigEndian(entry[Ed25519PublicKey.Size..]);
            if (NetworkClock.IsPlausible(since))
            {
                guards.Add(new KeptGuard(new Ed25519PublicKey(entry[..Ed25519PublicKey.Size]), DateTimeOffset.FromUnixTimeMilliseconds(since)));
            }
        }

        return guards;
    }
}
