using Microsoft.Extensions.Logging;
using Session.Protocol.Accounts;
using Session.Protocol.Client.Ratchet;
using Session.Protocol.Client.Stores;
using Session.Protocol.Devices;
using Session.Protocol.Groups;
using Session.Protocol.Messages;
using Session.Protocol.Onion;
using Session.Protocol.Onion.Storage.Results;
using Session.Protocol.Sealing;
using Session.Protocol.SenderKeys;

namespace Session.Protocol.Client.Groups;

/// <summary>
/// Opens messages with their authors' sender keys. A message is committed together with its key's step, and handed out if its author may have written it. What
/// lacks a key waits.
/// </summary>
internal sealed class GroupMessageInbox(
    SessionIdentity identity, GroupMemory memory, GroupCourier courier, GroupBacklog backlog, IAccountStore store, INetworkClock clock, ILogger logger)
{
    private AccountId Self => identity.AccountId;

    public async ValueTask TakeAsync(
        LocalGroup group, StoredMessage stored, bool isRetry, ReadOnlyMemory<byte> message, GroupNews news, CancellationToken cancellationToken)
    {
        if (!SenderKeySession.TryReadDistributionId(message.Span, out Guid distribution))
        {
            ClientLog.ObjectRefused(logger);
            await backlog.DoneAsync(group, stored, cancellationToken).ConfigureAwait(false);
            return;
        }

        if (!group.Readers.TryGetValue(distribution, out (AccountId Account, DeviceTag Tag) author))
        {
            DeviceTag own = await courier.OwnTagAsync(cancellationToken).ConfigureAwait(false);
            if (distribution == GroupDistribution.IdOf(group.Id, Self, own) || stored.Timestamp < JoinedAt(group.State))
            {
                await backlog.DoneAsync(group, stored, cancellationToken).ConfigureAwait(false);
                return;
            }

            await backlog.KeepAsync(group, stored, isRetry, distribution, group.AuthorOf(distribution), news, cancellationToken).ConfigureAwait(false);
            return;
        }

        SenderKeyStatus status;
        using (RatchetMemory.Step step = await memory.EnterAsync(cancellationToken).ConfigureAwait(false))
        {
            using GroupReader reader = await memory.ReaderAsync(group.Id, author.Account, author.Tag, cancellationToken).ConfigureAwait(false);
            SenderKeyDecryptResult result = reader.Session.Decrypt(message.Span);
            status = result.Status;
            if (status == SenderKeyStatus.Ok)
            {
                PendingMessage? pending = Read(group, stored, author.Account, result.Plaintext.Span, reader);
                bool isKnown = pending is null || await store.IsMessageHandledAsync(pending.Key, cancellationToken).ConfigureAwait(false);
                AccountChanges done = backlog.Done(group, stored);
                await memory.CommitAsync(
                    done with { States = [.. done.States, GroupMemory.Of(group.Id, author.Account, author.Tag, reader), .. isKnown ? Array.Empty<AccountState>() : [RatchetMemory.Of(pending!)]] },
                    cancellationToken).ConfigureAwait(false);
                _ = group.Waiting.TryRemove(stored.Hash, out _);
                GroupBacklog.NoteGap(group, author, reader);
                if (!isKnown)
                {
                    news.Messages.Add(pending!);
                }

                return;
            }
        }

        if (status == SenderKeyStatus.NoSenderKey && stored.Timestamp >= JoinedAt(group.State))
        {
            await backlog.KeepAsync(group, stored, isRetry, distribution, author.Account, news, cancellationToken).ConfigureAwait(false);
            return;
        }

        ClientLog.GroupMessageRefused(logger, status);
        await backlog.DoneAsync(group, stored, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The message inside, or null when it is not to be handed out; the reader has taken note of its number.</summary>
    private PendingMessage? Read(LocalGroup group, StoredMessage stored, AccountId author, ReadOnlySpan<byte> plaintext, GroupReader reader)
    {
        if (GroupPayload.TryRead(plaintext) is not { } payload
            || !SignedTimestamp.TryRead(payload.Content.Span, out ulong sent) || sent > Limits.MaxTimeMs
            || ContentCodec.TryDecode(payload.Content.Span, out MessageContent? content) != ContentDecodeResult.Ok)
        {
            ClientLog.ObjectRefused(logger);
            return null;
        }

        reader.Took(payload.Number, payload.Unsent);
        GroupState state = group.State;
        bool mayWrite = state.Find(author) is not null || (state.Departed.TryGetValue(author, out GroupDeparture? gone) && (long)sent <= gone.Change.Header.TimeMs);
        bool mayDelete = content is not Unsend unsend || unsend.Target.Author == author || state.IsAdmin(author);
        if (!mayWrite || !mayDelete || content is TypingIndicator)
        {
            ClientLog.ObjectRefused(logger);
            return null;
        }

        return new PendingMessage(
            stored.Hash, new MessageKey(author, (long)sent), Retention.Of(stored, clock.Now), stored.Expiration, Protection.SenderKey, payload.Content, group.Id);
    }

    /// <summary>When this account became a reader: what was written before was not for it.</summary>
    private long JoinedAt(GroupState state)
    {
        SignedGroupChange? joining = state.Effective.LastOrDefault(x => x.Author == Self && x.Change is GroupChange.Create or GroupChange.Answer { Value: GroupAnswer.Accept });
        return joining?.Header.TimeMs ?? long.MinValue;
    }
}
