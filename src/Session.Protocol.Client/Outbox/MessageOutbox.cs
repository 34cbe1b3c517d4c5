using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using Session.Protocol.Accounts;
using Session.Protocol.Client.History;
using Session.Protocol.Client.Stores;
using Session.Protocol.Cryptography;
using Session.Protocol.Onion;
using Session.Protocol.Onion.Storage;
using Session.Protocol.Onion.Storage.Results;
using Session.Protocol.Onion.Swarms;

namespace Session.Protocol.Client.Outbox;

/// <summary>
/// What is on its way out. Messages are committed to the account's store before anything leaves, tried until the swarm has stored
/// them, and then deleted there; what a former run left is taken up again. Safe for concurrent use.
/// </summary>
internal sealed class MessageOutbox(
    ISwarmClient swarm, IAccountStore store, INetworkClock clock, TimeProvider time, IRandomSource random, OutboxOptions options, ILogger logger) : IAsyncDisposable
{
    /// <summary>Messages of a former run that are sent at the same time: not all of a long list at once.</summary>
    private const int MaxResumed = 4;

    /// <summary>Doubling stops before it could overflow; the longest delay is reached long before that.</summary>
    private const int MaxDoublings = 20;

    private readonly CancellationTokenSource _closing = new();
    private readonly Lock _gate = new();
    private HashSet<long>? _started = [];
    private readonly HashSet<Task> _running = [];
    private readonly HashSet<OutboxDelivery> _open = [];

    // Of messages that are committed and not yet among the open ones.
    private readonly HashSet<AccountStateKey> _withdrawn = [];
    private bool _isResumed;

    /// <summary>Messages to groups can be stored while this is set; without it, those of a former run stay for the next.</summary>
    public IGroupPost? Groups { get; set; }

    /// <summary>What has to forget a message that the network refused.</summary>
    public MessageHistory? History { get; set; }

    /// <summary>Takes up what a former run left, once.</summary>
    public void Resume()
    {
        lock (_gate)
        {
            if (!_isResumed && !_closing.IsCancellationRequested)
            {
                _isResumed = true;
                Run(ResumeAsync);
            }
        }
    }

    /// <summary>Keeps the outbox's own hands off a message that is about to be committed: whoever commits it delivers it.</summary>
    public void Expect(long sentMs)
    {
        lock (_gate)
        {
            _started?.Add(sentMs);
        }
    }

    /// <summary>Sends a message that is committed.</summary>
    /// <exception cref="ObjectDisposedException">The client is closed; the message goes out in the next run.</exception>
    public OutboxDelivery Deliver(OutgoingMessage message)
    {
        var delivery = new OutboxDelivery(message);
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_closing.IsCancellationRequested, this);
            Run(() => DeliverAsync(delivery));
        }

        return delivery;
    }

    /// <summary>Sends what is committed and nobody waits for: a question, an answer. If the client is closing, the next run does.</summary>
    public void DeliverUnattended(OutgoingMessage message)
    {
        lock (_gate)
        {
            if (!_closing.IsCancellationRequested)
            {
                Run(() => DeliverAsync(new OutboxDelivery(message)));
            }
        }
    }

    /// <summary>
    /// Takes a message back: none of its pieces is sent any more, and they leave the store with the commit of what is asked of those who may have
    /// it already. A piece that was under way may have arrived, so that is asked in any case. When it cannot be asked, they leave the store all the same.
    /// </summary>
    /// <param name="sentMs">The message's time.</param>
    /// <param name="mailbox">Takes back what goes to this account only; null for all.</param>
    /// <param name="ask">Commits the request with these changes; none when nothing of the message is in the outbox.</param>
    /// <param name="cancellationToken">Cancels before anything changes.</param>
    public async ValueTask<T> TakeBackAsync<T>(long sentMs, AccountId? mailbox, Func<AccountChanges, ValueTask<T>> ask, CancellationToken cancellationToken)
    {
        var changes = new AccountChanges { States = await WithdrawAsync(sentMs, mailbox, cancellationToken).ConfigureAwait(false) };
        try
        {
            return await ask(changes).ConfigureAwait(false);
        }
        catch when (changes.States.Count > 0)
        {
            await store.CommitAsync(changes, CancellationToken.None).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Stops. What was not stored yet stays in the store.</summary>
    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync().ConfigureAwait(false);
        Task[] running;
        lock (_gate)
        {
            running = [.. _running];
        }

        await Task.WhenAll(running).ConfigureAwait(false);
        _closing.Dispose();
    }

    /// <summary>Starts work that is waited for at the end. Within the gate.</summary>
    private void Run(Func<Task> work)
    {
        var task = Task.Run(work);
        _running.Add(task);
        _ = task.ContinueWith(
            x =>
            {
                lock (_gate)
                {
                    _running.Remove(x);
                }
            },
            CancellationToken.None,
            TaskContinuationOptions.None,
            TaskScheduler.Default);
    }

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "Nobody waits for this; the messages stay in the store for the next run.")]
    private async Task ResumeAsync()
    {
        try
        {
            IReadOnlyList<AccountStateKey> keys = await store.ListStatesAsync(AccountStateKind.OutgoingMessage, _closing.Token).ConfigureAwait(false);
            IGrouping<long, AccountStateKey>[] messages;
            lock (_gate)
            {
                messages = [.. keys.GroupBy(OutgoingPart.MessageOf).Where(x => !_started!.Contains(x.Key)).OrderBy(x => x.Key)];
                _started = null;
            }

            var parallel = new ParallelOptions { MaxDegreeOfParallelism = MaxResumed, CancellationToken = _closing.Token };
            await Parallel.ForEachAsync(messages, parallel, async (message, _) => await ResumeAsync(message).ConfigureAwait(false)).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_closing.IsCancellationRequested)
        {
            // The next run takes them up.
        }
        catch (Exception e)
        {
            ClientLog.OutboxNotRead(logger, e.GetType().Name);
        }
    }

    /// <summary>Stops pieces that the store holds, and gives what takes them out of it.</summary>
    private async ValueTask<IReadOnlyList<AccountState>> WithdrawAsync(long sentMs, AccountId? mailbox, CancellationToken cancellationToken)
    {
        IReadOnlyList<AccountStateKey> keys = await store.ListStatesAsync(AccountStateKind.OutgoingMessage, cancellationToken).ConfigureAwait(false);
        List<OutgoingPart> parts = await LoadAsync(keys.Where(x => OutgoingPart.MessageOf(x) == sentMs), cancellationToken).ConfigureAwait(false);

        // Keys of a group count as given once they are in the store, so they go out even without the message.
        _ = parts.RemoveAll(x => (mailbox is { } one && x.Account != one) || (IsForGroup(x) && x.Number == 0));
        HashSet<AccountStateKey> pieces = [.. parts.Select(x => x.Key)];
        OutboxDelivery[] open;
        lock (_gate)
        {
            open = [.. _open];
            _withdrawn.UnionWith(pieces.Except(open.SelectMany(x => x.Keys)));
        }

        // Whoever is waited for by a piece goes on within this call, so the gate is open again.
        Array.ForEach(open, x => x.Withdraw(pieces));

        foreach (OutgoingPart part in parts)
        {
            await NoteTroubleAsync(part, failuresBefore: 0).ConfigureAwait(false);
        }

        return [.. parts.Select(x => x.Removed())];
    }

    private async ValueTask<List<OutgoingPart>> LoadAsync(IEnumerable<AccountStateKey> keys, CancellationToken cancellationToken)
    {
        var parts = new List<OutgoingPart>();
        foreach (AccountStateKey key in keys)
        {
            if (await store.LoadStateAsync(key, cancellationToken).ConfigureAwait(false) is { } bytes)
            {
                parts.Add(OutgoingPart.Read(key, bytes));
            }
        }

        return parts;
    }

    private async Task ResumeAsync(IGrouping<long, AccountStateKey> message)
    {
        List<OutgoingPart> parts = await LoadAsync(message, _closing.Token).ConfigureAwait(false);
        if (parts.Count > 0 && (Groups is not null || !IsForGroup(parts[0])))
        {
            parts.Sort((x, y) => x.Index.CompareTo(y.Index));
            await DeliverAsync(new OutboxDelivery(new OutgoingMessage(parts[0].Account, message.Key, default, IsKept: true, parts))).ConfigureAwait(false);
        }
    }

    private async Task DeliverAsync(OutboxDelivery delivery)
    {
        lock (_gate)
        {
            _open.Add(delivery);
            delivery.Withdraw(_withdrawn);
            _withdrawn.ExceptWith(delivery.Keys);
        }

        try
        {
            await SendAsync(delivery).ConfigureAwait(false);
        }
        finally
        {
            lock (_gate)
            {
                _open.Remove(delivery);
            }
        }
    }

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "The reason is handed to whoever waits for the message.")]
    private async Task SendAsync(OutboxDelivery delivery)
    {
        bool isKept = delivery.Message.IsKept;
        var pieces = new List<Task>();
        foreach (PartDelivery piece in delivery.Parts)
        {
            pieces.Add(DeliverAsync(piece, isKept));
            await piece.Tried.ConfigureAwait(false);
        }

        try
        {
            if (delivery.Parts.Count > 0)
            {
                await delivery.FirstStoredAsync().ConfigureAwait(false);
            }

            await Task.WhenAll(delivery.Copies.Select(x => DeliverAsync(x, isKept))).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            await Task.WhenAll(delivery.Copies.Select(x => AbandonAsync(x, isKept, e))).ConfigureAwait(false);
            if (e is OnionException && History is { IsOn: true } history)
            {
                await ForgetAsync(history, delivery.Message).ConfigureAwait(false);
            }
        }

        await Task.WhenAll(pieces).ConfigureAwait(false);
    }

    /// <summary>A message that never went out is not history.</summary>
    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "Nobody waits for this; whoever sent the message has the network's refusal.")]
    private async Task ForgetAsync(MessageHistory history, OutgoingMessage message)
    {
        try
        {
            await store.CommitAsync(new AccountChanges { Messages = history.Refused(message) }, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            ClientLog.HistoryNotChanged(logger, e.GetType().Name);
        }
    }

    /// <summary>A copy of a message that never went out would tell the sender's other devices something untrue.</summary>
    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "The reason is handed to whoever waits for the message.")]
    private async Task AbandonAsync(PartDelivery copy, bool isKept, Exception reason)
    {
        try
        {
            await RemoveAsync(copy.Part, isKept && reason is OnionException).ConfigureAwait(false);
            copy.Fail(reason);
        }
        catch (Exception e)
        {
            copy.Fail(e);
        }
    }

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "The reason is handed to whoever waits for the message.")]
    private async Task DeliverAsync(PartDelivery delivery, bool isKept)
    {
        try
        {
            delivery.Complete(await StoreAsync(delivery, isKept).ConfigureAwait(false));
        }
        catch (Exception e)
        {
            delivery.Fail(e);
        }
    }

    private async Task<StoreResult> StoreAsync(PartDelivery delivery, bool isKept)
    {
        OutgoingPart part = delivery.Part;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(_closing.Token, delivery.Withdrawn);
        for (int failures = 0; ; failures++)
        {
            try
            {
                stop.Token.ThrowIfCancellationRequested();
                SwarmCredentials? rights = IsForGroup(part) ? await Groups!.RightsAsync(part.Account, stop.Token).ConfigureAwait(false) : null;
                StoreResult result = await swarm.StoreAsync(part.Account, part.Space, part.Data, part.Lifetime, rights, stop.Token).ConfigureAwait(false);
                ClientLog.Stored(logger, part.Data.Length, result.Swarm.Confirmations);
                SessionTelemetry.Sent.Add(1);
                await RemoveStoredAsync(part, isKept).ConfigureAwait(false);
                return result;
            }
            catch (OnionException e) when (isKept && e.IsTransient && clock.Now < part.GiveUpAt)
            {
                await NoteTroubleAsync(part, failures).ConfigureAwait(false);
                TimeSpan delay = Delay(failures);
                ClientLog.NotStoredYet(logger, failures + 1, e.Fault, delay);
                delivery.Try();
                await Task.Delay(delay, time, stop.Token).ConfigureAwait(false);
            }
            catch (OnionException e)
            {
                ClientLog.GivenUp(logger, e.Fault, part.IsCopy);
                await NoteTroubleAsync(part, failures).ConfigureAwait(false);
                await RemoveAsync(part, isKept).ConfigureAwait(false);
                throw;
            }
        }
    }

    /// <summary>The message has arrived, whatever the store says: at worst the next run sends the same bytes again, and the swarm has them once.</summary>
    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "Whoever waits for the message would take it for not sent, and send it twice.")]
    private async ValueTask RemoveStoredAsync(OutgoingPart part, bool isKept)
    {
        try
        {
            await RemoveAsync(part, isKept).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            ClientLog.OutboxNotCleared(logger, e.GetType().Name);
        }
    }

    private async ValueTask NoteTroubleAsync(OutgoingPart part, int failuresBefore)
    {
        if (failuresBefore == 0 && IsForGroup(part))
        {
            await Groups!.NotStoredAsync(part, _closing.Token).ConfigureAwait(false);
        }
    }

    private static bool IsForGroup(OutgoingPart part) => part.Account.Prefix == AccountIdPrefix.Group;

    private async ValueTask RemoveAsync(OutgoingPart part, bool isKept)
    {
        if (isKept)
        {
            await store.CommitAsync(new AccountChanges { States = [part.Removed()] }, CancellationToken.None).ConfigureAwait(false);
        }
    }

    /// <summary>Doubles to the longest delay, then takes off up to half of it, so that many clients do not come back at the same time.</summary>
    private TimeSpan Delay(int failures)
    {
        double longest = Math.Min(options.RetryDelay.Ticks * Math.Pow(2, Math.Min(failures, MaxDoublings)), options.MaxRetryDelay.Ticks);
        Span<byte> bytes = stackalloc byte[sizeof(ushort)];
        random.Fill(bytes);
        return TimeSpan.FromTicks((long)(longest * (1 - (BitConverter.ToUInt16(bytes) / (2.0 * ushort.MaxValue)))));
    }
}
