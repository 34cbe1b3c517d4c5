using Microsoft.Extensions.Logging;
using Session.Protocol.Accounts;
using Session.Protocol.Client.Stores;
using Session.Protocol.Messages;
using Session.Protocol.Onion;
using Session.Protocol.Onion.Storage.Results;
using Session.Protocol.Onion.Swarms;
using Session.Protocol.Sealing;

namespace Session.Protocol.Client;

/// <summary>The way out: content, protobuf, sealed message, swarm; then the copy for the account's other devices (protocol/12 §2, §5).</summary>
internal sealed class MessageSender(
    SessionIdentity identity, ISwarmClient swarm, INetworkClock clock, IAccountStore store, SessionClientOptions options, ILogger logger)
{
    private readonly SendTimes _times = new(clock);

    public async ValueTask<SentMessage> SendAsync(AccountId recipient, MessageContent content, CancellationToken cancellationToken)
    {
        bool toSelf = recipient == identity.AccountId;
        long sentAt = _times.Next();
        MessageContent outgoing = content is DataContent data ? Addressed(data, recipient, toSelf) : content;
        byte[] stored = Seal(outgoing, recipient, sentAt);
        TimeSpan lifetime = MessageLifetime.Of(content, options.MessageLifetime);
        StoreResult result = await swarm.StoreAsync(recipient, SwarmNamespace.Default, stored, lifetime, cancellationToken: cancellationToken).ConfigureAwait(false);
        ClientLog.Stored(logger, stored.Length, result.Swarm.Confirmations);

        string? syncHash = null;
        if (toSelf)
        {
            await RememberAsync(result.Hash, sentAt, lifetime, cancellationToken).ConfigureAwait(false);
        }
        else if (options.SyncSentMessages && SyncCopy(content, recipient) is { } copy)
        {
            syncHash = await TryStoreSyncCopyAsync(copy, sentAt, lifetime, cancellationToken).ConfigureAwait(false);
        }

        return new SentMessage(
            recipient, DateTimeOffset.FromUnixTimeMilliseconds(sentAt), result.Hash, Protection.Sealed, stored.Length, result.Swarm.Confirmations, syncHash);
    }

    private DataContent Addressed(DataContent content, AccountId recipient, bool toSelf) => content with
    {
        Profile = content.Profile ?? options.Profile,
        SyncTarget = toSelf ? recipient : null,
    };

    /// <summary>What the sender's other devices get; null for kinds that they do not need.</summary>
    private static MessageContent? SyncCopy(MessageContent content, AccountId recipient) => content switch
    {
        DataContent data => data with { Profile = null, SyncTarget = recipient },
        Unsend => content,
        _ => null,
    };

    private byte[] Seal(MessageContent content, AccountId recipient, long sentAt) =>
        SealedMessage.Seal(ContentCodec.Encode(content, sentAt), identity, recipient, sentAt);

    // The message itself is on its way: trouble with the copy is reported, not thrown.
    private async ValueTask<string?> TryStoreSyncCopyAsync(MessageContent copy, long sentAt, TimeSpan lifetime, CancellationToken cancellationToken)
    {
        try
        {
            byte[] stored = Seal(copy, identity.AccountId, sentAt);
            StoreResult result = await swarm.StoreAsync(
                identity.AccountId, SwarmNamespace.Default, stored, lifetime, cancellationToken: cancellationToken).ConfigureAwait(false);
            await RememberAsync(result.Hash, sentAt, lifetime, cancellationToken).ConfigureAwait(false);
            return result.Hash;
        }
        catch (OnionException e)
        {
            ClientLog.SyncCopyFailed(logger, e.Fault);
            return null;
        }
    }

    /// <summary>Keeps the account's own poll from handing this copy out.</summary>
    private ValueTask RememberAsync(string hash, long sentAt, TimeSpan lifetime, CancellationToken cancellationToken) => store.CommitAsync(
        new AccountChanges { Handled = [new HandledMessage(hash, clock.Now + lifetime, new MessageKey(identity.AccountId, sentAt))] }, cancellationToken);
}
