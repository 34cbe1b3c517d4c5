using Microsoft.Extensions.Logging;
using Session.Protocol.Accounts;
using Session.Protocol.Client.Ratchet;
using Session.Protocol.Client.Stores;
using Session.Protocol.Cryptography;
using Session.Protocol.Devices;
using Session.Protocol.Groups;
using Session.Protocol.Onion;
using Session.Protocol.Onion.Storage;
using Session.Protocol.Onion.Swarms;

namespace Session.Protocol.Client.Groups;

/// <summary>
/// What follows from a group's state and is still to be done on the network: tell of own changes, invite and notify pairwise, revoke tokens,
/// renew the outer key, ask for what is missing. Each duty is read from stored state and struck off when it is done, so that a crash or a failing
/// network only delays it.
/// </summary>
internal sealed class GroupDuties(
    SessionIdentity identity, GroupMemory memory, GroupCourier courier, GroupRoster roster, GroupSender sender, ISwarmClient swarm, INetworkClock clock, ILogger logger) : IDisposable
{
    /// <summary>Bytes of changes in one letter; a longer history goes in several.</summary>
    private const int LetterSize = 48_000;

    /// <summary>Polls after which a less senior admin renews the outer key, for each admin before it that should have.</summary>
    private const int RekeyPatience = 60;

    /// <summary>Polls between two members that are asked for a snapshot.</summary>
    private const int AskPatience = 20;

    /// <summary>Members that are asked for a snapshot in one epoch.</summary>
    private const int MaxSnapshotAsks = 3;

    /// <summary>Shortest time between two snapshots for one member.</summary>
    private static readonly TimeSpan SnapshotInterval = TimeSpan.FromMinutes(10);

    private readonly SemaphoreSlim _oneAtATime = new(1, 1);
    private readonly Dictionary<(AccountId Group, AccountId Member), DateTimeOffset> _snapshots = [];
    private readonly Dictionary<AccountId, long> _staleSince = [];
    private readonly Dictionary<AccountId, long> _nextAsk = [];

    private AccountId Self => identity.AccountId;

    /// <summary>Does what is to be done for a group. Not within a step.</summary>
    /// <exception cref="OnionException">Something could not be done; it stays noted.</exception>
    public async ValueTask RunAsync(LocalGroup group, CancellationToken cancellationToken)
    {
        if (group.Access is { Unannounced.Count: 0, Untold.Count: 0 } && !group.IsAdmin)
        {
            return;
        }

        await _oneAtATime.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            while (group.Access.Unannounced.Count > 0)
            {
                await AnnounceAsync(group, group.Access.Unannounced[0], cancellationToken).ConfigureAwait(false);
            }

            if (group.IsAdmin)
            {
                await RevokeAsync(group, cancellationToken).ConfigureAwait(false);
            }

            await TellAllAsync(group, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    /// <summary>Renews the outer key when somebody who left may have it and it is this admin's turn.</summary>
    public async ValueTask RekeyAsync(LocalGroup group, CancellationToken cancellationToken)
    {
        if (!group.IsAdmin || !group.State.IsKeyStale)
        {
            _staleSince.Remove(group.Id);
            return;
        }

        _staleSince.TryAdd(group.Id, group.Polls);
        int rank = group.State.Admins.TakeWhile(x => x.Account != Self).Count();
        if (group.Polls - _staleSince[group.Id] < (long)rank * RekeyPatience)
        {
            return;
        }

        byte[] key = NewKey();
        await roster.ChangeAsync(
            group,
            state => state.IsKeyStale ? new GroupChange.Rekey(new GroupKeyMark(GroupBox.IdOf(key), state.Epoch)) : null,
            (access, _) => access.WithKey(key),
            cancellationToken).ConfigureAwait(false);
        await RunAsync(group, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Answers a member. A snapshot is only noted: it goes out with the next poll, or with the first one after it that can send. With a sender key trouble is
    /// logged: the member has asked once and reports the gap.
    /// </summary>
    public async ValueTask AnswerAsync(LocalGroup group, AccountId account, DeviceTag device, GroupRequest request, CancellationToken cancellationToken)
    {
        try
        {
            if (request == GroupRequest.SenderKey)
            {
                await sender.AnswerAsync(group, account, device, cancellationToken).ConfigureAwait(false);
            }
            else if (IsDue((group.Id, account)))
            {
                using RatchetMemory.Step step = await memory.EnterAsync(cancellationToken).ConfigureAwait(false);
                await memory.CommitAsync(group, group.Access.WithUntold([account]), group.Ledger, new AccountChanges(), cancellationToken).ConfigureAwait(false);
            }
        }
        catch (OnionException e)
        {
            ClientLog.NotAnswered(logger, e.Fault);
        }
        catch (ProtectionUnavailableException e)
        {
            ClientLog.NotReachable(logger, e.Obstacle);
        }
    }

    /// <summary>Asks for what the waiting messages need: each author for its key, some members for the group's state; never twice in one epoch.</summary>
    public async ValueTask AskAsync(LocalGroup group, CancellationToken cancellationToken)
    {
        GroupWait[] waiting = [.. group.Waiting.Values.Where(x => group.Polls - x.SincePoll > 1)];
        if (waiting.Length == 0 || !group.IsActive)
        {
            return;
        }

        // Nothing in a message tells its author to one that lacks the key; the members' devices do.
        await courier.TargetsAsync(group, withInvited: false, cancellationToken).ConfigureAwait(false);
        waiting = [.. waiting.Select(x => x.Distribution is { } id && x.Author is null ? x with { Author = group.AuthorOf(id) } : x)];
        uint epoch = group.State.Epoch;
        foreach (AccountId author in waiting.Where(x => x.Distribution is not null && x.Author is not null).Select(x => x.Author!.Value).Distinct())
        {
            await AskAsync(group, new GroupAsk(author, GroupRequest.SenderKey, epoch), cancellationToken).ConfigureAwait(false);
        }

        if (waiting.Any(x => x.Distribution is null || x.Author is null) && group.Polls >= _nextAsk.GetValueOrDefault(group.Id))
        {
            _nextAsk[group.Id] = group.Polls + AskPatience;
            IEnumerable<AccountId> others = group.State.Members.Values.Where(x => x.IsJoined && !x.IsAdmin).Select(x => x.Account);
            AccountId[] candidates = [.. group.State.Admins.Select(x => x.Account).Concat(others).Where(x => x != Self).Take(MaxSnapshotAsks)];
            GroupAsk[] asks = [.. candidates.Select(x => new GroupAsk(x, GroupRequest.Snapshot, epoch)).Where(x => !group.Access.Asked.Contains(x)).Take(1)];
            foreach (GroupAsk ask in asks)
            {
                await AskAsync(group, ask, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Asks a member for a group whether or not it is known here.</summary>
    public async ValueTask RecoverAsync(AccountId group, AccountId member, CancellationToken cancellationToken)
    {
        DeviceTag own = await courier.OwnTagAsync(cancellationToken).ConfigureAwait(false);
        await courier.TellAsync(member, new GroupLetter(group) { Request = GroupRequest.Snapshot, Sender = own }, keep: false, cancellationToken).ConfigureAwait(false);
    }

    public static byte[] NewKey()
    {
        byte[] key = new byte[GroupBox.KeySize];
        RandomSource.System.Fill(key);
        return key;
    }

    public void Dispose() => _oneAtATime.Dispose();

    private async ValueTask AskAsync(LocalGroup group, GroupAsk ask, CancellationToken cancellationToken)
    {
        using (RatchetMemory.Step step = await memory.EnterAsync(cancellationToken).ConfigureAwait(false))
        {
            if (group.Access.Asked.Contains(ask))
            {
                return;
            }

            // Noted first: a crash must not ask twice.
            await memory.CommitAsync(group, group.Access.WithAsked(ask), group.Ledger, new AccountChanges(), cancellationToken).ConfigureAwait(false);
        }

        try
        {
            DeviceTag own = await courier.OwnTagAsync(cancellationToken).ConfigureAwait(false);
            await courier.TellAsync(ask.Account, new GroupLetter(group.Id) { Request = ask.Request, Sender = own }, keep: false, cancellationToken).ConfigureAwait(false);
        }
        catch (OnionException e)
        {
            ClientLog.NotAnswered(logger, e.Fault);
        }
        catch (ProtectionUnavailableException e)
        {
            ClientLog.NotReachable(logger, e.Obstacle);
        }
    }

    private async ValueTask AnnounceAsync(LocalGroup group, GroupHash id, CancellationToken cancellationToken)
    {
        SignedGroupChange change = group.Ledger.Changes.First(x => x.Id == id);
        if (change.Change is GroupChange.Remove or GroupChange.Rekey)
        {
            await AnnounceKeyAsync(group, change, cancellationToken).ConfigureAwait(false);
        }
        else if (group.OuterKey is { } key)
        {
            ReadOnlyMemory<byte> record = change.Change is GroupChange.Answer { Value: GroupAnswer.Accept } ? await courier.OwnRecordAsync(cancellationToken).ConfigureAwait(false) : default;
            await courier.StoreAsync(group, key, GroupObject.OfChanges([change], record), StorageLimits.MaxTimeToLive, cancellationToken).ConfigureAwait(false);
        }

        using RatchetMemory.Step step = await memory.EnterAsync(cancellationToken).ConfigureAwait(false);
        GroupAccess access = group.Access with { Unannounced = [.. group.Access.Unannounced.Where(x => x != id)] };
        if (change.Change is GroupChange.Answer { Value: not GroupAnswer.Accept })
        {
            // Left or declined, and the group knows. The account's other devices do not, if it was declined: they do not look before it is accepted.
            await memory.CommitAsync(
                group,
                GroupAccess.Ended with { Untold = [Self] },
                group.Ledger,
                new AccountChanges { States = await memory.ForgetKeysAsync(group.Id, cancellationToken).ConfigureAwait(false) },
                cancellationToken).ConfigureAwait(false);
            group.Forget();
            return;
        }

        await memory.CommitAsync(group, access, group.Ledger, new AccountChanges(), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// A change with a new outer key goes by ratchet to each device of the members, under the key before it: who is removed cannot read it.
    /// </summary>
    private async ValueTask AnnounceKeyAsync(LocalGroup group, SignedGroupChange change, CancellationToken cancellationToken)
    {
        GroupHash id = change.Change is GroupChange.Remove remove ? remove.Key.Id : ((GroupChange.Rekey)change.Change).Key.Id;
        if (group.Access.FindKey(id) is not { } key)
        {
            // Eight keys later; whoever still needs this one asks for a snapshot.
            return;
        }

        ReadOnlyMemory<byte> before = group.Access.OuterKeys.SkipWhile(x => !x.Span.SequenceEqual(key.Span)).Skip(1).FirstOrDefault(key);
        GroupTargets targets = await courier.TargetsAsync(group, withInvited: true, cancellationToken).ConfigureAwait(false);
        IReadOnlyList<byte[]> objects;
        using (RatchetMemory.Step step = await memory.EnterAsync(cancellationToken).ConfigureAwait(false))
        {
            var states = new List<AccountState>();
            objects = await courier.EncryptAsync(group, targets.Devices, new GroupLetter(group.Id) { Changes = [change.Bytes], OuterKey = key }, states, cancellationToken).ConfigureAwait(false);
            await memory.CommitAsync(new AccountChanges { States = states }, cancellationToken).ConfigureAwait(false);
        }

        foreach (byte[] content in objects)
        {
            await courier.StoreAsync(group, before, content, StorageLimits.MaxTimeToLive, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Revokes the tokens of all who have gone, and of those for whom there was no room.</summary>
    private async ValueTask RevokeAsync(LocalGroup group, CancellationToken cancellationToken)
    {
        GroupState state = group.State;
        (AccountId Account, GroupHash Change)[] gone =
        [
            .. state.Departed.Values.Select(x => (x.Account, x.Change.Id))
                .Concat(state.Refusals.Where(x => x is { Reason: GroupRefusalReason.Full, About: not null } && state.Find(x.About.Value) is null).Select(x => (x.About!.Value, x.Change.Id)))
                .Where(x => !group.Access.Revoked.Contains(x.Id))
                .Take(StorageLimits.MaxRevokedTokens),
        ];
        if (gone.Length == 0 || group.Key is not { } key || group.Credentials is not { } credentials)
        {
            return;
        }

        SubaccountToken[] tokens = Tokens(key, gone.Select(x => x.Account));
        if (tokens.Length > 0)
        {
            await swarm.SendAsync(StorageRequest.RevokeSubaccounts(credentials, tokens), cancellationToken).ConfigureAwait(false);
        }

        using RatchetMemory.Step step = await memory.EnterAsync(cancellationToken).ConfigureAwait(false);
        GroupAccess access = group.Access with { Revoked = [.. gone.Select(x => x.Change).Distinct().Concat(group.Access.Revoked).Take(4 * StorageLimits.MaxRevokedTokens)] };
        await memory.CommitAsync(group, access, group.Ledger, new AccountChanges(), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Gives back the rights of former members that are invited again; for others it does nothing.</summary>
    private async ValueTask RestoreAsync(LocalGroup group, IReadOnlyList<AccountId> accounts, CancellationToken cancellationToken)
    {
        AccountId[] members = [.. accounts.Where(x => x != Self && group.State.Find(x) is { IsJoined: false } && WasMember(group, x))];
        if (members.Length == 0 || group.Key is not { } key || group.Credentials is not { } credentials)
        {
            return;
        }

        foreach (SubaccountToken[] some in Tokens(key, members).Chunk(StorageLimits.MaxRevokedTokens))
        {
            await swarm.SendAsync(StorageRequest.RestoreSubaccounts(credentials, some), cancellationToken).ConfigureAwait(false);
        }
    }

    // An admin may have named ids that hold no key; nobody has a token for them.
    private static SubaccountToken[] Tokens(GroupAdminKey key, IEnumerable<AccountId> accounts)
    {
        var tokens = new List<SubaccountToken>();
        foreach (AccountId account in accounts)
        {
            if (key.TryCreateToken(account, SubaccountRights.Read | SubaccountRights.Write, out SubaccountToken token))
            {
                tokens.Add(token);
            }
        }

        return [.. tokens.Distinct()];
    }

    private static bool WasMember(LocalGroup group, AccountId account) => group.State.Effective.Any(x =>
        (x.Change is GroupChange.Remove remove && remove.Members.Any(y => y.Account == account))
        || (x.Author == account && x.Change is GroupChange.Answer { Value: not GroupAnswer.Accept }));

    private async ValueTask TellAllAsync(LocalGroup group, CancellationToken cancellationToken)
    {
        if (group.Access.Untold.Count == 0)
        {
            return;
        }

        await RestoreAsync(group, group.Access.Untold, cancellationToken).ConfigureAwait(false);
        OnionException? trouble = null;
        foreach (AccountId[] some in group.Access.Untold.Chunk(GroupCourier.Parallelism))
        {
            OnionException?[] results = await Task.WhenAll(some.Select(x => TryTellAsync(group, x, cancellationToken))).ConfigureAwait(false);
            AccountId[] told = [.. some.Where((_, i) => results[i] is null)];
            trouble ??= Array.Find(results, x => x is not null);
            using RatchetMemory.Step step = await memory.EnterAsync(cancellationToken).ConfigureAwait(false);
            GroupAccess access = group.Access with { Untold = [.. group.Access.Untold.Except(told)] };
            await memory.CommitAsync(group, access, group.Ledger, new AccountChanges(), cancellationToken).ConfigureAwait(false);
        }

        if (trouble is not null)
        {
            throw trouble;
        }
    }

    private async Task<OnionException?> TryTellAsync(LocalGroup group, AccountId account, CancellationToken cancellationToken)
    {
        try
        {
            await TellAsync(group, account, cancellationToken).ConfigureAwait(false);
            return null;
        }
        catch (OnionException e)
        {
            return e;
        }
        catch (ProtectionUnavailableException e)
        {
            // It has given up the ratchet since it was invited; it can ask when it is back.
            ClientLog.NotReachable(logger, e.Obstacle);
            return null;
        }
    }

    /// <summary>Tells an account how it stands to the group: everything for a member, the change that ended it for a former one.</summary>
    private async ValueTask TellAsync(LocalGroup group, AccountId account, CancellationToken cancellationToken)
    {
        GroupState state = group.State;
        if (state.Find(account) is not { } member)
        {
            if (state.Departed.TryGetValue(account, out GroupDeparture? gone))
            {
                await courier.TellAsync(account, new GroupLetter(group.Id) { Changes = [gone.Change.Bytes] }, keep: true, cancellationToken).ConfigureAwait(false);
            }

            return;
        }

        bool asAdmin = member.IsAdmin && group.IsAdmin;
        var letter = new GroupLetter(group.Id)
        {
            OuterKey = group.Access.FindKey(state.Key.Id) ?? default,
            Seed = asAdmin ? group.Access.Seed : default,
            SigningValue = asAdmin || group.Key is not { } key ? default : key.CreateSigningValue(account, SubaccountRights.Read | SubaccountRights.Write),
        };
        foreach (IReadOnlyList<ReadOnlyMemory<byte>> changes in Pack(group.Ledger.Changes))
        {
            await courier.TellAsync(account, letter with { Changes = changes }, keep: true, cancellationToken).ConfigureAwait(false);
        }
    }

    private static IEnumerable<IReadOnlyList<ReadOnlyMemory<byte>>> Pack(IEnumerable<SignedGroupChange> changes)
    {
        var some = new List<ReadOnlyMemory<byte>>();
        int size = 0;
        foreach (SignedGroupChange change in changes.OrderBy(x => x.Header.Sequence))
        {
            if (size + change.Bytes.Length > LetterSize)
            {
                yield return some;
                some = [];
                size = 0;
            }

            some.Add(change.Bytes);
            size += change.Bytes.Length;
        }

        yield return some;
    }

    private bool IsDue((AccountId Group, AccountId Member) request)
    {
        DateTimeOffset now = clock.Now;
        lock (_snapshots)
        {
            if (_snapshots.TryGetValue(request, out DateTimeOffset last) && now - last < SnapshotInterval)
            {
                return false;
            }

            _snapshots[request] = now;
            return true;
        }
    }
}
