using System.Buffers.Binary;
using Session.Protocol.Cryptography;

namespace Session.Protocol.Client.Receiving;

/// <summary>
/// When to look again: often while messages come or go, ever more seldom in silence, and ever more seldom while the network fails.
/// Safe for concurrent use.
/// </summary>
internal sealed class PollPace
{
    /// <summary>Looks in a row while nodes have more, each of some 40 MB. A pause follows, or others have their turn, and another member is asked: a node could say so for ever.</summary>
    public const int MaxLooks = 8;

    /// <summary>The pause is this part of the silence so far, between the bounds of the options: waiting adds a quarter at most to any silence.</summary>
    private const double SilenceShare = 0.25;

    /// <summary>Largest deviation from the pause, to either side, so that accounts do not look in step.</summary>
    private const double Jitter = 0.2;

    private readonly SessionClientOptions _options;
    private readonly TimeProvider _time;
    private readonly IRandomSource _random;
    private long _activity;
    private TaskCompletionSource _woken = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public PollPace(SessionClientOptions options, TimeProvider time, IRandomSource random)
    {
        _options = options;
        _time = time;
        _random = random;
        _activity = time.GetTimestamp();
    }

    /// <summary>Something came or went: an answer may be near, so whoever sleeps in silence looks soon.</summary>
    public void Touch()
    {
        Volatile.Write(ref _activity, _time.GetTimestamp());
        if (!_woken.Task.IsCompleted)
        {
            _woken.TrySetResult();
        }
    }

    /// <summary>The pause after this many failures in a row, without jitter.</summary>
    public TimeSpan Pause(int failures)
    {
        if (failures > 0)
        {
            // Doubling stops before it could overflow; the limit is reached long before that.
            double doubled = _options.PollInterval.Ticks * Math.Pow(2, Math.Min(failures, 20));
            return TimeSpan.FromTicks((long)Math.Min(doubled, _options.MaxPollDelay.Ticks));
        }

        TimeSpan wanted = _time.GetElapsedTime(Volatile.Read(ref _activity)) * SilenceShare;
        return wanted < _options.PollInterval ? _options.PollInterval : wanted > _options.IdlePollInterval ? _options.IdlePollInterval : wanted;
    }

    /// <summary>Waits for the next look.</summary>
    public async ValueTask WaitAsync(int failures, CancellationToken cancellationToken)
    {
        long start = _time.GetTimestamp();
        double factor = Factor();
        while (true)
        {
            Volatile.Write(ref _woken, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
            TimeSpan left = (Pause(failures) * factor) - _time.GetElapsedTime(start);
            if (left <= TimeSpan.Zero)
            {
                cancellationToken.ThrowIfCancellationRequested();
                return;
            }

            Task wait = failures > 0 ? Task.Delay(left, _time, cancellationToken) : _woken.Task.WaitAsync(left, _time, cancellationToken);
            await wait.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!wait.IsCompletedSuccessfully || failures > 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
                return;
            }
        }
    }

    private double Factor()
    {
        Span<byte> bytes = stackalloc byte[sizeof(uint)];
        _random.Fill(bytes);
        return 1 - Jitter + (2 * Jitter * BinaryPrimitives.ReadUInt32LittleEndian(bytes) / uint.MaxValue);
    }
}
