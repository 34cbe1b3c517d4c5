using Microsoft.Extensions.Logging;
using Session.Protocol.Accounts;
using Session.Protocol.Client.Ratchet;
using Session.Protocol.Client.Stores;
using Session.Protocol.Groups;
using Session.Protocol.Onion;

namespace Session.Protocol.Client.Groups;

/// <summary>Tells accounts pairwise how they stand to a group: who was invited gets everything, who was removed the change that did it.</summary>
internal sealed class GroupTeller(GroupMemory memory, GroupCourier courier, GroupTokens tokens, ILogger logger)
{
    /// <summary>Bytes of changes in one letter; a longer history goes in several.</summary>
    private const int LetterSize = 48_000;

    /// <summary>Tells all who are noted, and strikes them off. Not within a step.</summary>
    /// <exception cref="OnionException">Some could not be told; they stay noted.</exception>
    public async ValueTask TellAllAsync(LocalGroup group, CancellationToken cancellationToken)
    {
        if (group.Access.Untold.Count == 0)
        {
            return;
        }

        await tokens.RestoreAsync(group, group.Access.Untold, cancellationToken).ConfigureAwait(false);
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
}
