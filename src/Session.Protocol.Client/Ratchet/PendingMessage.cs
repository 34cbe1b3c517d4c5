using Session.Protocol.Accounts;
using Session.Protocol.Client.Stores;
using Session.Protocol.Ratchet.Sessions;

namespace Session.Protocol.Client.Ratchet;

/// <summary>A message that the ratchet has opened, and so can never open again, and that no handler has acknowledged yet.</summary>
/// <param name="Hash">The name under which the swarm stores it.</param>
/// <param name="Key">Its author and time.</param>
/// <param name="ExpiresAt">When the swarm forgets it.</param>
/// <param name="StoredUntilMs">Until when its node said that it stores it, in milliseconds since 1970; not believed.</param>
/// <param name="Protection">How it was protected on its way.</param>
/// <param name="Content">The serialized Content.</param>
internal sealed record PendingMessage(string Hash, MessageKey Key, DateTimeOffset ExpiresAt, long StoredUntilMs, Protection Protection, ReadOnlyMemory<byte> Content)
{
    private const byte Format = 1;
    private const int HeaderSize = 1 + AccountId.Size + 8 + 8 + 8 + 1;

    public static PendingMessage Read(string hash, ReadOnlySpan<byte> bytes)
    {
        var reader = new StateReader(bytes);
        bool known = reader.Byte() == Format;
        bool ok = AccountId.TryCreate(reader.Bytes(AccountId.Size), out AccountId author);
        ulong high = reader.UInt32();
        long sentMs = unchecked((long)(high << 32 | reader.UInt32()));
        DateTimeOffset expires = reader.Time();
        long storedUntilMs = reader.Int64();
        var protection = (Protection)reader.Byte();
        return known && ok && !reader.IsDefect
            ? new PendingMessage(hash, new MessageKey(author, sentMs), expires, storedUntilMs, protection, bytes[HeaderSize..].ToArray())
            : throw new InvalidDataException("The store gave a pending message that this version cannot read.");
    }

    /// <summary>The entry with the message in clear; the caller zeroes it.</summary>
    public byte[] Write()
    {
        byte[] bytes = new byte[HeaderSize + Content.Length];
        var writer = new StateWriter(bytes);
        writer.Byte(Format);
        writer.Bytes(Key.Author.AsSpan());
        writer.UInt32((uint)(Key.SentMilliseconds >> 32));
        writer.UInt32(unchecked((uint)Key.SentMilliseconds));
        writer.Time(ExpiresAt);
        writer.Int64(StoredUntilMs);
        writer.Byte((byte)Protection);
        writer.Bytes(Content.Span);
        return bytes;
    }
}
