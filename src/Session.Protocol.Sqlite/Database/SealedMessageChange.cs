using System.Buffers.Binary;
using System.Security.Cryptography;
using Session.Protocol.Accounts;
using Session.Protocol.Client.Stores;
using Session.Protocol.Sqlite.Sealing;

namespace Session.Protocol.Sqlite.Database;

/// <summary>A change of a kept message as rows see it.</summary>
/// <param name="Kind">What is done.</param>
/// <param name="Key">The keyed name of the message.</param>
/// <param name="Conversation">The keyed name of its conversation; null for any.</param>
/// <param name="ExpiresAt">When it goes; null for never.</param>
/// <param name="Value">Expiry, conversation and value; null unless it is put.</param>
/// <param name="MaxMessages">How many the conversation keeps.</param>
internal sealed record SealedMessageChange(MessageChangeKind Kind, byte[] Key, byte[]? Conversation, DateTimeOffset? ExpiresAt, byte[]? Value, long MaxMessages)
{
    private const int TimeSize = sizeof(long);
    private const int HeaderSize = TimeSize + AccountId.Size;

    /// <summary>The first day on which the row may be deleted; null for never.</summary>
    public long? ExpiryDay => ExpiresAt is { } at ? Day.After(at) : null;

    public static SealedMessageChange Create(MessageChange change, RowSealer sealer)
    {
        if (!change.IsValid)
        {
            throw new ArgumentException($"A message needs a conversation and 1 to {MessageChange.MaxValueSize} bytes, this one has {change.Value.Length}.", nameof(change));
        }

        byte[] key = RowName.OfMessage(sealer, change.Key);
        byte[]? conversation = change.Conversation is { } id ? RowName.Of(sealer, id) : null;
        byte[]? value = change.Kind == MessageChangeKind.Put
            ? Seal(sealer, key, Expiry(change.ExpiresAt), change.Conversation!.Value.AsSpan(), change.Value.Span)
            : null;
        return new SealedMessageChange(change.Kind, key, conversation, change.ExpiresAt, value, change.MaxMessages);
    }

    /// <summary>A row that goes earlier than it would, or never; null when it goes before that time already.</summary>
    public static byte[]? Date(RowSealer sealer, byte[] key, byte[] box, DateTimeOffset? expiresAt)
    {
        byte[] opened = OpenWhole(sealer, key, box);
        try
        {
            long expires = Expiry(expiresAt);
            return expiresAt is null || BinaryPrimitives.ReadInt64LittleEndian(opened) > expires ? Seal(sealer, key, expires, opened.AsSpan(TimeSize, AccountId.Size), opened.AsSpan(HeaderSize)) : null;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(opened);
        }
    }

    /// <summary>What a row holds, or null when it has expired.</summary>
    /// <exception cref="SqliteStoreException">It was altered, or put into another conversation.</exception>
    public static MessageEntry? Open(RowSealer sealer, AccountId conversation, long number, byte[] key, byte[] box, DateTimeOffset now)
    {
        byte[] opened = OpenWhole(sealer, key, box);
        if (!opened.AsSpan(TimeSize, AccountId.Size).SequenceEqual(conversation.AsSpan()))
        {
            throw RowSealer.Damaged();
        }

        long expires = BinaryPrimitives.ReadInt64LittleEndian(opened);
        return expires > now.ToUnixTimeMilliseconds()
            ? new MessageEntry(number, opened.AsMemory(HeaderSize), expires == long.MaxValue ? null : DateTimeOffset.FromUnixTimeMilliseconds(expires))
            : null;
    }

    private static long Expiry(DateTimeOffset? expiresAt) => expiresAt?.ToUnixTimeMilliseconds() ?? long.MaxValue;

    private static byte[] OpenWhole(RowSealer sealer, byte[] key, byte[] box) =>
        sealer.Open(RowKind.MessageValue, key, box) is { Length: > HeaderSize } opened ? opened : throw RowSealer.Damaged();

    private static byte[] Seal(RowSealer sealer, byte[] key, long expires, ReadOnlySpan<byte> conversation, ReadOnlySpan<byte> value)
    {
        byte[] bytes = new byte[HeaderSize + value.Length];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, expires);
        conversation.CopyTo(bytes.AsSpan(TimeSize));
        value.CopyTo(bytes.AsSpan(HeaderSize));
        byte[] box = sealer.Seal(RowKind.MessageValue, key, bytes);
        CryptographicOperations.ZeroMemory(bytes);
        return box;
    }
}
