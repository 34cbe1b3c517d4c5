using Microsoft.Extensions.Logging;
using Session.Protocol.Accounts;
using Session.Protocol.Client.Ratchet;
using Session.Protocol.Client.Receiving;
using Session.Protocol.Client.Stores;
using Session.Protocol.Devices;
using Session.Protocol.Groups;
using Session.Protocol.Onion.Storage.Results;
using Session.Protocol.Sealing;

namespace Session.Protocol.Client.Groups;

/// <summary>Takes in letters of members: those bunched in the group's swarm, and those to this account alone. Keys come by ratchet only.</summary>
internal sealed class GroupLetterInbox(
    SessionIdentity identity, GroupMemory memory, GroupCourier courier, RatchetService ratchet, GroupLearner learner, GroupBacklog backlog, ILogger logger)
{
    private AccountId Self => identity.AccountId;

    /// <summary>Takes a pairwise letter in. Not within a step.</summary>
    /// <param name="pending">The letter as the ratchet inbox left it; its removal is part of the commit.</param>
    /// <param name="letter">What it says; null for one that cannot be read.</param>
    /// <param name="news">Receives what follows.</param>
    /// <param name="cancellationToken">Cancels before anything changes.</param>
    /// <returns>The group that it was of use for, or null.</returns>
    public async ValueTask<LocalGroup?> TakeAsync(PendingMessage pending, GroupLetter? letter, GroupNews news, CancellationToken cancellationToken)
    {
        LocalGroup? group = null;
        var done = new AccountChanges
        {
            Handled = [new HandledMessage(pending.Hash, pending.ExpiresAt, pending.Key)],
            States = [new AccountState(WaitingMessages.Key(AccountStateKind.PendingMessage, pending.Hash), default)],
        };
        using (RatchetMemory.Step step = await memory.EnterAsync(cancellationToken).ConfigureAwait(false))
        {
            // Keys may only have come by ratchet.
            group = letter is null || pending.Protection != Protection.Ratchet ? null : await memory.FindOrCreateAsync(letter.Group, cancellationToken).ConfigureAwait(false);
            if (group is null || !await learner.ApplyAsync(group, pending.Key.Author, letter!, done, news, cancellationToken).ConfigureAwait(false))
            {
                ClientLog.LetterRefused(logger);
                await memory.CommitAsync(done, cancellationToken).ConfigureAwait(false);
                return null;
            }
        }

        return group;
    }

    public async ValueTask<bool> TakeBunchAsync(LocalGroup group, StoredMessage stored, bool isRetry, GroupObject content, GroupNews news, CancellationToken cancellationToken)
    {
        if (GroupLetters.TryRead(content.Letters.Span, group.Id) is not { } letters)
        {
            ClientLog.ObjectRefused(logger);
            await backlog.DoneAsync(group, stored, cancellationToken).ConfigureAwait(false);
            return false;
        }

        GroupState state = group.State;
        if (letters.Author != Self && state.Find(letters.Author) is null && !state.Departed.ContainsKey(letters.Author))
        {
            // Perhaps a member whose invitation has not come yet.
            await backlog.KeepAsync(group, stored, isRetry, null, letters.Author, news, cancellationToken).ConfigureAwait(false);
            return false;
        }

        await ratchet.LearnAsync(letters.Author, letters.Record, cancellationToken).ConfigureAwait(false);
        DeviceTag own = await courier.OwnTagAsync(cancellationToken).ConfigureAwait(false);
        RatchetBody[] mine = [.. letters.Bodies.Where(x => x.Recipient == own).Take(1)];
        if (mine.Length == 0 || (letters.Author == Self && letters.Sender == own) || state.Departed.ContainsKey(letters.Author))
        {
            await backlog.DoneAsync(group, stored, cancellationToken).ConfigureAwait(false);
            return false;
        }

        using RatchetMemory.Step step = await memory.EnterAsync(cancellationToken).ConfigureAwait(false);
        var states = new List<AccountState>();
        (GroupLetter? letter, UndecryptableReason? trouble) = await courier.DecryptAsync(letters.Author, letters.Sender, mine[0].Message, states, cancellationToken).ConfigureAwait(false);
        AccountChanges done = backlog.Done(group, stored);
        done = done with { States = [.. done.States, .. states] };
        if (trouble is not null)
        {
            ClientLog.LettersNotDecrypted(logger, trouble.Value);
            news.Notices.Add((letters.Author, new RecoveryNotice(own, letters.Sender, letters.TimestampMs, null)));
        }

        bool isOurs = letter is not null && letter.Group == group.Id && (letter.Distribution.IsEmpty || letter.Sender == letters.Sender);
        if (!isOurs || !await learner.ApplyAsync(group, letters.Author, letter!, done, news, cancellationToken).ConfigureAwait(false))
        {
            _ = group.Waiting.TryRemove(stored.Hash, out _);
            await memory.CommitAsync(done, cancellationToken).ConfigureAwait(false);
            return false;
        }

        return true;
    }
}
