using System.Diagnostics.CodeAnalysis;
using Session.Protocol.Onion.Storage.Results;

namespace Session.Protocol.Client.Outbox;

/// <summary>How one piece fares. The tasks run their continuations elsewhere, so that nobody who waits holds up the outbox.</summary>
[SuppressMessage("Design", "CA1001:Types that own disposable fields should be disposable", Justification = "Without a timer the source holds nothing but memory, and a message is taken back at any time.")]
internal sealed class PartDelivery(OutgoingPart part)
{
    private readonly CancellationTokenSource _withdrawn = new();
    private readonly TaskCompletionSource _tried = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<StoreResult> _stored = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public OutgoingPart Part => part;

    /// <summary>Ends when it was tried once, whatever came of it.</summary>
    public Task Tried => _tried.Task;

    /// <summary>Ends when it was stored, or with the reason why it never will be.</summary>
    public Task<StoreResult> Stored => _stored.Task;

    /// <summary>Cancelled when it must not be sent any more.</summary>
    public CancellationToken Withdrawn => _withdrawn.Token;

    public void Withdraw() => _withdrawn.Cancel();

    public void Try() => _tried.TrySetResult();

    public void Complete(StoreResult result)
    {
        _stored.TrySetResult(result);
        _tried.TrySetResult();
    }

    public void Fail(Exception reason)
    {
        _stored.TrySetException(reason);

        // Nobody may be waiting: the reason was logged.
        _ = _stored.Task.Exception;
        _tried.TrySetResult();
    }
}
