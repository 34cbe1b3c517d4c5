using System.Globalization;
using Session.Protocol.Accounts;
using Session.Protocol.Client.Stores;
using Session.Protocol.Onion.Storage;
using Session.Protocol.Onion.Swarms;
using Session.Protocol.Ratchet.Sessions;

namespace Session.Protocol.Client.Outbox;

/// <summary>
/// One piece of a message as a swarm will store it. Trying again sends the same bytes, and a swarm stores the same bytes once: a
/// store that succeeded and was not answered makes no second message.
/// </summary>
/// <param name="SentMs">The message's time, which names the message among those of this account.</param>
/// <param name="Index">Which piece of the message.</param>
/// <param name="Account">Whose mailbox.</param>
/// <param name="Space">The namespace.</param>
/// <param name="IsCopy">Whether it is for the sender's other devices, and so of use only when the recipient's piece was stored.</param>
/// <param name="Lifetime">How long the swarm keeps it.</param>
/// <param name="GiveUpAt">Until when it is tried, network time.</param>
/// <param name="Data">The encrypted bytes.</param>
internal sealed record OutgoingPart(
    long SentMs, int Index, AccountId Account, SwarmNamespace Space, bool IsCopy, TimeSpan Lifetime, DateTimeOffset GiveUpAt, byte[] Data)
{
    private const byte Format = 1;
    private const byte NumberedFormat = 2;
    private const int HeaderSize = 1 + AccountId.Size + 2 + 1 + 4 + 8;
    private const int NumberSize = 8;

    /// <summary>For a message to a group, its number among those of this device there; 0 for all else.</summary>
    public ulong Number { get; init; }

    /// <summary>The name under which the swarm stores it.</summary>
    public string Hash { get; } = MessageHash.Compute(Account, Space, Data);

    public AccountStateKey Key => new(AccountStateKind.OutgoingMessage, string.Create(CultureInfo.InvariantCulture, $"{SentMs}:{Index}:{Hash}"));

    /// <summary>The message that an entry belongs to.</summary>
    public static long MessageOf(AccountStateKey key) => long.Parse(key.Name.AsSpan(0, key.Name.IndexOf(':', StringComparison.Ordinal)), CultureInfo.InvariantCulture);

    public static OutgoingPart Read(AccountStateKey key, ReadOnlySpan<byte> bytes)
    {
        string[] name = key.Name.Split(':');
        var reader = new StateReader(bytes);
        byte format = reader.Byte();
        bool ok = AccountId.TryCreate(reader.Bytes(AccountId.Size), out AccountId account);
        var space = new SwarmNamespace(unchecked((short)reader.UInt16()));
        bool isCopy = reader.Byte() != 0;
        var lifetime = TimeSpan.FromSeconds(reader.UInt32());
        DateTimeOffset giveUpAt = reader.Time();
        ulong number = format == NumberedFormat ? unchecked((ulong)reader.Int64()) : 0;
        int headerSize = format == NumberedFormat ? HeaderSize + NumberSize : HeaderSize;
        return format is Format or NumberedFormat && ok && !reader.IsDefect
            ? new OutgoingPart(MessageOf(key), int.Parse(name[1], CultureInfo.InvariantCulture), account, space, isCopy, lifetime, giveUpAt, bytes[headerSize..].ToArray()) { Number = number }
            : throw new InvalidDataException("The store gave an outgoing message that this version cannot read.");
    }

    public AccountState ToState()
    {
        byte[] bytes = new byte[HeaderSize + (Number == 0 ? 0 : NumberSize) + Data.Length];
        var writer = new StateWriter(bytes);
        writer.Byte(Number == 0 ? Format : NumberedFormat);
        writer.Bytes(Account.AsSpan());
        writer.UInt16(unchecked((ushort)Space.Value));
        writer.Byte(IsCopy ? (byte)1 : (byte)0);
        writer.UInt32((uint)Math.Ceiling(Lifetime.TotalSeconds));
        writer.Time(GiveUpAt);
        if (Number != 0)
        {
            writer.Int64(unchecked((long)Number));
        }

        writer.Bytes(Data);
        return new AccountState(Key, bytes, GiveUpAt);
    }

    public AccountState Removed() => new(Key, default);
}
