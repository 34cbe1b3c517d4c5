using Microsoft.Extensions.Logging;
using Session.Protocol.Accounts;
using Session.Protocol.Cryptography;
using Session.Protocol.Onion.Nodes;

namespace Session.Protocol.Onion.Paths;

/// <summary>
/// Hands out paths, tests them before use, keeps the wanted number ready and changes their hops in time. The decisions are
/// <see cref="PathMachine"/>'s; this class adds the lock and the waiting. Safe for concurrent use.
/// </summary>
internal sealed class PathPool : IAsyncDisposable
{
    /// <summary>Guards tried for one request, as often as official clients do, before the network counts as unreachable.</summary>
    private const int MaxGuardTests = 6;

    private const string NoGuardAnswered = "No guard node answered.";

    /// <summary>Three rotations. Without a request for so long, nothing is done behind the back of requests until the next one comes.</summary>
    private static readonly TimeSpan IdleAfter = TimeSpan.FromMinutes(30);

    /// <summary>By how much chance delays a rotation, so that clients which started together do not change their paths together.</summary>
    private static readonly TimeSpan RotationSpread = TimeSpan.FromSeconds(30);

    private readonly PathMachine _machine;
    private readonly INodeDirectory _directory;
    private readonly PathTests _tests;
    private readonly GuardKeeper _guards;
    private readonly TimeProvider _time;
    private readonly IRandomSource _random;
    private readonly ILogger _log;
    private readonly PathWatch _watch;
    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _building = new(1, 1);
    private readonly CancellationTokenSource _closing = new();
    private readonly ITimer _alarm;
    private Task _upkeep = Task.CompletedTask;
    private Task _upkeepTest = Task.CompletedTask;
    private TaskCompletionSource _accepted = new();
    private long _lastRequest;
    private int _failedBuilds;
    private int _measuredReady;
    private bool _alarmIsSet;
    private bool _lost;

    /// <param name="machine">The state; nobody else may use it.</param>
    /// <param name="directory">Where nodes come from.</param>
    /// <param name="tests">Try out guards and paths.</param>
    /// <param name="guards">The machine's guards.</param>
    /// <param name="time">The local clock.</param>
    /// <param name="random">For waiting times.</param>
    /// <param name="log">For events.</param>
    public PathPool(PathMachine machine, INodeDirectory directory, PathTests tests, GuardKeeper guards, TimeProvider time, IRandomSource random, ILogger log)
    {
        _machine = machine;
        _directory = directory;
        _tests = tests;
        _guards = guards;
        _time = time;
        _random = random;
        _log = log;
        _watch = new PathWatch(new PathSnapshot(PathState.Building, "Nothing was asked yet.", [], machine.NetworkRuleRelaxed));
        _alarm = time.CreateTimer(static pool => ((PathPool)pool!).OnAlarm(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public PathSnapshot Snapshot => _watch.Current;

    public IAsyncEnumerable<PathSnapshot> WatchAsync(CancellationToken cancellationToken) => _watch.WatchAsync(cancellationToken);

    /// <summary>A path that holds neither the destination nor is <paramref name="except"/>, built if there is none.</summary>
    /// <exception cref="OnionException"><see cref="OnionFault.NoPath"/> or <see cref="OnionFault.NoNodes"/>.</exception>
    public async ValueTask<OnionPath> GetAsync(Ed25519PublicKey? destination, OnionPath? except, CancellationToken cancellationToken)
    {
        int failedBefore = Volatile.Read(ref _failedBuilds);
        IReadOnlyList<ServiceNode> nodes = await _directory.GetNodesAsync(cancellationToken).ConfigureAwait(false);
        await _guards.RestoreAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
        if (TryTake(nodes, destination, except) is { } ready)
        {
            return ready;
        }

        await _building.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            // The spare path under way may be the very one: its nodes are taken, so building beside it could fail for want of nodes.
            await UpkeepTest().WaitAsync(cancellationToken).ConfigureAwait(false);
            if (TryTake(nodes, destination, except) is { } built)
            {
                return built;
            }

            // Whoever waited here while another request tried all it could would only wait as long again.
            return Volatile.Read(ref _failedBuilds) == failedBefore
                ? await BuildAsync(destination, cancellationToken).ConfigureAwait(false)
                : throw new OnionException(OnionFault.NoPath, "No path could be built a moment ago.");
        }
        finally
        {
            _ = _building.Release();
        }
    }

    /// <summary>Tells the machine how a request went.</summary>
    public void Report(OnionPath path, PathReport report)
    {
        bool changed;
        lock (_lock)
        {
            changed = report.Apply(_machine, path);
            if (_lost && report.Kind == PathReportKind.Success)
            {
                _lost = false;
                Announce("A request went through.");
            }

            StartUpkeep();
            if (changed)
            {
                Announce($"A path was changed or given up: {report.Reason}.");
            }
        }

        if (changed)
        {
            OnionLog.PathLost(_log, report.Reason);
            OnionTelemetry.PathLosses.Add(1);
        }
    }

    /// <summary>Stops background work without waiting for its end.</summary>
    public void Close()
    {
        _closing.Cancel();
        _alarm.Dispose();
        _watch.Close();
        _machine.Close();
    }

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync().ConfigureAwait(false);
        await _alarm.DisposeAsync().ConfigureAwait(false);
        _watch.Close();
        Task upkeep;
        lock (_lock)
        {
            upkeep = _upkeep;
        }

        await upkeep.ConfigureAwait(false);
        await SaveGuardsAsync().ConfigureAwait(false);
        _machine.Close();
        _closing.Dispose();
        _building.Dispose();
    }

    // A guard that was used must be the one of the next run, also when the end came between its test and the saving.
    private async ValueTask SaveGuardsAsync()
    {
        try
        {
            await _guards.SaveAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (ObjectDisposedException)
        {
            // The client that this one is a fork of went first, and saved them then.
        }
    }

    private Task UpkeepTest()
    {
        lock (_lock)
        {
            return _upkeepTest;
        }
    }

    private OnionPath? TryTake(IReadOnlyList<ServiceNode> nodes, Ed25519PublicKey? destination, OnionPath? except)
    {
        lock (_lock)
        {
            _lastRequest = _time.GetTimestamp();
            if (_machine.SetNodes(nodes))
            {
                Announce("A node of a path left the network.");
            }

            OnionPath? path = _machine.Choose(destination, except);
            if (path is not null)
            {
                StartUpkeep();
            }

            return path;
        }
    }

    // Under the lock. Starts what is wanted now, or sets the alarm for what will be due.
    private void StartUpkeep()
    {
        if (!_upkeep.IsCompleted || _closing.IsCancellationRequested || IsIdle())
        {
            return;
        }

        if (_machine.InDoubt is not null || _machine.WantsMore || _machine.WantsRotation)
        {
            _upkeep = UpkeepAsync(_closing.Token);
        }
        else if (!_alarmIsSet)
        {
            SetAlarm();
        }
    }

    // Under the lock.
    private void SetAlarm()
    {
        if (_machine.UntilRotation is { } due && !_closing.IsCancellationRequested)
        {
            TimeSpan spread = TimeSpan.FromMilliseconds(_random.Next((int)RotationSpread.TotalMilliseconds));
            _alarmIsSet = _alarm.Change((due > TimeSpan.Zero ? due : TimeSpan.Zero) + spread, Timeout.InfiniteTimeSpan);
        }
    }

    private void OnAlarm()
    {
        lock (_lock)
        {
            _alarmIsSet = false;
            StartUpkeep();
        }
    }

    // Under the lock.
    private bool IsIdle() => _time.GetElapsedTime(_lastRequest) >= IdleAfter;

    // Behind the back of requests: spare paths, and fresh hops for old ones. Failures are the business of whoever needs the path.
    private async Task UpkeepAsync(CancellationToken cancellationToken)
    {
        await Task.Yield();
        for (int failures = 0; ;)
        {
            Task<bool> test;
            Task accepted;
            lock (_lock)
            {
                if (IsIdle() || cancellationToken.IsCancellationRequested)
                {
                    return;
                }

                // With no path left it was not the guards: the kept ones are tried first again, once in as many tests as a request makes.
                if (failures % MaxGuardTests == 0 && _machine.Ready.Length == 0)
                {
                    _machine.Forgive();
                    if (failures > 0)
                    {
                        _lost = true;
                        Announce(NoGuardAnswered);
                    }
                }

                _accepted = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                accepted = _accepted.Task;
                if (_machine.InDoubt is { } doubtful)
                {
                    test = ProveAsync(doubtful, cancellationToken);
                }
                else
                {
                    OnionPath? spare = _machine.WantsMore ? _machine.Propose(destination: null, waits: false) : null;
                    if ((spare ?? _machine.ProposeRotation()) is not { } candidate)
                    {
                        SetAlarm();
                        return;
                    }

                    _upkeepTest = test = TryOutAsync(candidate, isSuccessor: spare is null, cancellationToken);
                }
            }

            failures = await test.ConfigureAwait(false) ? 0 : failures + 1;
            if (failures > 0)
            {
                // A path that a request built meanwhile ends the wait: nodes can be reached again.
                TimeSpan pause = RebuildDelay.After(failures, _random);
                await accepted.WaitAsync(pause, _time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task<bool> TryOutAsync(OnionPath candidate, bool isSuccessor, CancellationToken cancellationToken)
    {
        await Task.Yield();
        try
        {
            await TestAsync(candidate, isSuccessor, isAwaited: false, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (OnionException e)
        {
            OnionLog.GuardFailed(_log, e.Fault);
            return false;
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
        {
            // The client is being closed, and without waiting its transport is gone already.
            return false;
        }
    }

    private async ValueTask<OnionPath> BuildAsync(Ed25519PublicKey? destination, CancellationToken cancellationToken)
    {
        OnionException? last = null;
        for (int attempt = 0; attempt < MaxGuardTests; attempt++)
        {
            OnionPath? candidate;
            lock (_lock)
            {
                // While nobody answers, each request begins with the kept guards again.
                if (_lost && attempt == 0)
                {
                    _machine.Forgive();
                }

                candidate = _machine.Propose(destination, waits: true);
            }

            if (candidate is null)
            {
                break;
            }

            try
            {
                await TestAsync(candidate, isSuccessor: false, isAwaited: true, cancellationToken).ConfigureAwait(false);
                return candidate;
            }
            catch (OnionException e)
            {
                OnionLog.GuardFailed(_log, e.Fault);
                last = e;
            }
        }

        string reason = last is null ? "There are too few usable nodes, or too few networks, for a path." : NoGuardAnswered;
        lock (_lock)
        {
            _failedBuilds++;
            _lost |= last is not null || _machine.Ready.Length == 0;
            _machine.Forgive();
            Announce(reason);
        }

        throw new OnionException(OnionFault.NoPath, reason, last);
    }

    // The guard is asked directly, and is all that a request waits for. A successor's guard is in use, so only its other hops are new.
    private async Task TestAsync(OnionPath candidate, bool isSuccessor, bool isAwaited, CancellationToken cancellationToken)
    {
        ServiceNode? silent = null;
        bool guardAnswered = isSuccessor, guardFailed = false, answered = false;
        try
        {
            if (!guardAnswered)
            {
                await _tests.TryGuardAsync(candidate.Guard, cancellationToken).ConfigureAwait(false);
                guardAnswered = true;
            }

            silent = isAwaited ? null : await _tests.FindSilentHopAsync(candidate, cancellationToken).ConfigureAwait(false);
            if (silent is not null)
            {
                throw new OnionException(OnionFault.PathFailed, "A hop of the new path does not answer.");
            }

            answered = true;
        }
        catch (OnionException)
        {
            guardFailed = !guardAnswered;
            throw;
        }
        finally
        {
            lock (_lock)
            {
                if (answered)
                {
                    _machine.Accept(candidate);
                    _ = _accepted.TrySetResult();
                    _lost = false;
                    Announce(isSuccessor ? "The hops of a path were changed in time." : "A path passed its test.");
                    StartUpkeep();
                }
                else
                {
                    _machine.Reject(candidate, guardFailed);
                    _ = silent is not null && _machine.Condemn(candidate, silent);
                    Announce("A path did not pass its test.");
                }
            }
        }

        OnionLog.PathReady(_log, candidate.Hops.Count);
        await _guards.SaveAsync(cancellationToken).ConfigureAwait(false);
    }

    // What a request only suspects is found out here: whether the path is at fault, and which hop.
    private async Task<bool> ProveAsync(OnionPath path, CancellationToken cancellationToken)
    {
        await Task.Yield();
        ServiceNode? silent;
        try
        {
            silent = await _tests.FindSilentHopAsync(path, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is OnionException or ObjectDisposedException or OperationCanceledException)
        {
            // No node list, or the client is being closed and its transport is gone already.
            return false;
        }

        lock (_lock)
        {
            if (silent is null)
            {
                _machine.Succeeded(path);
            }
            else if (_machine.Condemn(path, silent))
            {
                Announce("A path was changed or given up: a hop did not answer.");
            }
        }

        return silent is null;
    }

    // Under the lock.
    private void Announce(string reason)
    {
        OnionPath[] ready = _machine.Ready;
        PathState state = _lost ? PathState.Lost
            : ready.Length >= _machine.PathCount ? PathState.Ready
            : ready.Length > 0 ? PathState.Degraded
            : PathState.Building;
        if (_watch.Publish(new PathSnapshot(state, reason, ready, _machine.NetworkRuleRelaxed)))
        {
            OnionLog.PathsChanged(_log, state, ready.Length, reason);
            OnionTelemetry.ReadyPaths.Add(ready.Length - _measuredReady);
            _measuredReady = ready.Length;
        }
    }
}
