using System.Buffers.Binary;
using Session.Protocol.Client.Conversations;
using Session.Protocol.Client.Ratchet;
using Session.Protocol.Client.Stores;
using Session.Protocol.Onion.Storage.Results;
using Session.Protocol.Onion.Swarms;

namespace Session.Protocol.Client.Receiving;

/// <summary>
/// The messages of one run that were taken from the swarm and not settled yet. Taking and settling may run at once; each step that
/// decides or commits runs alone, so that a cursor never overtakes a message whose commit is under way.
/// </summary>
/// <param name="reader">Reads what was opened.</param>
/// <param name="store">The account's memory.</param>
/// <param name="ratchet">The ratchet, where it is on.</param>
/// <param name="conversations">The rules.</param>
/// <param name="unwritten">What handlers have done and the store could not be told; it outlives this run.</param>
/// <param name="time">The local clock.</param>
internal sealed class Intake(
    MessageReader reader, IAccountStore store, RatchetService? ratchet, ConversationInbox conversations, Queue<(AccountChanges Changes, Admission? Admission)> unwritten, TimeProvider time) : IDisposable
{
    private readonly SemaphoreSlim _oneStep = new(1, 1);
    private readonly Dictionary<MessageKey, Delivery> _open = [];
    private readonly HashSet<string> _openHashes = new(StringComparer.Ordinal);
    private readonly Dictionary<MessageKey, int> _failures = [];

    public RunCursor Cursor { get; } = new(store);

    /// <summary>Messages that were opened in an earlier run and not settled: they are nowhere else any more.</summary>
    public async ValueTask<IReadOnlyList<PendingMessage>> StartAsync(CancellationToken cancellationToken)
    {
        // While this fails, what a handler does next could not be remembered either, so none is called.
        while (unwritten.TryPeek(out (AccountChanges Changes, Admission? Admission) late))
        {
            await CommitAsync(late.Changes, late.Admission).ConfigureAwait(false);
            _ = unwritten.Dequeue();
        }

        foreach (AccountStateKey key in await store.ListStatesAsync(AccountStateKind.HandlerFailures, cancellationToken).ConfigureAwait(false))
        {
            if (FailureCount.TryParse(key.Name, out MessageKey message)
                && await store.LoadStateAsync(key, cancellationToken).ConfigureAwait(false) is { Length: sizeof(int) } count)
            {
                _failures[message] = BinaryPrimitives.ReadInt32LittleEndian(count);
            }
        }

        return await WaitingMessages.ListAsync(store, AccountStateKind.PendingMessage, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>A message of version 1. Null when it needs no handler: it was handled, is on its way already, or is of no use.</summary>
    public async ValueTask<Delivery?> TakeAsync(StoredMessage stored, CursorBatch batch, CancellationToken cancellationToken)
    {
        if (await IsKnownAsync(stored, cancellationToken).ConfigureAwait(false))
        {
            return null;
        }

        (ReceivedMessage Message, ReadOnlyMemory<byte> Content)? read = reader.Read(stored);
        DateTimeOffset expiresAt = Retention.Of(stored, time.GetUtcNow());
        if (read is not { } opened)
        {
            await CommitAsync(Handled(stored.Hash, expiresAt, key: null)).ConfigureAwait(false);
            return null;
        }

        if (ratchet is not null)
        {
            await ratchet.LearnAsync(opened.Message.Sender, opened.Message.Content.CapabilityRecord, cancellationToken).ConfigureAwait(false);
        }

        MessageKey key = opened.Message.Key;
        var delivery = new Delivery(opened.Message, key, opened.Content, expiresAt, stored.Expiration, Known(Handled(stored.Hash, expiresAt, key), opened.Message, SwarmNamespace.Default), batch);
        return await OpenAsync(delivery, mayBeHandled: true, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Opens a ratcheted message. Null when it was handled, is on its way already, or cannot be opened.</summary>
    public async ValueTask<PendingMessage?> OpenRatchetedAsync(
        StoredMessage stored, Action<UndecryptableMessageEventArgs> report, CancellationToken cancellationToken) =>
        await IsKnownAsync(stored, cancellationToken).ConfigureAwait(false)
            ? null
            : await ratchet!.OpenAsync(stored, report, cancellationToken).ConfigureAwait(false);

    /// <summary>A message that the store holds; see <see cref="TakeAsync"/>.</summary>
    /// <param name="pending">The message.</param>
    /// <param name="batch">The look that brought it; null when no position waits for it.</param>
    /// <param name="mayBeHandled">False for what a handler is to see once more.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async ValueTask<Delivery?> TakePendingAsync(PendingMessage pending, CursorBatch? batch, bool mayBeHandled, CancellationToken cancellationToken)
    {
        var changes = new AccountChanges
        {
            Handled = [new HandledMessage(pending.Hash, pending.ExpiresAt, pending.Key)],
            States = [new AccountState(WaitingMessages.Key(AccountStateKind.PendingMessage, pending.Hash), default)],
        };
        if (reader.Read(pending.Content, pending.Key.Author, pending.Key.SentMilliseconds, pending.Hash, pending.Protection) is not { } opened)
        {
            await CommitAsync(changes).ConfigureAwait(false);
            return null;
        }

        ReceivedMessage message = pending.Group is { } group ? opened.Message with { Conversation = group } : opened.Message;
        var delivery = new Delivery(message, pending.Key, opened.Content, pending.ExpiresAt, pending.StoredUntilMs, Known(changes, message, RatchetService.Space), batch);
        return await OpenAsync(delivery, mayBeHandled, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>All messages of a look were taken: the next one goes on behind them.</summary>
    public async ValueTask CompleteAsync(CursorBatch batch, CancellationToken cancellationToken)
    {
        await _oneStep.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            Cursor.Complete(batch);
            await CommitStepAsync(new AccountChanges()).ConfigureAwait(false);
        }
        finally
        {
            _oneStep.Release();
        }
    }

    /// <summary>Applies the rules of conversations, once per message and in the order of its conversation.</summary>
    /// <returns>False when the message is to be dropped; it is settled without a handler then.</returns>
    public async ValueTask<bool> AdmitAsync(Delivery delivery, CancellationToken cancellationToken) =>
        delivery.Admit(await conversations.AdmitAsync(delivery.Message, delivery.Content, delivery.StoredUntilMs, cancellationToken).ConfigureAwait(false));

    /// <summary>
    /// The message was handled, or set aside: it never comes again. Not cancelled, because it has happened. If the store fails, the next run
    /// begins with it.
    /// </summary>
    /// <param name="delivery">The message.</param>
    /// <param name="states">What is committed together with it.</param>
    public async ValueTask SettleAsync(Delivery delivery, params IReadOnlyList<AccountState> states)
    {
        await _oneStep.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        try
        {
            bool isHandled = states.Count == 0;
            if (delivery.Failures > 0)
            {
                states = [.. states, FailureCount.None(delivery.Key)];
            }

            AccountChanges settled = delivery.Changes with { States = [.. delivery.Changes.States, .. states] };
            Close(delivery, -1);
            try
            {
                await CommitStepAsync(settled, delivery.Admission).ConfigureAwait(false);
            }
            catch
            {
                Close(delivery, 1);

                // A message that could not be set aside comes again, but the attempt was made.
                unwritten.Enqueue(isHandled ? (settled, delivery.Admission) : (Failed(delivery, delivery.Failures + 1), null));
                throw;
            }

            _ = _open.Remove(delivery.Key);
            _ = _failures.Remove(delivery.Key);
            _openHashes.ExceptWith(delivery.Changes.Handled.Select(x => x.Hash));
        }
        finally
        {
            _oneStep.Release();
        }
    }

    /// <summary>Whether the handler has answered it (<see cref="ISessionClient.EnqueueAsync"/>): then it was handled, whatever came afterwards.</summary>
    public async ValueTask<bool> IsAnsweredAsync(Delivery delivery) => delivery.KeptAs is { } entry
        ? await store.LoadStateAsync(entry, CancellationToken.None).ConfigureAwait(false) is null
        : await store.IsHashHandledAsync(delivery.Message.Hash, CancellationToken.None).ConfigureAwait(false);

    /// <summary>The handler failed once more; the count survives a crash.</summary>
    public async ValueTask FailAsync(Delivery delivery)
    {
        AccountChanges failed = Failed(delivery, ++delivery.Failures);
        await _oneStep.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        try
        {
            await CommitStepAsync(failed).ConfigureAwait(false);
        }
        catch
        {
            unwritten.Enqueue((failed, null));
            throw;
        }
        finally
        {
            _oneStep.Release();
        }
    }

    public void Dispose() => _oneStep.Dispose();

    private static AccountChanges Failed(Delivery delivery, int failures) => new() { States = [FailureCount.Of(delivery.Key, failures, delivery.ExpiresAt)] };

    private static AccountChanges Handled(string hash, DateTimeOffset expiresAt, MessageKey? key) => new() { Handled = [new HandledMessage(hash, expiresAt, key)] };

    /// <summary>Remembers also under which name the own swarm stores a message that its author may delete some day.</summary>
    private static AccountChanges Known(AccountChanges handled, ReceivedMessage message, SwarmNamespace space) => ContactRules.IsInGroup(message) || !ContactRules.IsVisible(message.Content)
        ? handled
        : handled with { States = [.. handled.States, OwnCopies.Remember(message.Key, space, message.Hash, handled.Handled[0].ExpiresAt)] };

    private static void Close(Delivery delivery, int change)
    {
        if (delivery.Batch is { } batch)
        {
            batch.Open += change;
        }
    }

    private async ValueTask<bool> IsKnownAsync(StoredMessage stored, CancellationToken cancellationToken)
    {
        await _oneStep.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return _openHashes.Contains(stored.Hash) || await store.IsHashHandledAsync(stored.Hash, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _oneStep.Release();
        }
    }

    /// <summary>Makes it one of the open messages, or part of the open message that it is a twin of, or drops it.</summary>
    private async ValueTask<Delivery?> OpenAsync(Delivery delivery, bool mayBeHandled, CancellationToken cancellationToken)
    {
        await _oneStep.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            IEnumerable<string> hashes = delivery.Changes.Handled.Select(x => x.Hash);
            if (_open.TryGetValue(delivery.Key, out Delivery? twin))
            {
                _openHashes.UnionWith(hashes);
                twin.Absorb(delivery.Changes);
                return null;
            }

            if (mayBeHandled && await store.IsMessageHandledAsync(delivery.Key, cancellationToken).ConfigureAwait(false))
            {
                await CommitStepAsync(delivery.Changes).ConfigureAwait(false);
                return null;
            }

            delivery.Failures = _failures.GetValueOrDefault(delivery.Key);
            _openHashes.UnionWith(hashes);
            _open.Add(delivery.Key, delivery);
            Close(delivery, 1);
            return delivery;
        }
        finally
        {
            _oneStep.Release();
        }
    }

    private async ValueTask CommitAsync(AccountChanges changes, Admission? admission = null)
    {
        await _oneStep.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        try
        {
            await CommitStepAsync(changes, admission).ConfigureAwait(false);
        }
        finally
        {
            _oneStep.Release();
        }
    }

    /// <summary>Commits, together with the positions that nothing holds back any more. Within a step.</summary>
    private async ValueTask CommitStepAsync(AccountChanges changes, Admission? admission = null)
    {
        AccountChanges all = changes with { Positions = Cursor.Learnable() };
        if (all is { Handled.Count: 0, States.Count: 0, Positions.Count: 0 })
        {
            return;
        }

        if (admission is null)
        {
            await store.CommitAsync(all, CancellationToken.None).ConfigureAwait(false);
        }
        else
        {
            await conversations.AcknowledgeAsync(admission, all).ConfigureAwait(false);
        }

        Cursor.Forget();
    }
}
