using Microsoft.Extensions.Time.Testing;
using Session.Protocol.Client.Receiving;
using Session.Protocol.Onion;

namespace Session.Protocol.Client.Tests.Receiving;

public sealed class ReceiverMonitorTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly ReceiverMonitor _monitor;

    public ReceiverMonitorTests() => _monitor = new ReceiverMonitor(_time);

    [Fact]
    public void Status_StepTakesMuchLongerThanPlanned_IsStalledUntilTheNext()
    {
        Assert.Equal(ReceiverState.Stopped, _monitor.Status().State);
        _monitor.Expect(TimeSpan.FromMinutes(2));
        _time.Advance(TimeSpan.FromMinutes(2) + ReceiverMonitor.Grace);
        Assert.Equal(ReceiverState.Healthy, _monitor.Status().State);

        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(ReceiverState.Stalled, _monitor.Status().State);
        _monitor.Expect(TimeSpan.Zero);
        Assert.Equal(ReceiverState.Healthy, _monitor.Status().State);
        _monitor.Stopped();
        Assert.Equal(ReceiverState.Stopped, _monitor.Status().State);
    }

    [Fact]
    public void Status_HandlersKeepItWaiting_IsBlockedAfterAWhile()
    {
        _monitor.Expect(TimeSpan.Zero);
        _monitor.HandedOut();
        _time.Advance(ReceiverMonitor.HandlerPatience);
        Assert.Equal(ReceiverState.Healthy, _monitor.Status().State);

        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(ReceiverState.Blocked, _monitor.Status().State);
    }

    [Fact]
    public void Status_PollsFail_IsTroubledAndSaysWhyUntilOneSucceeds()
    {
        _monitor.Expect(TimeSpan.Zero);
        for (int i = 1; i <= ReceiverMonitor.TroubledAfter; i++)
        {
            Assert.Equal(ReceiverState.Healthy, _monitor.Status().State);
            Assert.Equal(i, _monitor.PollFailed(OnionFault.NoPath));
        }

        Assert.Equal(ReceiverState.Troubled, _monitor.Status().State);
        Assert.Equal(OnionFault.NoPath, _monitor.Status().LastFault);
        Assert.Null(_monitor.Status().LastPoll);
        _monitor.Polled();
        Assert.Equal(new ReceiverStatus(ReceiverState.Healthy, _time.GetUtcNow(), 0, null, 0, 0), _monitor.Status());
    }
}
