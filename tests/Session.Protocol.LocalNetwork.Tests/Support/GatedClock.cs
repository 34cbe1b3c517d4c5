using Microsoft.Extensions.Time.Testing;

namespace Session.Protocol.LocalNetwork.Tests.Support;

/// <summary>A virtual clock that tells when somebody starts to wait on it, so that a test advances it neither too early nor by guess.</summary>
internal sealed class GatedClock(DateTimeOffset start) : FakeTimeProvider(start)
{
    private readonly Lock _lock = new();
    private readonly List<(TimeSpan Due, TaskCompletionSource Gate)> _gates = [];

    /// <summary>Ends when a timer of this length has been started after this call.</summary>
    public Task TimerStartedAsync(TimeSpan due)
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            _gates.Add((due, gate));
        }

        return gate.Task;
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ITimer timer = base.CreateTimer(callback, state, dueTime, period);
        lock (_lock)
        {
            _gates.FindAll(gate => gate.Due == dueTime).ForEach(gate => gate.Gate.TrySetResult());
        }

        return timer;
    }

    /// <summary>To a moment in milliseconds since 1970; never backwards.</summary>
    public void MoveTo(long milliseconds)
    {
        DateTimeOffset time = DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
        if (time > GetUtcNow())
        {
            SetUtcNow(time);
        }
    }
}
