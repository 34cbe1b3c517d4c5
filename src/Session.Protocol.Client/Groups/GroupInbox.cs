using Microsoft.Extensions.Logging;
using Session.Protocol.Accounts;
using Session.Protocol.Client.Ratchet;
using Session.Protocol.Client.Receiving;
using Session.Protocol.Client.Stores;
using Session.Protocol.Devices;
using Session.Protocol.Groups;
using Session.Protocol.Messages;
using Session.Protocol.Onion;
using Session.Protocol.Onion.Storage;
using Session.Protocol.Onion.Storage.Results;
using Session.Protocol.Sealing;
using Session.Protocol.SenderKeys;

namespace Session.Protocol.Client.Groups;

/// <summary>
/// Takes in what lies in a group's swarm and what members write pairwise. Each object is one step: everything that follows from it is
/// committed together with its hash. What cannot be opened yet waits, and is tried again when a key or a change arrives.
/// </summary>
internal sealed class GroupInbox(
    SessionIdentity identity, GroupMemory memory, GroupCourier courier, RatchetService ratchet, IAccountStore store, INetworkClock clock, ILogger logger)
{
    /// <summary>Objects of one group that wait; a member could write any number. The oldest give way, and are reported.</summary>
    public const int MaxWaiting = 256;

    /// <summary>Devices of one account whose sender keys are kept: it has at most ten at a time.</summary>
    private const int MaxReadersPerAccount = 2 * DeviceLimits.MaxDevices;

    /// <summary>How long an object waits: as long as an inbox would have kept it.</summary>
    private static readonly TimeSpan MaxWait = StorageLimits.MaxInboxTimeToLive;

    private AccountId Self => identity.AccountId;

    /// <summary>Takes one stored object in. Not within a step.</summary>
    public async ValueTask TakeAsync(LocalGroup group, StoredMessage stored, GroupNews news, CancellationToken cancellationToken)
    {
        bool progress = await TakeOneAsync(group, stored, isRetry: false, news, cancellationToken).ConfigureAwait(false);
        while (progress)
        {
            progress = await RetryAsync(group, news, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Takes a pairwise letter in. Not within a step.</summary>
    /// <param name="pending">The letter as the ratchet inbox left it; its removal is part of the commit.</param>
    /// <param name="letter">What it says; null for one that cannot be read.</param>
    /// <param name="news">Receives what follows.</param>
    /// <param name="cancellationToken">Cancels before anything changes.</param>
    public async ValueTask TakeLetterAsync(PendingMessage pending, GroupLetter? letter, GroupNews news, CancellationToken cancellationToken)
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
            if (group is null || !await ApplyAsync(group, pending.Key.Author, letter!, done, news, cancellationToken).ConfigureAwait(false))
            {
                ClientLog.LetterRefused(logger);
                await memory.CommitAsync(done, cancellationToken).ConfigureAwait(false);
                return;
            }
        }

        while (await RetryAsync(group, news, cancellationToken).ConfigureAwait(false))
        {
            // Until nothing more can be opened.
        }
    }

    /// <summary>Reports gaps that have not closed, and gives up what has waited too long. Not within a step.</summary>
    public async ValueTask SweepAsync(LocalGroup group, GroupNews news, CancellationToken cancellationToken)
    {
        using RatchetMemory.Step step = await memory.EnterAsync(cancellationToken).ConfigureAwait(false);
        long oldest = (clock.Now - MaxWait).ToUnixTimeMilliseconds();
        foreach ((string hash, GroupWait wait) in group.Waiting.Where(x => x.Value.Timestamp < oldest).ToArray())
        {
            await GiveUpAsync(group, hash, wait, news, cancellationToken).ConfigureAwait(false);
        }

        foreach (((AccountId account, DeviceTag tag), long since) in group.Gaps.ToArray())
        {
            // A message that waits for its key is not missing, and one that another node has comes with the next polls.
            if (group.Polls - since < GroupService.GapPolls || group.Waiting.Values.Any(x => x.Author == account))
            {
                continue;
            }

            using GroupReader reader = await memory.ReaderAsync(group.Id, account, tag, cancellationToken).ConfigureAwait(false);
            int count = reader.Missing.Count;
            reader.Missing.Clear();
            await memory.CommitAsync(new AccountChanges { States = [GroupMemory.Of(group.Id, account, tag, reader)] }, cancellationToken).ConfigureAwait(false);
            _ = group.Gaps.TryRemove((account, tag), out _);
            if (count > 0)
            {
                news.Missing.Add(new MissingMessagesEventArgs(group.Id, account, count));
            }
        }
    }

    /// <summary>The swarm does not let this account in any more: what it held is gone. Not within a step.</summary>
    public async ValueTask EndAsync(LocalGroup group, GroupNews news, CancellationToken cancellationToken)
    {
        using RatchetMemory.Step step = await memory.EnterAsync(cancellationToken).ConfigureAwait(false);
        var forgotten = new AccountChanges { States = await memory.ForgetKeysAsync(group.Id, cancellationToken).ConfigureAwait(false) };
        await memory.CommitAsync(group, GroupAccess.Ended, group.Ledger, forgotten, cancellationToken).ConfigureAwait(false);
        group.Forget();
        news.Changes.Add(new GroupChangedEventArgs(group.Id, GroupChangeKind.AccessRevoked, Self, [Self]));
    }

    /// <summary>Tries everything that waits once more. True when something came of it that may help another one.</summary>
    private async ValueTask<bool> RetryAsync(LocalGroup group, GroupNews news, CancellationToken cancellationToken)
    {
        bool progress = false;
        foreach (string hash in group.Waiting.OrderBy(x => x.Value.Timestamp).Select(x => x.Key).ToArray())
        {
            if (await memory.WaitingAsync(group.Id, hash, cancellationToken).ConfigureAwait(false) is { } stored)
            {
                progress |= await TakeOneAsync(group, stored, isRetry: true, news, cancellationToken).ConfigureAwait(false);
            }
        }

        return progress && !group.Waiting.IsEmpty;
    }

    /// <returns>Whether a key or a change arrived.</returns>
    private async ValueTask<bool> TakeOneAsync(LocalGroup group, StoredMessage stored, bool isRetry, GroupNews news, CancellationToken cancellationToken)
    {
        if (Open(group, stored) is not { } opened)
        {
            await WaitAsync(group, stored, isRetry, null, null, news, cancellationToken).ConfigureAwait(false);
            return false;
        }

        GroupObject? content = GroupObject.TryRead(opened);
        if (content is { Letters.IsEmpty: false })
        {
            return await TakeLettersAsync(group, stored, isRetry, content, news, cancellationToken).ConfigureAwait(false);
        }

        if (content is { Changes.Count: > 0 })
        {
            return await TakeChangesAsync(group, stored, content, news, cancellationToken).ConfigureAwait(false);
        }

        if (content is null or { Message.IsEmpty: true })
        {
            ClientLog.ObjectRefused(logger);
            await DoneAsync(group, stored, cancellationToken).ConfigureAwait(false);
            return false;
        }

        await TakeMessageAsync(group, stored, isRetry, content.Message, news, cancellationToken).ConfigureAwait(false);
        return false;
    }

    private static byte[]? Open(LocalGroup group, StoredMessage stored)
    {
        foreach (ReadOnlyMemory<byte> key in group.Access.OuterKeys)
        {
            if (GroupBox.TryOpen(key.Span, group.Id, stored.Data.Span) is { } opened)
            {
                return opened;
            }
        }

        return null;
    }

    private async ValueTask<bool> TakeChangesAsync(LocalGroup group, StoredMessage stored, GroupObject content, GroupNews news, CancellationToken cancellationToken)
    {
        if (!content.Record.IsEmpty && SignedGroupChange.TryRead(content.Changes[0], group.Id, out SignedGroupChange? first) == GroupChangeStatus.Ok)
        {
            await ratchet.LearnAsync(first!.Author, content.Record, cancellationToken).ConfigureAwait(false);
        }

        using RatchetMemory.Step step = await memory.EnterAsync(cancellationToken).ConfigureAwait(false);
        GroupLedger ledger = Merge(group, content.Changes);
        await FinishAsync(group, group.Access, ledger, Done(group, stored), news, cancellationToken).ConfigureAwait(false);
        return true;
    }

    private async ValueTask<bool> TakeLettersAsync(LocalGroup group, StoredMessage stored, bool isRetry, GroupObject content, GroupNews news, CancellationToken cancellationToken)
    {
        if (GroupLetters.TryRead(content.Letters.Span, group.Id) is not { } letters)
        {
            ClientLog.ObjectRefused(logger);
            await DoneAsync(group, stored, cancellationToken).ConfigureAwait(false);
            return false;
        }

        GroupState state = group.State;
        if (letters.Author != Self && state.Find(letters.Author) is null && !state.Departed.ContainsKey(letters.Author))
        {
            // Perhaps a member whose invitation has not come yet.
            await WaitAsync(group, stored, isRetry, null, letters.Author, news, cancellationToken).ConfigureAwait(false);
            return false;
        }

        await ratchet.LearnAsync(letters.Author, letters.Record, cancellationToken).ConfigureAwait(false);
        DeviceTag own = await courier.OwnTagAsync(cancellationToken).ConfigureAwait(false);
        RatchetBody[] mine = [.. letters.Bodies.Where(x => x.Recipient == own).Take(1)];
        if (mine.Length == 0 || (letters.Author == Self && letters.Sender == own) || state.Departed.ContainsKey(letters.Author))
        {
            await DoneAsync(group, stored, cancellationToken).ConfigureAwait(false);
            return false;
        }

        using RatchetMemory.Step step = await memory.EnterAsync(cancellationToken).ConfigureAwait(false);
        var states = new List<AccountState>();
        (GroupLetter? letter, UndecryptableReason? trouble) = await courier.DecryptAsync(letters.Author, letters.Sender, mine[0].Message, states, cancellationToken).ConfigureAwait(false);
        AccountChanges done = Done(group, stored);
        done = done with { States = [.. done.States, .. states] };
        if (trouble is not null)
        {
            ClientLog.LettersNotDecrypted(logger, trouble.Value);
            news.Notices.Add((letters.Author, new RecoveryNotice(own, letters.Sender, letters.TimestampMs, null)));
        }

        bool isOurs = letter is not null && letter.Group == group.Id && (letter.Distribution.IsEmpty || letter.Sender == letters.Sender);
        if (!isOurs || !await ApplyAsync(group, letters.Author, letter!, done, news, cancellationToken).ConfigureAwait(false))
        {
            _ = group.Waiting.TryRemove(stored.Hash, out _);
            await memory.CommitAsync(done, cancellationToken).ConfigureAwait(false);
            return false;
        }

        return true;
    }

    /// <summary>Takes over what a letter brings and commits it. False when it is of no use; then nothing has changed. Within a step.</summary>
    private async ValueTask<bool> ApplyAsync(
        LocalGroup group, AccountId author, GroupLetter letter, AccountChanges done, GroupNews news, CancellationToken cancellationToken)
    {
        // Changes prove themselves, whoever brings them.
        GroupLedger ledger = Merge(group, letter.Changes);
        GroupState state = ledger.State;
        GroupAccess access = WithRights(group, state, letter);
        if (!memory.IsKnown(group.Id) && access.SigningValue.IsEmpty && access.Seed.IsEmpty)
        {
            // Not an invitation: somebody tells of a group that this account is not in.
            return false;
        }

        bool isMember = state.Find(author) is not null;
        var states = new List<AccountState>(done.States);
        bool learned = isMember && !letter.Distribution.IsEmpty && await LearnAsync(group, author, letter, states, cancellationToken).ConfigureAwait(false);
        await FinishAsync(group, access, ledger, done with { States = states }, news, cancellationToken).ConfigureAwait(false);
        if (learned && !group.Access.IsOver)
        {
            group.Readers[GroupDistribution.IdOf(group.Id, author, letter.Sender)] = (author, letter.Sender);
        }

        if (letter.Request != GroupRequest.None && (isMember || state.Departed.ContainsKey(author)))
        {
            news.Requests.Add((group, author, letter.Sender, letter.Request));
        }

        return true;
    }

    /// <summary>What the account holds after a letter: keys and rights count only if they fit the group's signed changes, its id and this account.</summary>
    private GroupAccess WithRights(LocalGroup group, GroupState state, GroupLetter letter)
    {
        GroupAccess access = group.Access;
        bool isIn = state.Find(Self) is not null;
        if (access.IsOver && !isIn)
        {
            return access;
        }

        access = access.IsOver && (!letter.SigningValue.IsEmpty || !letter.Seed.IsEmpty) ? access with { IsOver = false } : access;
        if (!letter.Seed.IsEmpty)
        {
            using var key = GroupAdminKey.FromSeed(letter.Seed.Span);
            access = key.GroupId == group.Id ? access with { Seed = letter.Seed, SigningValue = default } : access;
        }
        else if (access.Seed.IsEmpty && !letter.SigningValue.IsEmpty
            && SubaccountSigner.TryCreate(group.Id, identity, letter.SigningValue.Span, SubaccountRights.Read | SubaccountRights.Write, out SubaccountSigner? signer))
        {
            signer.Dispose();
            access = access.SigningValue.Span.SequenceEqual(letter.SigningValue.Span) ? access : access with { SigningValue = letter.SigningValue };
        }

        // A long history comes in several letters: until this account is in it, the right to the swarm vouches for the key.
        bool isKey = !letter.OuterKey.IsEmpty && (state.KeyIds.Contains(GroupBox.IdOf(letter.OuterKey.Span)) || (!isIn && !ReferenceEquals(access, group.Access)));
        return isKey && !access.IsOver ? access.WithKey(letter.OuterKey) : access;
    }

    private async ValueTask<bool> LearnAsync(LocalGroup group, AccountId author, GroupLetter letter, List<AccountState> states, CancellationToken cancellationToken)
    {
        (Guid Id, DeviceTag Tag)[] others = [.. group.Readers.Where(x => x.Value.Account == author && x.Value.Tag != letter.Sender).Select(x => (x.Key, x.Value.Tag))];
        if (others.Length >= MaxReadersPerAccount)
        {
            ClientLog.LetterRefused(logger);
            return false;
        }

        using GroupReader reader = await memory.ReaderAsync(group.Id, author, letter.Sender, cancellationToken).ConfigureAwait(false);
        if (reader.Session.Process(letter.Distribution.Span) != SenderKeyStatus.Ok)
        {
            ClientLog.LetterRefused(logger);
            return false;
        }

        reader.StartAt(letter.NextNumber);
        states.Add(GroupMemory.Of(group.Id, author, letter.Sender, reader));
        return true;
    }

    private async ValueTask TakeMessageAsync(
        LocalGroup group, StoredMessage stored, bool isRetry, ReadOnlyMemory<byte> message, GroupNews news, CancellationToken cancellationToken)
    {
        if (!SenderKeySession.TryReadDistributionId(message.Span, out Guid distribution))
        {
            ClientLog.ObjectRefused(logger);
            await DoneAsync(group, stored, cancellationToken).ConfigureAwait(false);
            return;
        }

        if (!group.Readers.TryGetValue(distribution, out (AccountId Account, DeviceTag Tag) author))
        {
            DeviceTag own = await courier.OwnTagAsync(cancellationToken).ConfigureAwait(false);
            if (distribution == GroupDistribution.IdOf(group.Id, Self, own) || stored.Timestamp < JoinedAt(group.State))
            {
                await DoneAsync(group, stored, cancellationToken).ConfigureAwait(false);
                return;
            }

            await WaitAsync(group, stored, isRetry, distribution, group.AuthorOf(distribution), news, cancellationToken).ConfigureAwait(false);
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
                AccountChanges done = Done(group, stored);
                await memory.CommitAsync(
                    done with { States = [.. done.States, GroupMemory.Of(group.Id, author.Account, author.Tag, reader), .. isKnown ? Array.Empty<AccountState>() : [RatchetMemory.Of(pending!)]] },
                    cancellationToken).ConfigureAwait(false);
                _ = group.Waiting.TryRemove(stored.Hash, out _);
                NoteGap(group, author, reader);
                if (!isKnown)
                {
                    news.Messages.Add(pending!);
                }

                return;
            }
        }

        if (status == SenderKeyStatus.NoSenderKey && stored.Timestamp >= JoinedAt(group.State))
        {
            await WaitAsync(group, stored, isRetry, distribution, author.Account, news, cancellationToken).ConfigureAwait(false);
            return;
        }

        ClientLog.GroupMessageRefused(logger, status);
        await DoneAsync(group, stored, cancellationToken).ConfigureAwait(false);
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

    private static void NoteGap(LocalGroup group, (AccountId Account, DeviceTag Tag) author, GroupReader reader)
    {
        if (reader.Missing.Count == 0)
        {
            _ = group.Gaps.TryRemove(author, out _);
        }
        else
        {
            group.Gaps.TryAdd(author, group.Polls);
        }
    }

    /// <summary>Keeps an object for later, unless it waits already. Not within a step.</summary>
    private async ValueTask WaitAsync(
        LocalGroup group, StoredMessage stored, bool isRetry, Guid? distribution, AccountId? author, GroupNews news, CancellationToken cancellationToken)
    {
        if (isRetry)
        {
            if (group.Waiting.TryGetValue(stored.Hash, out GroupWait? known))
            {
                group.Waiting.TryUpdate(stored.Hash, known with { Distribution = distribution, Author = author }, known);
            }

            return;
        }

        using RatchetMemory.Step step = await memory.EnterAsync(cancellationToken).ConfigureAwait(false);
        while (group.Waiting.Count >= MaxWaiting)
        {
            (string oldest, GroupWait given) = group.Waiting.MinBy(x => x.Value.Timestamp);
            await GiveUpAsync(group, oldest, given, news, cancellationToken).ConfigureAwait(false);
        }

        var wait = new GroupWait(stored.Timestamp, distribution, author, group.Polls);
        await memory.CommitAsync(
            new AccountChanges
            {
                Handled = [new HandledMessage(stored.Hash, Retention.Of(stored, clock.Now), Key: null)],
                States = [GroupMemory.Of(group.Id, stored, wait, clock.Now + MaxWait)],
            },
            cancellationToken).ConfigureAwait(false);
        group.Waiting[stored.Hash] = wait;
        ClientLog.GroupMessageWaits(logger);
    }

    /// <summary>Within a step.</summary>
    private async ValueTask GiveUpAsync(LocalGroup group, string hash, GroupWait wait, GroupNews news, CancellationToken cancellationToken)
    {
        await memory.CommitAsync(new AccountChanges { States = [GroupMemory.NoLongerWaiting(group.Id, hash)] }, cancellationToken).ConfigureAwait(false);
        _ = group.Waiting.TryRemove(hash, out _);
        news.Missing.Add(new MissingMessagesEventArgs(group.Id, wait.Author, 1));
    }

    /// <summary>Commits, takes over, and works out what is new. When this account is no longer in the group, all keys go. Within a step.</summary>
    private async ValueTask FinishAsync(
        LocalGroup group, GroupAccess access, GroupLedger ledger, AccountChanges changes, GroupNews news, CancellationToken cancellationToken)
    {
        GroupState before = group.State, after = ledger.State;
        bool isOut = !access.IsOver && after.Departed.TryGetValue(Self, out GroupDeparture? gone) && !access.Unannounced.Contains(gone.Change.Id);
        if (isOut)
        {
            // The first entry of a key counts, so that nothing is written that must go.
            IReadOnlyList<AccountState> forgotten = await memory.ForgetKeysAsync(group.Id, cancellationToken).ConfigureAwait(false);
            changes = changes with { States = [.. forgotten.Concat(changes.States).DistinctBy(x => x.Key)] };
            access = GroupAccess.Ended;
        }

        await memory.CommitAsync(group, access, ledger, changes, cancellationToken).ConfigureAwait(false);
        foreach (AccountState state in changes.States.Where(x => x.Key.Kind == AccountStateKind.GroupWaiting))
        {
            _ = group.Waiting.TryRemove(state.Key.Name[(AccountId.TextLength + 1)..], out _);
        }

        if (isOut)
        {
            group.Forget();
        }

        news.Changes.AddRange(GroupChangedEventArgs.Between(group.Id, Self, before, after));
    }

    private static GroupLedger Merge(LocalGroup group, IReadOnlyList<ReadOnlyMemory<byte>> changes)
    {
        GroupLedger ledger = group.Ledger.Clone();
        bool grew = false;
        foreach (ReadOnlyMemory<byte> bytes in changes)
        {
            grew |= SignedGroupChange.TryRead(bytes, group.Id, out SignedGroupChange? change) == GroupChangeStatus.Ok && ledger.Add(change!);
        }

        return grew ? ledger : group.Ledger;
    }

    /// <summary>When this account became a reader: what was written before was not for it.</summary>
    private long JoinedAt(GroupState state)
    {
        SignedGroupChange? joining = state.Effective.LastOrDefault(x => x.Author == Self && x.Change is GroupChange.Create or GroupChange.Answer { Value: GroupAnswer.Accept });
        return joining?.Header.TimeMs ?? long.MinValue;
    }

    private async ValueTask DoneAsync(LocalGroup group, StoredMessage stored, CancellationToken cancellationToken)
    {
        using RatchetMemory.Step step = await memory.EnterAsync(cancellationToken).ConfigureAwait(false);
        await memory.CommitAsync(Done(group, stored), cancellationToken).ConfigureAwait(false);
        _ = group.Waiting.TryRemove(stored.Hash, out _);
    }

    private AccountChanges Done(LocalGroup group, StoredMessage stored) => new()
    {
        Handled = [new HandledMessage(stored.Hash, Retention.Of(stored, clock.Now), Key: null)],
        States = group.Waiting.ContainsKey(stored.Hash) ? [GroupMemory.NoLongerWaiting(group.Id, stored.Hash)] : [],
    };
}
