using Session.Protocol.Devices;
using Session.Protocol.Ratchet.Sessions;

namespace Session.Protocol.Client.Ratchet;

/// <summary>What is remembered of one account's devices: its newest record, and what was exchanged about it. No secrets.</summary>
internal sealed record PeerState
{
    private const byte Format = 1;
    private const int HeaderSize = 1 + 4 + (3 * 8) + 4 + 1 + 4;
    private const int NoticeSize = DeviceTag.Size + (3 * 8);

    /// <summary>Highest record number seen; lower ones are refused. 0 for none.</summary>
    public uint Number { get; init; }

    /// <summary>The newest signed record, or empty.</summary>
    public ReadOnlyMemory<byte> Record { get; init; }

    /// <summary>When it was last fetched or received.</summary>
    public DateTimeOffset FetchedAt { get; init; } = DateTimeOffset.MinValue;

    /// <summary>When last nothing was found.</summary>
    public DateTimeOffset MissedAt { get; init; } = DateTimeOffset.MinValue;

    /// <summary>Which record of our own was last sent along with a message, and when.</summary>
    public uint PushedNumber { get; init; }

    public DateTimeOffset PushedAt { get; init; } = DateTimeOffset.MinValue;

    public IReadOnlyList<NoticeState> Notices { get; init; } = [];

    public static PeerState Read(ReadOnlySpan<byte> bytes)
    {
        var reader = new StateReader(bytes);
        bool known = reader.Byte() == Format;
        var state = new PeerState
        {
            Number = reader.UInt32(),
            FetchedAt = reader.Time(),
            MissedAt = reader.Time(),
            PushedAt = reader.Time(),
            PushedNumber = reader.UInt32(),
        };
        var notices = new NoticeState[reader.Byte()];
        for (int i = 0; i < notices.Length; i++)
        {
            DeviceTag.TryRead(reader.Bytes(DeviceTag.Size), out DeviceTag tag);
            notices[i] = new NoticeState(tag, ReadMilliseconds(ref reader), ReadInt64(ref reader), reader.Time());
        }

        byte[] record = reader.Bytes((int)Math.Min(reader.UInt32(), DeviceLimits.MaxRecordSize)).ToArray();
        return known && reader.IsComplete
            ? state with { Notices = notices, Record = record }
            : throw new InvalidDataException("The store gave a peer that this version cannot read.");
    }

    public byte[] Write()
    {
        byte[] bytes = new byte[HeaderSize + (Notices.Count * NoticeSize) + Record.Length];
        var writer = new StateWriter(bytes);
        writer.Byte(Format);
        writer.UInt32(Number);
        writer.Time(FetchedAt);
        writer.Time(MissedAt);
        writer.Time(PushedAt);
        writer.UInt32(PushedNumber);
        writer.Byte((byte)Notices.Count);
        foreach (NoticeState notice in Notices)
        {
            writer.Bytes(notice.Tag.ToArray());
            WriteInt64(ref writer, notice.AskedAt.ToUnixTimeMilliseconds());
            WriteInt64(ref writer, notice.AskedFromMs);
            writer.Time(notice.AnsweredAt);
        }

        writer.UInt32((uint)Record.Length);
        writer.Bytes(Record.Span);
        return bytes;
    }

    public NoticeState Notice(DeviceTag tag) => Notices.FirstOrDefault(x => x.Tag == tag) ?? new NoticeState(tag);

    /// <summary>Remembers a notice. Only devices of the record are remembered, so that a peer cannot fill our memory with tags.</summary>
    public PeerState With(NoticeState notice, CapabilityRecord record) => this with
    {
        Notices = [notice, .. Notices.Where(x => x.Tag != notice.Tag && record.Find(x.Tag) is not null)],
    };

    private static void WriteInt64(ref StateWriter writer, long value)
    {
        writer.UInt32(unchecked((uint)(value >> 32)));
        writer.UInt32(unchecked((uint)value));
    }

    // A time that no calendar has would be a defect of the store; it ends as the first or last one.
    private static DateTimeOffset ReadMilliseconds(ref StateReader reader) => DateTimeOffset.FromUnixTimeMilliseconds(
        Math.Clamp(ReadInt64(ref reader), DateTimeOffset.MinValue.ToUnixTimeMilliseconds(), DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()));

    private static long ReadInt64(ref StateReader reader)
    {
        ulong high = reader.UInt32();
        return unchecked((long)(high << 32 | reader.UInt32()));
    }
}
