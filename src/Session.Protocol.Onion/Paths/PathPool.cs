using Microsoft.Extensions.Logging;
using Session.Protocol.Accounts;
using Session.Protocol.Onion.Nodes;

namespace Session.Protocol.Onion.Paths;

/// <summary>
/// Hands out paths, tests guards before use and keeps the wanted number of paths ready. The decisions are
/// <see cref="PathMachine"/>'s; this class adds the lock and the waiting. Safe for concurrent use.
/// </summary>
internal sealed class PathPool : IAsyncDisposable
{
    /// <summary>Guards tried for one request, as often as official clients do, before the network counts as unreachable.</summary>
    private const int MaxGuardTests = 6;

    private readonly PathMachine _machine;
    private readonly INodeDirectory _directory;
    private readonly Func<ServiceNode, CancellationToken, Task> _testGuard;
    private readonly ILogger _log;
    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _building = new(1, 1);
    private readonly CancellationTokenSource _closing = new();
    private Task _topUp = Task.CompletedTask;

    /// <param name="machine">The state; nobody else may use it.</param>
    /// <param name="directory">Where nodes come from.</param>
    /// <param name="testGuard">Asks a node something directly; throws <see cref="OnionException"/> when it does not answer.</param>
    /// <param name="log">For events.</param>
    public PathPool(PathMachine machine, INodeDirectory directory, Func<ServiceNode, CancellationToken, Task> testGuard, ILogger log)
    {
        _machine = machine;
        _directory = directory;
        _testGuard = testGuard;
        _log = log;
    }

    public PathSnapshot Snapshot()
    {
        lock (_lock)
        {
            return new PathSnapshot(_machine.Ready, _machine.NetworkRuleRelaxed);
        }
    }

    /// <summary>A path that holds neither the destination nor is <paramref name="except"/>, built if there is none.</summary>
    /// <exception cref="OnionException"><see cref="OnionFault.NoPath"/> or <see cref="OnionFault.NoNodes"/>.</exception>
    public async ValueTask<OnionPath> GetAsync(Ed25519PublicKey? destination, OnionPath? except, CancellationToken cancellationToken)
    {
        IReadOnlyList<ServiceNode> nodes = await _directory.GetNodesAsync(cancellationToken).ConfigureAwait(false);
        if (TryTake(nodes, destination, except) is { } ready)
        {
            return ready;
        }

        await _building.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            // The spare path under way may be the very one: its nodes are taken, so building beside it could fail for want of nodes.
            await TopUpUnderWay().WaitAsync(cancellationToken).ConfigureAwait(false);
            return TryTake(nodes, destination, except) ?? await BuildAsync(destination, cancellationToken).ConfigureAwait(false);
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
        }

        if (changed)
        {
            OnionLog.PathLost(_log, report.Reason);
        }
    }

    /// <summary>Stops background work without waiting for its end.</summary>
    public void Close() => _closing.Cancel();

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync().ConfigureAwait(false);
        await TopUpUnderWay().ConfigureAwait(false);
        _closing.Dispose();
        _building.Dispose();
    }

    private Task TopUpUnderWay()
    {
        lock (_lock)
        {
            return _topUp;
        }
    }

    private OnionPath? TryTake(IReadOnlyList<ServiceNode> nodes, Ed25519PublicKey? destination, OnionPath? except)
    {
        lock (_lock)
        {
            _machine.SetNodes(nodes);
            OnionPath? path = _machine.Choose(destination, except);
            if (path is not null && _machine.WantsMore && _topUp.IsCompleted && !_closing.IsCancellationRequested)
            {
                _topUp = TopUpAsync(_closing.Token);
            }

            return path;
        }
    }

    // A spare path, behind the back of the request that found one. Its failure is the business of whoever needs the path.
    private async Task TopUpAsync(CancellationToken cancellationToken)
    {
        await Task.Yield();
        OnionPath? candidate;
        lock (_lock)
        {
            candidate = _machine.WantsMore ? _machine.Propose(destination: null, waits: false) : null;
        }

        if (candidate is null)
        {
            return;
        }

        try
        {
            await TestAsync(candidate, cancellationToken).ConfigureAwait(false);
        }
        catch (OnionException e)
        {
            OnionLog.GuardFailed(_log, e.Fault);
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
        {
            // The client is being closed, and without waiting its transport is gone already.
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
                candidate = _machine.Propose(destination, waits: true);
            }

            if (candidate is null)
            {
                break;
            }

            try
            {
                await TestAsync(candidate, cancellationToken).ConfigureAwait(false);
                return candidate;
            }
            catch (OnionException e)
            {
                OnionLog.GuardFailed(_log, e.Fault);
                last = e;
            }
        }

        throw new OnionException(
            OnionFault.NoPath, last is null ? "There are too few usable nodes, or too few networks, for a path." : "No guard node answered.", last);
    }

    private async Task TestAsync(OnionPath candidate, CancellationToken cancellationToken)
    {
        bool answered = false, failed = false;
        try
        {
            await _testGuard(candidate.Guard, cancellationToken).ConfigureAwait(false);
            answered = true;
        }
        catch (OnionException)
        {
            failed = true;
            throw;
        }
        finally
        {
            lock (_lock)
            {
                if (answered)
                {
                    _machine.Accept(candidate);
                }
                else
                {
                    _machine.Reject(candidate, guardFailed: failed);
                }
            }
        }

        OnionLog.PathReady(_log, candidate.Hops.Count);
    }
}
