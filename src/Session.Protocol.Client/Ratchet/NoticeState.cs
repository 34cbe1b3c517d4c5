using Session.Protocol.Devices;

namespace Session.Protocol.Client.Ratchet;

/// <summary>Which recovery notices went back and forth with one device of a peer: what keeps two broken sides from talking for ever.</summary>
/// <param name="Tag">The device.</param>
/// <param name="AskedAt">When it was last asked for messages.</param>
/// <param name="AskedFromMs">The oldest message asked for then; the device sends everything since again.</param>
/// <param name="AnsweredAt">When its own notice was last answered.</param>
internal sealed record NoticeState(DeviceTag Tag, DateTimeOffset AskedAt, long AskedFromMs, DateTimeOffset AnsweredAt)
{
    /// <summary>Shortest time between two notices, or two answers, for one device.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    public NoticeState(DeviceTag tag)
        : this(tag, DateTimeOffset.MinValue, long.MinValue, DateTimeOffset.MinValue)
    {
    }

    /// <summary>Whether the device may be asked for a message: not twice for the same, and not too often.</summary>
    public bool MayAsk(long timestampMs, DateTimeOffset now) => timestampMs > AskedFromMs && now - AskedAt >= Interval;

    /// <summary>Whether the last request covers a message: it was sent before the request, and the request began no later.</summary>
    public bool Covers(long timestampMs) => timestampMs >= AskedFromMs && timestampMs <= AskedAt.ToUnixTimeMilliseconds();

    public bool MayAnswer(DateTimeOffset now) => now - AnsweredAt >= Interval;
}
