namespace Session.Protocol.LocalNetwork;

/// <summary>The nodes' clock: the given one, put forward as often as a script wishes. Timers run as on the given one. Safe for concurrent use.</summary>
internal sealed class AdvanceableClock(TimeProvider inner) : TimeProvider
{
    private long _ticks;

    public override TimeZoneInfo LocalTimeZone => inner.LocalTimeZone;

    public override long TimestampFrequency => inner.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => inner.GetUtcNow().AddTicks(Interlocked.Read(ref _ticks));

    public override long GetTimestamp() =>
        inner.GetTimestamp() + (long)(Interlocked.Read(ref _ticks) / (double)TimeSpan.TicksPerSecond * inner.TimestampFrequency);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        inner.CreateTimer(callback, state, dueTime, period);

    public void Advance(TimeSpan time) => Interlocked.Add(ref _ticks, time.Ticks);
}
