using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Session.Protocol.Accounts;
using Session.Protocol.Onion.Nodes;

namespace Session.Protocol.Onion.Tests;

public sealed class NetworkClockTests : IDisposable
{
    private static readonly ServiceNode[] Nodes = TestNode.ManyNodes(20);
    private readonly FakeTimeProvider _time = new(DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_000));
    private readonly NetworkClock _clock;
    private int _asked;

    public NetworkClockTests() => _clock = new NetworkClock(_time, new SeededRandomSource(1), new FixedDirectory(), AskAsync, NullLogger.Instance);

    private Func<ServiceNode, long?> Answer { get; set; } = _ => null;

    public void Dispose() => _clock.Dispose();

    [Fact]
    public void Observe_OneNodeOftenEvenWrong_DoesNotMoveTheClock()
    {
        for (int i = 0; i < 100; i++)
        {
            _clock.Observe(Nodes[0].IdentityKey, 1_800_000_000_000);
        }

        Assert.Equal(TimeSpan.Zero, _clock.Offset);
    }

    [Fact]
    public void Observe_ThreeNodes_MedianCounts()
    {
        _clock.Observe(Nodes[0].IdentityKey, 1_800_000_000_000);
        _clock.Observe(Nodes[1].IdentityKey, 1_700_000_005_000);
        _clock.Observe(Nodes[2].IdentityKey, 1_700_000_004_000);

        Assert.Equal(TimeSpan.FromSeconds(5), _clock.Offset);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(long.MinValue)]
    [InlineData(long.MaxValue)]
    public void Observe_Nonsense_IsIgnored(long milliseconds)
    {
        foreach (ServiceNode node in Nodes)
        {
            _clock.Observe(node.IdentityKey, milliseconds);
        }

        Assert.Equal(TimeSpan.Zero, _clock.Offset);
    }

    [Fact]
    public async Task Resynchronise_Again_AsksTheNetworkOnlyAfterAWhile()
    {
        Answer = _ => 1_700_000_120_000;
        await _clock.ResynchroniseAsync();
        await _clock.ResynchroniseAsync();
        Assert.Equal(5, _asked);
        Assert.Equal(TimeSpan.FromMinutes(2), _clock.Offset);

        _time.Advance(TimeSpan.FromMinutes(1));
        await _clock.ResynchroniseAsync();

        Assert.Equal(10, _asked);
        Assert.Equal(TimeSpan.FromMinutes(1), _clock.Offset);
    }

    [Fact]
    public async Task Resynchronise_NobodyAnswers_ThrowsAndKeepsTheOffset()
    {
        Answer = _ => 1_700_000_120_000;
        await _clock.ResynchroniseAsync();
        _time.Advance(TimeSpan.FromMinutes(1));
        Answer = _ => null;

        Assert.Equal(OnionFault.ClockOutOfSync, (await Assert.ThrowsAsync<OnionException>(async () => await _clock.ResynchroniseAsync())).Fault);
        Assert.Equal(TimeSpan.FromMinutes(2), _clock.Offset);
    }

    private ValueTask<long?> AskAsync(ServiceNode node, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _asked);
        return new(Answer(node));
    }

    private sealed class FixedDirectory : INodeDirectory
    {
        public ValueTask<IReadOnlyList<ServiceNode>> GetNodesAsync(CancellationToken cancellationToken = default) => new(Nodes);

        public ValueTask<IReadOnlyList<ServiceNode>> RefreshAsync(CancellationToken cancellationToken = default) => new(Nodes);

        public void Drop(Ed25519PublicKey identityKey)
        {
        }
    }
}
