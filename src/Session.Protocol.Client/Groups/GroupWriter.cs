using Session.Protocol.Accounts;
using Session.Protocol.Devices;
using Session.Protocol.Groups;
using Session.Protocol.Ratchet.Sessions;
using Session.Protocol.SenderKeys;

namespace Session.Protocol.Client.Groups;

/// <summary>This device's sender key in one group, and who has it. Changed on a copy: nothing counts before it is committed. Secret.</summary>
internal sealed class GroupWriter : IDisposable
{
    /// <summary>Messages in one chain: it bounds what a stolen chain key is worth, and how far a chain is walked for one that asks again.</summary>
    public const int MaxChainLength = 1_000;

    /// <summary>How long a chain is used, for the same reason.</summary>
    public static readonly TimeSpan MaxChainAge = TimeSpan.FromDays(7);

    private const byte Format = 1;
    private const int FixedSize = 1 + 4 + 8 + 8 + 4 + 2 + 2 + 1;
    private const int DeliverySize = AccountId.Size + DeviceTag.Size + 4 + 8 + 1;

    private GroupWriter(SenderKeySession session) => Session = session;

    public SenderKeySession Session { get; }

    /// <summary>The group's epoch when the chain was made.</summary>
    public uint Epoch { get; private set; }

    public DateTimeOffset MadeAt { get; private set; }

    /// <summary>Number of the next message.</summary>
    public ulong NextNumber { get; set; } = 1;

    /// <summary>The chain's beginning, for a member whose distribution was lost; empty where nothing is kept.</summary>
    public ReadOnlyMemory<byte> Start { get; private set; }

    /// <summary>Which devices can read the chain, and from where on.</summary>
    public Dictionary<(AccountId Account, DeviceTag Tag), GroupDelivery> Delivered { get; } = [];

    /// <summary>Numbers of messages that the network refused, newest last.</summary>
    public List<ulong> Unsent { get; } = [];

    public static GroupWriter Create(Guid distributionId) => new(new SenderKeySession(distributionId));

    public static GroupWriter Read(ReadOnlySpan<byte> bytes)
    {
        var reader = new StateReader(bytes);
        bool known = reader.Byte() == Format;
        uint epoch = reader.UInt32();
        DateTimeOffset made = reader.Time();
        ulong next = ReadUInt64(ref reader);
        ReadOnlySpan<byte> sessionBytes = reader.Bytes((int)Math.Min(reader.UInt32(), int.MaxValue));
        byte[] start = reader.Bytes(reader.UInt16()).ToArray();
        var delivered = new List<((AccountId, DeviceTag), GroupDelivery)>();
        for (int i = reader.UInt16(); i > 0 && !reader.IsDefect; i--)
        {
            _ = AccountId.TryCreate(reader.Bytes(AccountId.Size), out AccountId account);
            _ = DeviceTag.TryRead(reader.Bytes(DeviceTag.Size), out DeviceTag tag);
            delivered.Add(((account, tag), new GroupDelivery(reader.UInt32(), ReadUInt64(ref reader), reader.Byte() != 0)));
        }

        var unsent = new List<ulong>();
        for (int i = reader.Byte(); i > 0 && !reader.IsDefect; i--)
        {
            unsent.Add(ReadUInt64(ref reader));
        }

        if (!known || !reader.IsComplete || !SenderKeySession.TryDeserialize(sessionBytes, out SenderKeySession? session))
        {
            throw new InvalidDataException("The store gave a sender key that this version cannot read.");
        }

        var writer = new GroupWriter(session) { Epoch = epoch, MadeAt = made, NextNumber = next, Start = start };
        delivered.ForEach(x => writer.Delivered[x.Item1] = x.Item2);
        writer.Unsent.AddRange(unsent);
        return writer;
    }

    /// <summary>The whole state with its secrets; the caller zeroes it.</summary>
    public byte[] Write()
    {
        byte[] session = Session.Serialize();
        byte[] bytes = new byte[FixedSize + session.Length + Start.Length + (Delivered.Count * DeliverySize) + (Unsent.Count * 8)];
        var writer = new StateWriter(bytes);
        writer.Byte(Format);
        writer.UInt32(Epoch);
        writer.Time(MadeAt);
        WriteUInt64(ref writer, NextNumber);
        writer.UInt32((uint)session.Length);
        writer.Bytes(session);
        writer.UInt16(Start.Length);
        writer.Bytes(Start.Span);
        writer.UInt16(Delivered.Count);
        foreach (((AccountId account, DeviceTag tag), GroupDelivery delivery) in Delivered)
        {
            writer.Bytes(account.AsSpan());
            writer.Bytes(tag.ToArray());
            writer.UInt32(delivery.Iteration);
            WriteUInt64(ref writer, delivery.Number);
            writer.Byte(delivery.IsRepeated ? (byte)1 : (byte)0);
        }

        writer.Byte((byte)Unsent.Count);
        foreach (ulong number in Unsent)
        {
            WriteUInt64(ref writer, number);
        }

        System.Security.Cryptography.CryptographicOperations.ZeroMemory(session);
        return bytes;
    }

    /// <summary>Whether the chain may be used: made in this epoch, not too old or long, and nobody has it who should not.</summary>
    public bool IsUsable(uint epoch, IReadOnlySet<(AccountId, DeviceTag)> readers, DateTimeOffset now) =>
        Session.IsOwn && Epoch == epoch && Session.Iteration < MaxChainLength && now - MadeAt < MaxChainAge && Delivered.Keys.All(readers.Contains);

    /// <summary>Starts another chain that nobody has.</summary>
    public void Rotate(uint epoch, DateTimeOffset now, bool keepStart)
    {
        Session.Rotate();
        Delivered.Clear();
        Epoch = epoch;
        MadeAt = now;
        Start = keepStart ? Session.CreateDistribution() : default;
    }

    /// <summary>Notes a number that was used up in vain.</summary>
    public void AddUnsent(ulong number)
    {
        Unsent.Add(number);
        if (Unsent.Count > GroupLimits.MaxUnsent)
        {
            Unsent.RemoveAt(0);
        }
    }

    public void Dispose() => Session.Dispose();

    internal static ulong ReadUInt64(ref StateReader reader)
    {
        ulong low = reader.UInt32();
        return low | ((ulong)reader.UInt32() << 32);
    }

    internal static void WriteUInt64(ref StateWriter writer, ulong value)
    {
        writer.UInt32((uint)(value & uint.MaxValue));
        writer.UInt32((uint)(value >> 32));
    }
}
