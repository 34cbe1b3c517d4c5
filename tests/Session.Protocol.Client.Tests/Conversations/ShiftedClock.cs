namespace Session.Protocol.Client.Tests.Conversations;

/// <summary>The system's clock with an offset that only grows: days pass at once, and what waits for milliseconds goes on by itself.</summary>
internal sealed class ShiftedClock : TimeProvider
{
    private long _offsetTicks;

    private TimeSpan Offset => TimeSpan.FromTicks(Interlocked.Read(ref _offsetTicks));

    public void Advance(TimeSpan time) => Interlocked.Add(ref _offsetTicks, time.Ticks);

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Offset;

    public override long GetTimestamp() => base.GetTimestamp() + (long)(Offset.TotalSeconds * TimestampFrequency);
}
