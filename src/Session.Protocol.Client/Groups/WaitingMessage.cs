using Session.Protocol.Accounts;
using Session.Protocol.Onion.Storage.Results;
using Session.Protocol.Ratchet.Sessions;

namespace Session.Protocol.Client.Groups;

/// <summary>The entry of a stored message that waits: still encrypted, with what is known about it.</summary>
internal static class WaitingMessage
{
    private const byte Format = 1;
    private const int UuidSize = 16;
    private const int HeaderSize = 1 + 8 + 8 + UuidSize + 1 + AccountId.Size;

    public static byte[] Write(StoredMessage message, GroupWait wait)
    {
        byte[] bytes = new byte[HeaderSize + message.Data.Length];
        var writer = new StateWriter(bytes);
        writer.Byte(Format);
        GroupWriter.WriteUInt64(ref writer, unchecked((ulong)message.Timestamp));
        GroupWriter.WriteUInt64(ref writer, unchecked((ulong)message.Expiration));
        Span<byte> uuid = stackalloc byte[UuidSize];
        _ = (wait.Distribution ?? Guid.Empty).TryWriteBytes(uuid, bigEndian: true, out _);
        writer.Bytes(uuid);
        writer.Byte(wait.Author is null ? (byte)0 : (byte)1);
        AccountId author = wait.Author ?? default;
        writer.Bytes(author.AsSpan());
        writer.Bytes(message.Data.Span);
        return bytes;
    }

    /// <summary>The message, and why it waits; the poll in which it came is forgotten.</summary>
    public static (StoredMessage Message, GroupWait Wait) Read(string hash, ReadOnlyMemory<byte> bytes)
    {
        var reader = new StateReader(bytes.Span);
        bool known = reader.Byte() == Format;
        long timestamp = unchecked((long)GroupWriter.ReadUInt64(ref reader));
        long expiration = unchecked((long)GroupWriter.ReadUInt64(ref reader));
        ReadOnlySpan<byte> uuid = reader.Bytes(UuidSize);
        bool hasAuthor = reader.Byte() != 0;
        _ = AccountId.TryCreate(reader.Bytes(AccountId.Size), out AccountId author);
        if (!known || reader.IsDefect)
        {
            throw new InvalidDataException("The store gave a waiting message that this version cannot read.");
        }

        var distribution = new Guid(uuid, bigEndian: true);
        var wait = new GroupWait(timestamp, distribution == Guid.Empty ? null : distribution, hasAuthor ? author : null, 0);
        return (new StoredMessage(hash, bytes[HeaderSize..], timestamp, expiration), wait);
    }
}
