using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.ExceptionServices;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Session.Protocol.Accounts;
using Session.Protocol.Client.Ratchet;
using Session.Protocol.Client.Stores;

namespace Session.Protocol.Client.Receiving;

/// <summary>
/// Gives messages to a handler: those of one conversation one after the other, conversations beside each other. What it holds is
/// bounded, and when that is full it takes no more. An idle conversation costs nothing.
/// </summary>
[SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "A handler may throw anything, and a worker's exception is kept for whoever waits for the end.")]
internal sealed class MessageDispatcher(
    Intake intake,
    Func<ReceivedMessage, CancellationToken, ValueTask> handler,
    HandlingOptions options,
    Action<MessageSetAsideEventArgs> setAside,
    ReceiverMonitor monitor,
    TimeProvider time,
    ILogger logger) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<AccountId, Queue<Delivery>> _conversations = [];
    private readonly HashSet<Task> _workers = [];
    private readonly SemaphoreSlim _room = new(options.MaxWaiting);
    private readonly SemaphoreSlim _slots = new(options.MaxParallel);
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationTokenSource _handlers = new();
    private Exception? _broken;

    /// <summary>Runs until the token is cancelled and the handlers have ended, or until the store fails.</summary>
    /// <param name="deliveries">Where messages come from.</param>
    /// <param name="cancellationToken">Ends it: nothing more is fetched or started, what runs is finished.</param>
    public async Task RunAsync(Func<CancellationToken, IAsyncEnumerable<Delivery>> deliveries, CancellationToken cancellationToken)
    {
        using CancellationTokenRegistration stop = cancellationToken.UnsafeRegister(static x => ((CancellationTokenSource)x!).Cancel(), _stopping);
        try
        {
            await _room.WaitAsync(_stopping.Token).ConfigureAwait(false);
            await foreach (Delivery delivery in deliveries(_stopping.Token).ConfigureAwait(false))
            {
                Enqueue(delivery);
                await _room.WaitAsync(_stopping.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // The end that was asked for.
        }
        finally
        {
            await DrainAsync().ConfigureAwait(false);
        }

        if (_broken is not null)
        {
            ExceptionDispatchInfo.Throw(_broken);
        }
    }

    public void Dispose()
    {
        _room.Dispose();
        _slots.Dispose();
        _stopping.Dispose();
        _handlers.Dispose();
    }

    private void Enqueue(Delivery delivery)
    {
        monitor.Held(1);
        lock (_gate)
        {
            if (_conversations.TryGetValue(delivery.Message.Conversation, out Queue<Delivery>? queue))
            {
                queue.Enqueue(delivery);
                return;
            }

            queue = new Queue<Delivery>([delivery]);
            _conversations.Add(delivery.Message.Conversation, queue);
            Task worker = Task.Run(() => WorkAsync(delivery.Message.Conversation, queue));
            _ = _workers.Add(worker);
            _ = worker.ContinueWith(Forget, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }

    private void Forget(Task worker)
    {
        lock (_gate)
        {
            _ = _workers.Remove(worker);
        }
    }

    private async Task WorkAsync(AccountId conversation, Queue<Delivery> queue)
    {
        try
        {
            while (Peek(conversation, queue) is { } delivery)
            {
                await HandleAsync(delivery).ConfigureAwait(false);
                lock (_gate)
                {
                    _ = queue.Dequeue();
                }

                monitor.Held(-1);
                _ = _room.Release();
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // What is left was not settled: it comes again.
        }
        catch (Exception e)
        {
            _ = Interlocked.CompareExchange(ref _broken, e, null);
            await _stopping.CancelAsync().ConfigureAwait(false);
        }
    }

    private Delivery? Peek(AccountId conversation, Queue<Delivery> queue)
    {
        lock (_gate)
        {
            if (!queue.TryPeek(out Delivery? next))
            {
                _ = _conversations.Remove(conversation);
            }

            return next;
        }
    }

    /// <summary>Tries until the message is settled: handled, or set aside.</summary>
    private async ValueTask HandleAsync(Delivery delivery)
    {
        if (!await intake.AdmitAsync(delivery, _stopping.Token).ConfigureAwait(false))
        {
            await intake.SettleAsync(delivery).ConfigureAwait(false);
            return;
        }

        while (true)
        {
            Exception? failure = await TryAsync(delivery).ConfigureAwait(false);
            if (failure is null || await intake.IsAnsweredAsync(delivery).ConfigureAwait(false))
            {
                await intake.SettleAsync(delivery).ConfigureAwait(false);
                return;
            }

            if (delivery.Failures + 1 >= options.MaxAttempts)
            {
                await SetAsideAsync(delivery, failure).ConfigureAwait(false);
                return;
            }

            await intake.FailAsync(delivery).ConfigureAwait(false);
            TimeSpan pause = Pause(delivery.Failures);
            ClientLog.HandlerFailed(logger, failure.GetType(), delivery.Failures, pause, failure.StackTrace);
            await Task.Delay(pause, time, _stopping.Token).ConfigureAwait(false);
        }
    }

    /// <summary>One attempt. What a handler throws is its author's business and never ends receiving.</summary>
    private async ValueTask<Exception?> TryAsync(Delivery delivery)
    {
        await _slots.WaitAsync(_stopping.Token).ConfigureAwait(false);
        try
        {
            _stopping.Token.ThrowIfCancellationRequested();
            return await TimedAsync(delivery.Message).ConfigureAwait(false);
        }
        finally
        {
            _ = _slots.Release();
        }
    }

    private async ValueTask<Exception?> TimedAsync(ReceivedMessage message)
    {
        KeyValuePair<string, object?> kind = SessionTelemetry.Kind(message.Content);
        using Activity? activity = SessionTelemetry.Activities.StartActivity("session.message.handle", ActivityKind.Consumer);
        activity?.SetTag(kind.Key, kind.Value);
        long start = time.GetTimestamp();
        Exception? failure = null;
        try
        {
            await handler(message, _handlers.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception e)
        {
            failure = e;
            activity?.SetStatus(ActivityStatusCode.Error, e.GetType().Name);
        }

        SessionTelemetry.Handled.Record(time.GetElapsedTime(start).TotalSeconds, kind, SessionTelemetry.Outcome(failure is null ? "ok" : "failed"));
        return failure;
    }

    private async ValueTask SetAsideAsync(Delivery delivery, Exception failure)
    {
        int attempts = delivery.Failures + 1;
        AccountId? group = delivery.Message.Conversation.Prefix == AccountIdPrefix.Group ? delivery.Message.Conversation : null;
        var kept = new PendingMessage(
            delivery.Message.Hash, delivery.Key, delivery.ExpiresAt, delivery.StoredUntilMs, delivery.Message.Protection, delivery.Content, group);
        byte[] entry = kept.Write();
        try
        {
            await intake.SettleAsync(delivery, new AccountState(WaitingMessages.Key(AccountStateKind.SetAsideMessage, kept.Hash), entry, kept.ExpiresAt)).ConfigureAwait(false);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(entry);
        }

        monitor.SetAside();
        SessionTelemetry.SetAside.Add(1);
        ClientLog.SetAside(logger, failure.GetType(), attempts, failure.StackTrace);
        setAside(new MessageSetAsideEventArgs(delivery.Message, attempts, failure));
    }

    private TimeSpan Pause(int failures)
    {
        // Doubling stops before it could overflow; the limit is reached long before that.
        double ticks = options.RetryDelay.Ticks * Math.Pow(2, Math.Min(failures - 1, 20));
        return TimeSpan.FromTicks((long)Math.Min(ticks, options.MaxRetryDelay.Ticks));
    }

    private async ValueTask DrainAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        Task[] running;
        lock (_gate)
        {
            running = [.. _workers];
        }

        Task all = Task.WhenAll(running);
        await all.WaitAsync(options.DrainTimeout, time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _handlers.CancelAsync().ConfigureAwait(false);
        await all.ConfigureAwait(false);
        lock (_gate)
        {
            monitor.Held(-_conversations.Values.Sum(x => x.Count));
        }
    }
}
