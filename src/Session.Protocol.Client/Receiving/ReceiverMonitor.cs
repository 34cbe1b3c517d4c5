using Session.Protocol.Onion;

namespace Session.Protocol.Client.Receiving;

/// <summary>
/// The watchdog: the receiver says by when it will have done its next step, and whoever asks for the status compares. It needs no
/// timer, so it cannot hang together with what it watches. Safe for concurrent use.
/// </summary>
internal sealed class ReceiverMonitor(TimeProvider time)
{
    /// <summary>Failures in a row that are trouble; one or two are the network's daily life.</summary>
    public const int TroubledAfter = 3;

    /// <summary>Time beside the planned one before a step counts as hanging: a busy machine, a slow store.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromMinutes(1);

    /// <summary>How long handlers may keep everything waiting before that is reported.</summary>
    public static readonly TimeSpan HandlerPatience = TimeSpan.FromMinutes(2);

    private readonly Lock _gate = new();
    private (long Since, TimeSpan Planned)? _step;
    private long? _waitingForHandlers;
    private DateTimeOffset? _lastPoll;
    private int _failures;
    private OnionFault? _fault;
    private int _held;
    private long _setAside;

    /// <summary>The receiver starts a step that ends within this time.</summary>
    public void Expect(TimeSpan planned)
    {
        lock (_gate)
        {
            _step = (time.GetTimestamp(), planned);
            _waitingForHandlers = null;
        }
    }

    /// <summary>A message is handed out: nothing happens before somebody takes the next.</summary>
    public void HandedOut()
    {
        lock (_gate)
        {
            _waitingForHandlers = time.GetTimestamp();
        }
    }

    /// <summary>Receiving has ended.</summary>
    public void Stopped()
    {
        lock (_gate)
        {
            _step = null;
            _waitingForHandlers = null;
        }
    }

    public void Polled()
    {
        lock (_gate)
        {
            _lastPoll = time.GetUtcNow();
            _failures = 0;
            _fault = null;
        }

        SessionTelemetry.Polls.Add(1, SessionTelemetry.Outcome("ok"));
    }

    /// <returns>Failures in a row, with this one.</returns>
    public int PollFailed(OnionFault fault)
    {
        SessionTelemetry.Polls.Add(1, SessionTelemetry.Outcome(fault.ToString()));
        lock (_gate)
        {
            _fault = fault;
            return ++_failures;
        }
    }

    public void Held(int change)
    {
        _ = Interlocked.Add(ref _held, change);
        SessionTelemetry.Held.Add(change);
    }

    public void SetAside() => Interlocked.Increment(ref _setAside);

    public ReceiverStatus Status()
    {
        lock (_gate)
        {
            ReceiverState state = _step switch
            {
                null => ReceiverState.Stopped,
                _ when _waitingForHandlers is { } since => time.GetElapsedTime(since) > HandlerPatience ? ReceiverState.Blocked : Trouble(),
                { } step when time.GetElapsedTime(step.Since) - step.Planned > Grace => ReceiverState.Stalled,
                _ => Trouble(),
            };
            return new ReceiverStatus(state, _lastPoll, _failures, _fault, Volatile.Read(ref _held), Interlocked.Read(ref _setAside));
        }
    }

    private ReceiverState Trouble() => _failures >= TroubledAfter ? ReceiverState.Troubled : ReceiverState.Healthy;
}
