using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Session.Protocol.Accounts;
using Session.Protocol.Client.Conversations;
using Session.Protocol.Client.Ratchet;
using Session.Protocol.Client.Stores;
using Session.Protocol.Onion;
using Session.Protocol.Onion.Storage;
using Session.Protocol.Onion.Storage.Results;
using Session.Protocol.Onion.Swarms;

namespace Session.Protocol.Client;

/// <summary>The account's one poller (protocol/25). It is driven by whoever enumerates it: no message is fetched that nobody waits for.</summary>
internal sealed class MessageReceiver(
    SessionIdentity identity, ISwarmClient swarm, IAccountStore store, RatchetService? ratchet, ConversationInbox conversations, ReadTimers timers, SessionClientOptions options, TimeProvider time, ILogger logger)
{
    private readonly MessageReader _reader = new(identity, options, logger);
    private readonly SwarmQuery _query = new(identity.AccountId, ratchet is null ? [SwarmNamespace.Default] : [RatchetService.Space, SwarmNamespace.Default])
    {
        Credentials = SwarmCredentials.ForAccount(identity),
        Cursor = store,
        Redundancy = options.PollRedundancy,
    };

    /// <param name="report">Called for a ratcheted message that cannot be opened.</param>
    /// <param name="cancellationToken">Ends the enumeration.</param>
    public async IAsyncEnumerable<ReceivedMessage> ReceiveAsync(Action<UndecryptableMessageEventArgs> report, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (ReceivedMessage message in PendingAsync(cancellationToken).ConfigureAwait(false))
        {
            yield return message;
        }

        int failures = 0;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (ratchet is not null)
            {
                await ratchet.PublishAsync(cancellationToken).ConfigureAwait(false);
            }

            SwarmPoll? poll = null;
            try
            {
                poll = await swarm.RetrieveAsync(_query, cancellationToken).ConfigureAwait(false);
                failures = 0;
            }
            catch (OnionException e) when (e.IsTransient)
            {
                failures++;
                ClientLog.PollFailed(logger, failures, e.Fault, Delay(failures));
            }

            bool more = false;
            if (poll is not null)
            {
                await foreach (ReceivedMessage message in HandleAsync(poll, report, cancellationToken).ConfigureAwait(false))
                {
                    yield return message;
                }

                await timers.FlushAsync(cancellationToken).ConfigureAwait(false);
                more = poll.Namespaces.Any(x => x.HasMore);
            }

            if (!more)
            {
                await Task.Delay(Delay(failures), time, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>What the ratchet opened before and nobody acknowledged: it is nowhere else any more.</summary>
    private async IAsyncEnumerable<ReceivedMessage> PendingAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        IReadOnlyList<PendingMessage> waiting = ratchet is null ? [] : await ratchet.PendingAsync(cancellationToken).ConfigureAwait(false);
        foreach (PendingMessage pending in waiting)
        {
            await foreach (ReceivedMessage message in HandOutAsync(pending, cancellationToken).ConfigureAwait(false))
            {
                yield return message;
            }
        }
    }

    private async IAsyncEnumerable<ReceivedMessage> HandleAsync(
        SwarmPoll poll, Action<UndecryptableMessageEventArgs> report, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach ((SwarmNamespace space, StoredMessage stored) in poll.Namespaces.SelectMany(x => x.Messages, (x, y) => (x.Namespace, y)).OrderBy(x => x.y.Timestamp))
        {
            if (await store.IsHashHandledAsync(stored.Hash, cancellationToken).ConfigureAwait(false))
            {
                continue;
            }

            IAsyncEnumerable<ReceivedMessage> messages = space == SwarmNamespace.Default
                ? OpenSealedAsync(stored, cancellationToken)
                : OpenRatchetedAsync(stored, report, cancellationToken);
            await foreach (ReceivedMessage message in messages.ConfigureAwait(false))
            {
                yield return message;
            }
        }

        if (poll.Positions.Count > 0)
        {
            await store.CommitAsync(new AccountChanges { Positions = poll.Positions }, cancellationToken).ConfigureAwait(false);
        }
    }

    private async IAsyncEnumerable<ReceivedMessage> OpenSealedAsync(StoredMessage stored, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ReceivedMessage? message = _reader.Read(stored);
        MessageKey? key = message is null ? null : new MessageKey(message.Sender, message.SentAt.ToUnixTimeMilliseconds());
        if (message is not null && ratchet is not null)
        {
            await ratchet.LearnAsync(message.Sender, message.Content.CapabilityRecord, cancellationToken).ConfigureAwait(false);
        }

        bool isNew = message is not null && !await store.IsMessageHandledAsync(key!.Value, cancellationToken).ConfigureAwait(false);
        var handled = new AccountChanges { Handled = [new HandledMessage(stored.Hash, Retention.Of(stored, time.GetUtcNow()), key)] };
        await foreach (ReceivedMessage admitted in AdmitAsync(isNew ? message : null, stored.Expiration, handled, cancellationToken).ConfigureAwait(false))
        {
            yield return admitted;
        }
    }

    private async IAsyncEnumerable<ReceivedMessage> OpenRatchetedAsync(
        StoredMessage stored, Action<UndecryptableMessageEventArgs> report, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (await ratchet!.OpenAsync(stored, report, cancellationToken).ConfigureAwait(false) is { } pending)
        {
            await foreach (ReceivedMessage message in HandOutAsync(pending, cancellationToken).ConfigureAwait(false))
            {
                yield return message;
            }
        }
    }

    /// <summary>Yields a message that the store holds, and deletes it there once it was handled.</summary>
    private async IAsyncEnumerable<ReceivedMessage> HandOutAsync(PendingMessage pending, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ReceivedMessage? message = _reader.Read(pending.Content.Span, pending.Key.Author, pending.Key.SentMilliseconds, pending.Hash, pending.Protection);
        await foreach (ReceivedMessage admitted in AdmitAsync(message, pending.StoredUntilMs, RatchetService.Acknowledged(pending), cancellationToken).ConfigureAwait(false))
        {
            yield return admitted;
        }
    }

    /// <summary>Yields a message that the rules of conversations let through, and commits that it was handled.</summary>
    private async IAsyncEnumerable<ReceivedMessage> AdmitAsync(
        ReceivedMessage? message, long storedUntilMs, AccountChanges handled, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Admission? admission = message is null ? null : await conversations.AdmitAsync(message, storedUntilMs, cancellationToken).ConfigureAwait(false);
        if (admission is null)
        {
            await store.CommitAsync(handled, CancellationToken.None).ConfigureAwait(false);
            yield break;
        }

        yield return admission.Message;

        // Only now, after the message was handled: a crash before this line hands it out again. Asking for the next one
        // with a token that is cancelled meanwhile still counts.
        await conversations.AcknowledgeAsync(admission, handled).ConfigureAwait(false);
    }

    private TimeSpan Delay(int failures)
    {
        // Doubling stops before it could overflow; the limit is reached long before that.
        double factor = Math.Pow(2, Math.Min(failures, 20));
        return TimeSpan.FromTicks((long)Math.Min(options.PollInterval.Ticks * factor, failures == 0 ? options.PollInterval.Ticks : options.MaxPollDelay.Ticks));
    }
}
