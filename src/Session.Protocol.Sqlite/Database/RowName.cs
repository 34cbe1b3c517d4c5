using System.Buffers.Binary;
using System.Text;
using Session.Protocol.Accounts;
using Session.Protocol.Client.Stores;
using Session.Protocol.Onion;
using Session.Protocol.Onion.Swarms;
using Session.Protocol.Sqlite.Sealing;

namespace Session.Protocol.Sqlite.Database;

/// <summary>The keyed names under which rows are found.</summary>
internal static class RowName
{
    public static byte[] Of(RowSealer sealer, string hash) => LookUp(sealer, RowKind.HandledHash, Encoding.UTF8.GetBytes(hash));

    public static byte[] Of(RowSealer sealer, MessageKey message) => Of(sealer, RowKind.HandledMessage, message);

    public static byte[] OfMessage(RowSealer sealer, MessageKey message) => Of(sealer, RowKind.Message, message);

    public static byte[] Of(RowSealer sealer, AccountId conversation) => LookUp(sealer, RowKind.Conversation, conversation.AsSpan());

    public static byte[] Of(RowSealer sealer, Ed25519PublicKey node, AccountId account, SwarmNamespace space)
    {
        Span<byte> name = stackalloc byte[Ed25519PublicKey.Size + AccountId.Size + sizeof(int)];
        node.AsSpan().CopyTo(name);
        account.AsSpan().CopyTo(name[Ed25519PublicKey.Size..]);
        BinaryPrimitives.WriteInt32LittleEndian(name[^sizeof(int)..], space.Value);
        return LookUp(sealer, RowKind.Position, name);
    }

    public static byte[] Of(RowSealer sealer, AccountStateKey state)
    {
        byte[] name = new byte[sizeof(int) + Encoding.UTF8.GetByteCount(state.Name)];
        BinaryPrimitives.WriteInt32LittleEndian(name, (int)state.Kind);
        Encoding.UTF8.GetBytes(state.Name, name.AsSpan(sizeof(int)));
        return LookUp(sealer, RowKind.StateLabel, name);
    }

    public static byte[] Of(RowSealer sealer, OnionStoreItem item) => LookUp(sealer, RowKind.Onion, [(byte)item]);

    private static byte[] Of(RowSealer sealer, RowKind kind, MessageKey message)
    {
        Span<byte> name = stackalloc byte[AccountId.Size + sizeof(long)];
        message.Author.AsSpan().CopyTo(name);
        BinaryPrimitives.WriteInt64LittleEndian(name[AccountId.Size..], message.SentMilliseconds);
        return LookUp(sealer, kind, name);
    }

    private static byte[] LookUp(RowSealer sealer, RowKind kind, ReadOnlySpan<byte> name)
    {
        byte[] key = new byte[RowSealer.LookUpSize];
        sealer.LookUp(kind, name, key);
        return key;
    }
}
