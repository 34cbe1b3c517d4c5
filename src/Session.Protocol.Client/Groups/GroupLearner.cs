using Microsoft.Extensions.Logging;
using Session.Protocol.Accounts;
using Session.Protocol.Client.Ratchet;
using Session.Protocol.Client.Stores;
using Session.Protocol.Devices;
using Session.Protocol.Groups;
using Session.Protocol.SenderKeys;

namespace Session.Protocol.Client.Groups;

/// <summary>
/// Takes over what changes and letters bring: the group's state, rights to its swarm, outer keys and sender keys. Keys and rights count only if they fit the
/// group's signed changes; everything that follows is one commit.
/// </summary>
internal sealed class GroupLearner(SessionIdentity identity, GroupMemory memory, ILogger logger)
{
    /// <summary>Devices of one account whose sender keys are kept: it has at most ten at a time.</summary>
    private const int MaxReadersPerAccount = 2 * DeviceLimits.MaxDevices;

    private AccountId Self => identity.AccountId;

    /// <summary>Takes over what a letter brings and commits it. False when it is of no use; then nothing has changed. Within a step.</summary>
    public async ValueTask<bool> ApplyAsync(
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

    /// <summary>Commits, takes over, and works out what is new. When this account is no longer in the group, all keys go. Within a step.</summary>
    public async ValueTask FinishAsync(
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

    public static GroupLedger Merge(LocalGroup group, IReadOnlyList<ReadOnlyMemory<byte>> changes)
    {
        GroupLedger ledger = group.Ledger.Clone();
        bool grew = false;
        foreach (ReadOnlyMemory<byte> bytes in changes)
        {
            grew |= SignedGroupChange.TryRead(bytes, group.Id, out SignedGroupChange? change) == GroupChangeStatus.Ok && ledger.Add(change!);
        }

        return grew ? ledger : group.Ledger;
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
}
