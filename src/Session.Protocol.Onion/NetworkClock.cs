using Microsoft.Extensions.Logging;
using Session.Protocol.Accounts;
using Session.Protocol.Cryptography;
using Session.Protocol.Onion.Nodes;
using Session.Protocol.Onion.Transport;

namespace Session.Protocol.Onion;

/// <summary>
/// Median of what the nodes' clocks say, one sample per node. Before three nodes have spoken, the local clock counts: nodes accept a
/// minute of error, and a single node's word is not worth more.
/// </summary>
internal sealed class NetworkClock : INetworkClock, IDisposable
{
    /// <summary>1 January 2021: a clock before it is no clock. Desktop has the same limit.</summary>
    private const long Earliest = 1_609_459_200_000;

    /// <summary>1 January 2200, so that no sum overflows.</summary>
    private const long Latest = 7_258_118_400_000;

    /// <summary>Nodes whose sample is kept.</summary>
    private const int MaxSamples = 16;

    /// <summary>Samples that make a median.</summary>
    private const int MinSamples = 3;

    /// <summary>Nodes asked at once; two liars among five do not move the median out of the honest ones.</summary>
    private const int AskedNodes = 5;

    /// <summary>Age at which a sample is forgotten: the local clock may have been set since.</summary>
    private static readonly TimeSpan SampleLifetime = TimeSpan.FromMinutes(10);

    /// <summary>Limit for one node's answer.</summary>
    private static readonly TimeSpan AskTimeout = TimeSpan.FromSeconds(8);

    /// <summary>
    /// A node that refuses every timestamp must not make us ask the network all the time; and a clock that was set back and forth must not
    /// stay wrong for long.
    /// </summary>
    private static readonly TimeSpan MinimumInterval = TimeSpan.FromSeconds(5);

    private readonly TimeProvider _time;
    private readonly IRandomSource _random;
    private readonly INodeDirectory _directory;
    private readonly Func<ServiceNode, CancellationToken, ValueTask<long?>> _ask;
    private readonly ILogger _log;
    private readonly SemaphoreSlim _asking = new(1, 1);
    private readonly Lock _lock = new();
    private readonly List<Sample> _samples = [];
    private long _offset;
    private long? _resynchronised;

    /// <param name="time">The local clock.</param>
    /// <param name="random">Picks the nodes to ask.</param>
    /// <param name="directory">Nodes to ask.</param>
    /// <param name="ask">Gives a node's clock in milliseconds since 1970, null when it does not answer.</param>
    /// <param name="log">For events.</param>
    public NetworkClock(TimeProvider time, IRandomSource random, INodeDirectory directory, Func<ServiceNode, CancellationToken, ValueTask<long?>> ask, ILogger log)
    {
        _time = time;
        _random = random;
        _directory = directory;
        _ask = ask;
        _log = log;
    }

    public TimeSpan Offset => TimeSpan.FromMilliseconds(Interlocked.Read(ref _offset));

    public DateTimeOffset Now => _time.GetUtcNow() + Offset;

    public long NowMilliseconds => Now.ToUnixTimeMilliseconds();

    public void Observe(Ed25519PublicKey node, long nodeMilliseconds)
    {
        if (IsPlausible(nodeMilliseconds))
        {
            Add(node, nodeMilliseconds - LocalMilliseconds);
        }
    }

    public async ValueTask ResynchroniseAsync(CancellationToken cancellationToken = default)
    {
        await _asking.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_resynchronised is { } last && _time.GetElapsedTime(last) < MinimumInterval)
            {
                return;
            }

            ServiceNode[] nodes = [.. await _directory.GetNodesAsync(cancellationToken).ConfigureAwait(false)];
            _random.Shuffle<ServiceNode>(nodes);
            (ServiceNode Node, long? Offset)[] answers =
                await Task.WhenAll(nodes.Take(AskedNodes).Select(node => AskAsync(node, cancellationToken))).ConfigureAwait(false);
            if (Array.TrueForAll(answers, answer => answer.Offset is null))
            {
                throw new OnionException(OnionFault.ClockOutOfSync, "No node told its time.");
            }

            lock (_lock)
            {
                _samples.Clear();
            }

            foreach ((ServiceNode node, long? offset) in answers)
            {
                if (offset is { } known)
                {
                    Add(node.IdentityKey, known, minimum: 1);
                }
            }

            _resynchronised = _time.GetTimestamp();
        }
        finally
        {
            _ = _asking.Release();
        }
    }

    public void Dispose() => _asking.Dispose();

    /// <summary>Whether a node's time can be one at all.</summary>
    public static bool IsPlausible(long milliseconds) => milliseconds is >= Earliest and <= Latest;

    private long LocalMilliseconds => _time.GetUtcNow().ToUnixTimeMilliseconds();

    // The node looks at its clock about half way between question and answer.
    private async Task<(ServiceNode Node, long? Offset)> AskAsync(ServiceNode node, CancellationToken cancellationToken)
    {
        using var deadline = new Deadline(AskTimeout, _time, cancellationToken);
        long before = LocalMilliseconds;
        try
        {
            long? told = await _ask(node, deadline.Token).ConfigureAwait(false);
            return (node, told - ((before + LocalMilliseconds) / 2));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return (node, null);
        }
    }

    private void Add(Ed25519PublicKey node, long offset, int minimum = MinSamples)
    {
        lock (_lock)
        {
            _ = _samples.RemoveAll(sample => sample.Node == node || _time.GetElapsedTime(sample.TakenAt) > SampleLifetime);
            if (_samples.Count == MaxSamples)
            {
                _samples.RemoveAt(0);
            }

            _samples.Add(new Sample(node, offset, _time.GetTimestamp()));
            if (_samples.Count < minimum)
            {
                return;
            }

            long[] sorted = [.. _samples.Select(sample => sample.Offset).Order()];
            long median = sorted[sorted.Length / 2];
            if (Math.Abs(median - _offset) > 1_000)
            {
                OnionLog.ClockSet(_log, median);
            }

            _ = Interlocked.Exchange(ref _offset, median);
        }
    }

    private sealed record Sample(Ed25519PublicKey Node, long Offset, long TakenAt);
}
