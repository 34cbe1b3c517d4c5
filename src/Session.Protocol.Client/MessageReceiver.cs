using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Session.Protocol.Accounts;
using Session.Protocol.Client.Stores;
using Session.Protocol.Onion;
using Session.Protocol.Onion.Storage;
using Session.Protocol.Onion.Storage.Results;
using Session.Protocol.Onion.Swarms;

namespace Session.Protocol.Client;

/// <summary>The account's one poller (protocol/25). It is driven by whoever enumerates it: no message is fetched that nobody waits for.</summary>
internal sealed class MessageReceiver(
    SessionIdentity identity, ISwarmClient swarm, IAccountStore store, SessionClientOptions options, TimeProvider time, ILogger logger)
{
    private readonly MessageReader _reader = new(identity, options, logger);
    private readonly SwarmQuery _query = new(identity.AccountId, [SwarmNamespace.Default])
    {
        Credentials = SwarmCredentials.ForAccount(identity),
        Cursor = store,
        Redundancy = options.PollRedundancy,
    };

    public async IAsyncEnumerable<ReceivedMessage> ReceiveAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        int failures = 0;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
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
                await foreach (ReceivedMessage message in HandleAsync(poll, cancellationToken).ConfigureAwait(false))
                {
                    yield return message;
                }

                more = poll.Namespaces.Any(x => x.HasMore);
            }

            if (!more)
            {
                await Task.Delay(Delay(failures), time, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async IAsyncEnumerable<ReceivedMessage> HandleAsync(SwarmPoll poll, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (StoredMessage stored in poll.Namespaces.SelectMany(x => x.Messages).OrderBy(x => x.Timestamp))
        {
            if (await store.IsHashHandledAsync(stored.Hash, cancellationToken).ConfigureAwait(false))
            {
                continue;
            }

            ReceivedMessage? message = _reader.Read(stored);
            MessageKey? key = message is null ? null : new MessageKey(message.Sender, message.SentAt.ToUnixTimeMilliseconds());
            if (message is not null && !await store.IsMessageHandledAsync(key!.Value, cancellationToken).ConfigureAwait(false))
            {
                yield return message;
            }

            // Only now, after the message was handled: a crash before this line hands it out again. Asking for the next one
            // with a token that is cancelled meanwhile still counts.
            var handled = new HandledMessage(stored.Hash, DateTimeOffset.FromUnixTimeMilliseconds(stored.Expiration), key);
            await store.CommitAsync(new AccountChanges { Handled = [handled] }, CancellationToken.None).ConfigureAwait(false);
        }

        if (poll.Positions.Count > 0)
        {
            await store.CommitAsync(new AccountChanges { Positions = poll.Positions }, cancellationToken).ConfigureAwait(false);
        }
    }

    private TimeSpan Delay(int failures)
    {
        // Doubling stops before it could overflow; the limit is reached long before that.
        double factor = Math.Pow(2, Math.Min(failures, 20));
        return TimeSpan.FromTicks((long)Math.Min(options.PollInterval.Ticks * factor, failures == 0 ? options.PollInterval.Ticks : options.MaxPollDelay.Ticks));
    }
}
