using System.Collections.Concurrent;

namespace Session.Protocol.LocalNetwork;

/// <summary>
/// The inner channel to one node, which clients never see: direct calls while the node runs, waiting for the time limit when it
/// does not, and the commands it missed in between (recorded entries 166 to 177).
/// </summary>
internal sealed class PeerLink(LocalNode node)
{
    /// <summary>A node that was stopped hears what it missed only after its swarm has found it again, milliseconds.</summary>
    private const long ReconnectDelay = 10_000;

    /// <summary>More missed commands than any test makes; older ones are dropped.</summary>
    private const int MaxMissed = 10_000;

    private readonly ConcurrentQueue<Action> _missed = new();
    private volatile NodeCondition _condition;
    private long _deliverAt;
    private TaskCompletionSource? _held;

    public NodeCondition Condition => _condition;

    public void SetCondition(NodeCondition condition)
    {
        Interlocked.Exchange(ref _deliverAt, node.Now + (Condition == NodeCondition.Stopped ? ReconnectDelay : 0));
        _condition = condition;
        Deliver();
    }

    /// <summary>True at once when the node runs; false after the time limit when it does not.</summary>
    public async ValueTask<bool> ReachAsync(TimeSpan limit, CancellationToken cancellationToken)
    {
        if (Condition == NodeCondition.Running)
        {
            return true;
        }

        await Task.Delay(limit, node.Network.Clock, cancellationToken).ConfigureAwait(false);
        return false;
    }

    /// <summary>Ends when a client next waits for this frozen node.</summary>
    public Task NextRequestHeld() => (_held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    /// <summary>Keeps a client waiting until it gives up.</summary>
    public async Task HoldAsync(CancellationToken clientGone)
    {
        _held?.TrySetResult();
        var gone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using (clientGone.Register(gone.SetResult).ConfigureAwait(false))
        {
            await gone.Task.ConfigureAwait(false);
        }
    }

    /// <summary>Keeps a command for a node that did not answer.</summary>
    public void Miss(Action command)
    {
        _missed.Enqueue(command);
        if (_missed.Count > MaxMissed)
        {
            _missed.TryDequeue(out _);
        }
    }

    /// <summary>Hands over missed commands once their time has come; called before the node works on anything.</summary>
    public void Deliver()
    {
        while (Condition == NodeCondition.Running && node.Now >= Interlocked.Read(ref _deliverAt) && _missed.TryDequeue(out Action? command))
        {
            command();
        }
    }
}
