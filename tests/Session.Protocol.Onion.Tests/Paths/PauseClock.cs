using System.Threading.Channels;
using Microsoft.Extensions.Time.Testing;

namespace Session.Protocol.Onion.Tests.Paths;

/// <summary>A virtual clock that tells of the pauses which are made between failed tests of paths: they are shorter than anything else.</summary>
internal sealed class PauseClock(DateTimeOffset start) : FakeTimeProvider(start)
{
    public static readonly TimeSpan LongerThanAPause = TimeSpan.FromSeconds(9);

    private readonly Channel<TimeSpan> _pauses = Channel.CreateUnbounded<TimeSpan>();

    /// <summary>The next pause, as soon as somebody makes it.</summary>
    public async Task<TimeSpan> NextAsync()
    {
        using var stop = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        return await _pauses.Reader.ReadAsync(stop.Token);
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ITimer timer = base.CreateTimer(callback, state, dueTime, period);
        if (dueTime > TimeSpan.Zero && dueTime < LongerThanAPause)
        {
            _pauses.Writer.TryWrite(dueTime);
        }

        return timer;
    }
}
