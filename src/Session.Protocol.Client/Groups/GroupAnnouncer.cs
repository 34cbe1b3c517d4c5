using Session.Protocol.Accounts;
using Session.Protocol.Client.Ratchet;
using Session.Protocol.Client.Stores;
using Session.Protocol.Groups;
using Session.Protocol.Onion;
using Session.Protocol.Onion.Storage;

namespace Session.Protocol.Client.Groups;

/// <summary>Tells a group of this account's own changes; a new outer key goes with its change, to each device by ratchet.</summary>
internal sealed class GroupAnnouncer(SessionIdentity identity, GroupMemory memory, GroupCourier courier)
{
    private AccountId Self => identity.AccountId;

    /// <summary>Stores a change in the group's swarm, and strikes it off. Not within a step.</summary>
    /// <exception cref="OnionException">The network did not store it; it stays noted.</exception>
    public async ValueTask AnnounceAsync(LocalGroup group, GroupHash id, CancellationToken cancellationToken)
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
}
