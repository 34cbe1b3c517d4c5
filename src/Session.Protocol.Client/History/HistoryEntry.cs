using System.Text;
using Session.Protocol.Accounts;
using Session.Protocol.Client.Stores;
using Session.Protocol.Messages;
using Session.Protocol.Ratchet.Sessions;

namespace Session.Protocol.Client.History;

/// <summary>A message as it lies in the store.</summary>
/// <param name="Key">Its author and time.</param>
/// <param name="Protection">How it was protected on its way.</param>
/// <param name="Hash">The name of the copy in one's own or the group's swarm; empty when there is none.</param>
/// <param name="Content">The serialized Content.</param>
internal sealed record HistoryEntry(MessageKey Key, Protection Protection, string Hash, ReadOnlyMemory<byte> Content)
{
    private const byte Format = 1;
    private const int HeaderSize = 1 + AccountId.Size + 8 + 1 + 1;

    /// <exception cref="InvalidDataException">A later version wrote it.</exception>
    public static HistoryEntry Read(ReadOnlyMemory<byte> bytes)
    {
        var reader = new StateReader(bytes.Span);
        bool known = reader.Byte() == Format;
        bool ok = AccountId.TryCreate(reader.Bytes(AccountId.Size), out AccountId author);
        long sentMs = reader.Int64();
        var protection = (Protection)reader.Byte();
        int hashSize = reader.Byte();
        string hash = Encoding.ASCII.GetString(reader.Bytes(hashSize));
        return known && ok && !reader.IsDefect
            ? new HistoryEntry(new MessageKey(author, sentMs), protection, hash, bytes[(HeaderSize + hashSize)..])
            : throw Unreadable();
    }

    public byte[] Write()
    {
        byte[] bytes = new byte[HeaderSize + Hash.Length + Content.Length];
        var writer = new StateWriter(bytes);
        writer.Byte(Format);
        writer.Bytes(Key.Author.AsSpan());
        writer.Int64(Key.SentMilliseconds);
        writer.Byte((byte)Protection);
        writer.Byte((byte)Hash.Length);
        writer.Bytes(Encoding.ASCII.GetBytes(Hash));
        writer.Bytes(Content.Span);
        return bytes;
    }

    public MessageContent Decode() =>
        ContentCodec.TryDecode(Content.Span, out MessageContent? content) == ContentDecodeResult.Ok ? content! : throw Unreadable();

    private static InvalidDataException Unreadable() => new("The store gave a message that this version cannot read.");
}
