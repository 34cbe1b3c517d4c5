using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Session.Protocol.Accounts;
using Session.Protocol.Client.Conversations;
using Session.Protocol.Client.Groups;
using Session.Protocol.Client.Ratchet;
using Session.Protocol.Client.Receiving;
using Session.Protocol.Client.Stores;
using Session.Protocol.Groups;
using Session.Protocol.Onion;
using Session.Protocol.Onion.Storage;
using Session.Protocol.Onion.Storage.Results;
using Session.Protocol.Onion.Swarms;
using Session.Protocol.Onion.Transport;

namespace Session.Protocol.Client;

/// <summary>The account's one poller (protocol/25). It is driven by whoever takes its messages: none is fetched that nobody waits for.</summary>
internal sealed class MessageReceiver(
    SessionIdentity identity,
    ISwarmClient swarm,
    IAccountStore store,
    RatchetService? ratchet,
    GroupService? groups,
    ConversationInbox conversations,
    ReadTimers timers,
    OwnCopies copies,
    SessionClientOptions options,
    TimeProvider time,
    PollPace pace,
    ILogger logger)
{
    /// <summary>Longest time for one look. Each request has a limit of its own; this one is for what nobody thought of.</summary>
    private static readonly TimeSpan PollTimeout = TimeSpan.FromMinutes(2);

    private readonly MessageReader _reader = new(identity, options, logger);
    private readonly SwarmQuery _query = new(identity.AccountId, ratchet is null ? [SwarmNamespace.Default] : [RatchetService.Space, SwarmNamespace.Default])
    {
        Credentials = SwarmCredentials.ForAccount(identity),
        Redundancy = options.PollRedundancy,
    };

    /// <summary>What handlers have done and the store could not be told, in order: its disk was full. One run at a time uses it.</summary>
    private readonly Queue<(AccountChanges Changes, Admission? Admission)> _unwritten = new();

    public ReceiverMonitor Monitor { get; } = new(time);

    /// <summary>One message after the other; asking for the next settles the one before.</summary>
    /// <param name="report">Called for a ratcheted message that cannot be opened.</param>
    /// <param name="cancellationToken">Ends the enumeration.</param>
    public async IAsyncEnumerable<ReceivedMessage> ReceiveAsync(Action<UndecryptableMessageEventArgs> report, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var intake = new Intake(_reader, store, ratchet, conversations, _unwritten, time);
        await foreach (Delivery delivery in DeliveriesAsync(intake, report, cancellationToken).ConfigureAwait(false))
        {
            if (await intake.AdmitAsync(delivery, cancellationToken).ConfigureAwait(false))
            {
                yield return delivery.Message;
            }

            // Only now, after the message was handled: a crash before this line hands it out again. Asking for the next one
            // with a token that is cancelled meanwhile still counts.
            await intake.SettleAsync(delivery).ConfigureAwait(false);
        }
    }

    /// <summary>Gives every message to a handler, conversations beside each other, until the token is cancelled.</summary>
    /// <param name="handler">What to do with a message.</param>
    /// <param name="handling">How handlers run.</param>
    /// <param name="report">Called for a ratcheted message that cannot be opened.</param>
    /// <param name="setAside">Called for a message whose handler failed too often.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task HandleAsync(
        Func<ReceivedMessage, CancellationToken, ValueTask> handler,
        HandlingOptions handling,
        Action<UndecryptableMessageEventArgs> report,
        Action<MessageSetAsideEventArgs> setAside,
        CancellationToken cancellationToken)
    {
        using var intake = new Intake(_reader, store, ratchet, conversations, _unwritten, time);
        using var dispatcher = new MessageDispatcher(intake, handler, handling, setAside, Monitor, time, logger);
        await dispatcher.RunAsync(token => DeliveriesAsync(intake, report, token), cancellationToken).ConfigureAwait(false);
    }

    private async IAsyncEnumerable<Delivery> DeliveriesAsync(
        Intake intake, Action<UndecryptableMessageEventArgs> report, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Monitor.Expect(TimeSpan.Zero);
        try
        {
            foreach (PendingMessage pending in await intake.StartAsync(cancellationToken).ConfigureAwait(false))
            {
                cancellationToken.ThrowIfCancellationRequested();
                foreach (Delivery delivery in await TakePendingAsync(intake, pending, batch: null, mayBeHandled: false, cancellationToken).ConfigureAwait(false))
                {
                    Monitor.HandedOut();
                    yield return delivery;
                    Monitor.Expect(TimeSpan.Zero);
                }
            }

            SwarmQuery query = _query with { Cursor = intake.Cursor };
            int failures = 0, looks = 0;
            while (true)
            {
                cancellationToken.ThrowIfCancellationRequested();
                Monitor.Expect(PollTimeout);
                SwarmPoll? poll = await PollAsync(query, cancellationToken).ConfigureAwait(false);
                failures = poll is null ? failures + 1 : 0;
                CursorBatch batch = intake.Cursor.Open(poll?.Positions ?? []);
                var taken = new List<Delivery>();
                foreach ((SwarmNamespace space, StoredMessage stored) in InOrder(poll))
                {
                    Monitor.Expect(PollTimeout);
                    taken.AddRange(await TakeAsync(intake, space, stored, batch, report, cancellationToken).ConfigureAwait(false));
                }

                foreach (Delivery delivery in HandedOut(AsWritten(taken)))
                {
                    yield return delivery;
                }

                await intake.CompleteAsync(batch, cancellationToken).ConfigureAwait(false);
                if (poll is not null)
                {
                    await timers.FlushAsync(cancellationToken).ConfigureAwait(false);
                    await copies.FlushAsync(cancellationToken).ConfigureAwait(false);
                }

                var fromGroups = new List<Delivery>();
                foreach (PendingMessage pending in groups is null ? [] : await groups.PollAsync(cancellationToken).ConfigureAwait(false))
                {
                    Monitor.Expect(PollTimeout);
                    if (await intake.TakePendingAsync(pending, batch: null, mayBeHandled: true, cancellationToken).ConfigureAwait(false) is { } delivery)
                    {
                        fromGroups.Add(delivery);
                    }
                }

                foreach (Delivery delivery in HandedOut(AsWritten(fromGroups)))
                {
                    yield return delivery;
                }

                looks = poll?.Namespaces.Any(x => x.HasMore) == true ? looks + 1 : 0;
                if (looks is 0 or PollPace.MaxLooks)
                {
                    looks = 0;
                    Monitor.Expect(failures > 0 ? options.MaxPollDelay : options.IdlePollInterval);
                    await pace.WaitAsync(failures, cancellationToken).ConfigureAwait(false);
                }
            }
        }
        finally
        {
            Monitor.Stopped();
        }
    }

    /// <summary>Messages one by one. Between them the poller has nothing to do, and nobody expects it to.</summary>
    private IEnumerable<Delivery> HandedOut(IEnumerable<Delivery> deliveries)
    {
        foreach (Delivery delivery in deliveries)
        {
            pace.Touch();
            Monitor.HandedOut();
            yield return delivery;
            Monitor.Expect(PollTimeout);
        }
    }

    private static IEnumerable<(SwarmNamespace Space, StoredMessage Stored)> InOrder(SwarmPoll? poll) => poll is null
        ? []
        : poll.Namespaces.SelectMany(x => x.Messages, (x, y) => (x.Namespace, y)).OrderBy(x => x.y.Timestamp);

    /// <summary>
    /// The messages of one author to one conversation in the order in which they were written: two that were sent at once may be stored the
    /// other way round. What several authors wrote stays in the order of the swarm, since their clocks differ.
    /// </summary>
    private static IEnumerable<Delivery> AsWritten(List<Delivery> taken)
    {
        Dictionary<(AccountId, AccountId), Queue<Delivery>> authors = taken.GroupBy(Author).ToDictionary(x => x.Key, x => new Queue<Delivery>(x.OrderBy(y => y.Message.SentAt)));
        return taken.Select(place => authors[Author(place)].Dequeue());

        static (AccountId Conversation, AccountId Sender) Author(Delivery delivery) => (delivery.Message.Conversation, delivery.Message.Sender);
    }

    private async ValueTask<IReadOnlyList<Delivery>> TakeAsync(
        Intake intake, SwarmNamespace space, StoredMessage stored, CursorBatch batch, Action<UndecryptableMessageEventArgs> report, CancellationToken cancellationToken)
    {
        if (space == SwarmNamespace.Default)
        {
            return await intake.TakeAsync(stored, batch, cancellationToken).ConfigureAwait(false) is { } delivery ? [delivery] : [];
        }

        return await intake.OpenRatchetedAsync(stored, report, cancellationToken).ConfigureAwait(false) is { } pending
            ? await TakePendingAsync(intake, pending, batch, mayBeHandled: true, cancellationToken).ConfigureAwait(false)
            : [];
    }

    /// <summary>A message that the store holds; a letter about a group gives the messages that had waited for it.</summary>
    private async ValueTask<IReadOnlyList<Delivery>> TakePendingAsync(
        Intake intake, PendingMessage pending, CursorBatch? batch, bool mayBeHandled, CancellationToken cancellationToken)
    {
        if (groups is null || pending.Group is not null || !GroupLetter.IsLetter(pending.Content.Span))
        {
            return await intake.TakePendingAsync(pending, batch, mayBeHandled, cancellationToken).ConfigureAwait(false) is { } delivery ? [delivery] : [];
        }

        var waited = new List<Delivery>();
        foreach (PendingMessage message in await groups.TakeLetterAsync(pending, cancellationToken).ConfigureAwait(false))
        {
            if (await intake.TakePendingAsync(message, batch: null, mayBeHandled: true, cancellationToken).ConfigureAwait(false) is { } delivery)
            {
                waited.Add(delivery);
            }
        }

        return waited;
    }

    /// <summary>One look. Null when it failed: nothing that a node says or does ends receiving.</summary>
    private async ValueTask<SwarmPoll?> PollAsync(SwarmQuery query, CancellationToken cancellationToken)
    {
        using var deadline = new Deadline(PollTimeout, time, cancellationToken);
        try
        {
            if (ratchet is not null)
            {
                await ratchet.PublishAsync(deadline.Token).ConfigureAwait(false);
            }

            SwarmPoll poll = await swarm.RetrieveAsync(query, deadline.Token).ConfigureAwait(false);
            if (poll.Namespaces.FirstOrDefault(x => x.Refusal is not null)?.Refusal is { } refusal)
            {
                Failed(refusal.Fault);
            }
            else
            {
                Monitor.Polled();
            }

            return poll;
        }
        catch (OnionException e)
        {
            Failed(e.Fault);
            return null;
        }
        catch (OperationCanceledException) when (deadline.Token.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            Failed(OnionFault.TimedOut);
            return null;
        }
    }

    private void Failed(OnionFault fault)
    {
        int failures = Monitor.PollFailed(fault);
        ClientLog.PollFailed(logger, failures, fault, pace.Pause(failures));
    }
}
