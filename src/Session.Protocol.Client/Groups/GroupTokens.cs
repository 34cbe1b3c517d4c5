using Session.Protocol.Accounts;
using Session.Protocol.Client.Ratchet;
using Session.Protocol.Client.Stores;
using Session.Protocol.Groups;
using Session.Protocol.Onion.Storage;
using Session.Protocol.Onion.Swarms;

namespace Session.Protocol.Client.Groups;

/// <summary>An admin's part in who may use the group's swarm: revokes the tokens of those who have gone, and gives them back to those who are invited again.</summary>
internal sealed class GroupTokens(SessionIdentity identity, GroupMemory memory, ISwarmClient swarm)
{
    private AccountId Self => identity.AccountId;

    /// <summary>Revokes the tokens of all who have gone, and of those for whom there was no room.</summary>
    public async ValueTask RevokeAsync(LocalGroup group, CancellationToken cancellationToken)
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
    public async ValueTask RestoreAsync(LocalGroup group, IReadOnlyList<AccountId> accounts, CancellationToken cancellationToken)
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
}
