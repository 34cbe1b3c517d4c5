using Session.Protocol.Accounts;
using Session.Protocol.Client.Ratchet;
using Session.Protocol.Client.Stores;
using Session.Protocol.Cryptography;
using Session.Protocol.Groups;

namespace Session.Protocol.Client.Groups;

/// <summary>
/// Makes changes in the name of this account. A change is worked out, checked and stored in one step, with a note that the group is still to
/// be told; <see cref="GroupDuties"/> tells it.
/// </summary>
internal sealed class GroupRoster(SessionIdentity identity, GroupMemory memory, SendTimes times)
{
    private AccountId Self => identity.AccountId;

    /// <summary>Founds a group and invites members. Not within a step.</summary>
    public async ValueTask<LocalGroup> FoundAsync(string name, IReadOnlyList<AccountId> members, CancellationToken cancellationToken)
    {
        byte[] seed = new byte[GroupAdminKey.SeedSize];
        byte[] outerKey = new byte[GroupBox.KeySize];
        RandomSource.System.Fill(seed);
        RandomSource.System.Fill(outerKey);
        using var key = GroupAdminKey.FromSeed(seed);
        using RatchetMemory.Step step = await memory.EnterAsync(cancellationToken).ConfigureAwait(false);
        LocalGroup group = await memory.FindOrCreateAsync(key.GroupId, cancellationToken).ConfigureAwait(false)
            ?? throw new InvalidOperationException($"An account can have {GroupMemory.MaxGroups} groups.");
        var ledger = new GroupLedger();
        SignedGroupChange founding = SignedGroupChange.Sign(
            identity, group.Id, new GroupChangeHeader(0, await times.NextAsync(cancellationToken).ConfigureAwait(false), default, default), new GroupChange.Create(name, GroupBox.IdOf(outerKey)), key);
        ledger.Add(founding);
        if (members.Count > 0)
        {
            ledger.Add(SignedGroupChange.Sign(identity, group.Id, new GroupChangeHeader(1, await times.NextAsync(cancellationToken).ConfigureAwait(false), founding.Id, founding.Id), new GroupChange.Add(members)));
        }

        // The account's other devices are told like members.
        var access = new GroupAccess { Seed = seed, OuterKeys = [outerKey], Untold = [Self, .. members] };
        await memory.CommitAsync(group, access, ledger, new AccountChanges(), cancellationToken).ConfigureAwait(false);
        return group;
    }

    /// <summary>Makes a change. Not within a step.</summary>
    /// <param name="group">The group.</param>
    /// <param name="make">The change for a state; null when there is nothing to do any more. It throws what stands in the way.</param>
    /// <param name="alter">What this account holds from then on.</param>
    /// <param name="cancellationToken">Cancels before anything changes.</param>
    /// <exception cref="GroupException">The change would have no effect.</exception>
    public async ValueTask ChangeAsync(
        LocalGroup group, Func<GroupState, GroupChange?> make, Func<GroupAccess, GroupState, GroupAccess>? alter, CancellationToken cancellationToken)
    {
        using RatchetMemory.Step step = await memory.EnterAsync(cancellationToken).ConfigureAwait(false);
        GroupState state = group.State;
        if (group.Access.IsOver || state.Find(Self) is not { } self)
        {
            throw new GroupException(GroupProblem.NotAMember);
        }

        if (make(state) is not { } change)
        {
            return;
        }

        if (change is not GroupChange.Answer && !group.IsAdmin)
        {
            throw new GroupException(self.IsJoined ? GroupProblem.NotAnAdmin : GroupProblem.NotJoined);
        }

        IReadOnlyList<GroupHash> heads = state.HeadsOf(Self);
        var header = new GroupChangeHeader(state.NextSequence, await times.NextAsync(cancellationToken).ConfigureAwait(false), heads.Count > 0 ? heads[0] : default, self.Memberships[0]);
        SignedGroupChange signed = SignedGroupChange.Sign(identity, group.Id, header, change);
        GroupLedger ledger = group.Ledger.Clone();
        if (!ledger.Add(signed))
        {
            throw new GroupException(GroupProblem.TooManyChanges);
        }

        if (ledger.State.Refusals.FirstOrDefault(x => x.Change.Id == signed.Id) is { } refusal)
        {
            throw new GroupException(Problem(refusal.Reason, change));
        }

        GroupAccess access = group.Access with { Unannounced = [.. group.Access.Unannounced, signed.Id] };
        await memory.CommitAsync(group, alter?.Invoke(access, ledger.State) ?? access, ledger, new AccountChanges(), cancellationToken).ConfigureAwait(false);
    }

    private static GroupProblem Problem(GroupRefusalReason reason, GroupChange change) => reason switch
    {
        GroupRefusalReason.Full => GroupProblem.Full,
        GroupRefusalReason.NotSenior => GroupProblem.NotSenior,
        GroupRefusalReason.NotAnAdmin => GroupProblem.NotAnAdmin,
        GroupRefusalReason.NotAMember or GroupRefusalReason.AfterRemoval => GroupProblem.NotAMember,
        _ => change is GroupChange.Remove ? GroupProblem.NoSuchMember : GroupProblem.NoChange,
    };
}
