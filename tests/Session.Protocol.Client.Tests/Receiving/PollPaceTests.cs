using Microsoft.Extensions.Time.Testing;
using Session.Protocol.Client.Receiving;
using Session.Protocol.Cryptography;

namespace Session.Protocol.Client.Tests.Receiving;

public sealed class PollPaceTests
{
    private static readonly SessionClientOptions Options = SessionClientOptions.Default with
    {
        PollInterval = TimeSpan.FromSeconds(4),
        IdlePollInterval = TimeSpan.FromSeconds(60),
        MaxPollDelay = TimeSpan.FromSeconds(100),
    };

    private readonly FakeTimeProvider _time = new();

    [Theory]
    [InlineData(0, 4)]
    [InlineData(16, 4)]
    [InlineData(40, 10)]
    [InlineData(240, 60)]
    [InlineData(100_000, 60)]
    public void Pause_AfterSilence_IsAQuarterOfItWithinTheBounds(int silence, int expected)
    {
        PollPace pace = Pace();
        _time.Advance(TimeSpan.FromSeconds(silence));

        Assert.Equal(TimeSpan.FromSeconds(expected), pace.Pause(failures: 0));
        pace.Touch();
        Assert.Equal(TimeSpan.FromSeconds(4), pace.Pause(failures: 0));
    }

    [Theory]
    [InlineData(1, 8)]
    [InlineData(3, 32)]
    [InlineData(5, 100)]
    [InlineData(int.MaxValue, 100)]
    public void Pause_AfterFailures_DoublesUpToTheBound(int failures, int expected) =>
        Assert.Equal(TimeSpan.FromSeconds(expected), Pace().Pause(failures));

    [Theory]
    [InlineData(0, 3.2)]
    [InlineData(255, 4.8)]
    public async Task WaitAsync_Jitter_IsAFifthAtMost(byte random, double expected)
    {
        ValueTask wait = Pace(random).WaitAsync(failures: 0, TestContext.Current.CancellationToken);

        _time.Advance(TimeSpan.FromSeconds(expected) - TimeSpan.FromMilliseconds(1));
        Assert.False(wait.IsCompleted);
        _time.Advance(TimeSpan.FromMilliseconds(2));
        await wait.AsTask().WaitAsync(TestNetwork.Patience, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task WaitAsync_SomethingIsSentInSilence_LooksSoon()
    {
        PollPace pace = Pace();
        _time.Advance(TimeSpan.FromHours(1));
        Task wait = pace.WaitAsync(failures: 0, TestContext.Current.CancellationToken).AsTask();
        _time.Advance(TimeSpan.FromSeconds(20));
        Assert.False(wait.IsCompleted);

        pace.Touch();

        // More than the short pause has passed already.
        await wait.WaitAsync(TestNetwork.Patience, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task WaitAsync_Cancelled_EndsAtOnce()
    {
        using var stop = new CancellationTokenSource();
        Task wait = Pace().WaitAsync(failures: 0, stop.Token).AsTask();

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => wait.WaitAsync(TestNetwork.Patience, TestContext.Current.CancellationToken));
    }

    private PollPace Pace(byte random = 0) => new(Options, _time, new ConstantRandom(random));

    private sealed class ConstantRandom(byte value) : IRandomSource
    {
        public void Fill(Span<byte> destination) => destination.Fill(value);
    }
}
