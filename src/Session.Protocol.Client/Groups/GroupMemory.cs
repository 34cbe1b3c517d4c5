using System.Security.Cryptography;
using Session.Protocol.Accounts;
using Session.Protocol.Client.Ratchet;
using Session.Protocol.Client.Stores;
using Session.Protocol.Devices;
using Session.Protocol.Groups;
using Session.Protocol.Onion.Storage.Results;

namespace Session.Protocol.Client.Groups;

/// <summary>
/// The groups' part of the account's store, in types. Changes are made within a step of <see cref="RatchetMemory"/>, because one commit
/// often covers a ratchet session, a sender key and a message.
/// </summary>
internal sealed class GroupMemory(IAccountStore store, RatchetMemory ratchet, SessionIdentity identity) : IDisposable
{
    /// <summary>Groups of one account; strangers can invite, and each group is a mailbox to look into.</summary>
    public const int MaxGroups = 256;

    private readonly Dictionary<AccountId, LocalGroup> _groups = [];
    private bool _isLoaded;

    public AccountId Self => identity.AccountId;

    public ValueTask<RatchetMemory.Step> EnterAsync(CancellationToken cancellationToken) => ratchet.EnterAsync(cancellationToken);

    /// <summary>All groups. Not within a step.</summary>
    public async ValueTask<IReadOnlyList<LocalGroup>> ListAsync(CancellationToken cancellationToken)
    {
        using RatchetMemory.Step step = await EnterAsync(cancellationToken).ConfigureAwait(false);
        await LoadAsync(cancellationToken).ConfigureAwait(false);
        return [.. _groups.Values];
    }

    /// <summary>A group, or null. Not within a step.</summary>
    public async ValueTask<LocalGroup?> FindAsync(AccountId group, CancellationToken cancellationToken)
    {
        using RatchetMemory.Step step = await EnterAsync(cancellationToken).ConfigureAwait(false);
        await LoadAsync(cancellationToken).ConfigureAwait(false);
        return _groups.GetValueOrDefault(group);
    }

    /// <summary>A group as it is now; a new empty one when it is not known and there is room. Within a step.</summary>
    public async ValueTask<LocalGroup?> FindOrCreateAsync(AccountId group, CancellationToken cancellationToken)
    {
        await LoadAsync(cancellationToken).ConfigureAwait(false);
        return _groups.TryGetValue(group, out LocalGroup? known)
            ? known
            : _groups.Count < MaxGroups ? new LocalGroup(group, identity, new GroupAccess(), new GroupLedger()) : null;
    }

    /// <summary>
    /// Writes a group's new state together with other entries, and takes it over once it is written. Within a step.
    /// </summary>
    /// <param name="group">The group.</param>
    /// <param name="access">What it holds from now on.</param>
    /// <param name="ledger">Its changes from now on.</param>
    /// <param name="changes">What else belongs into the same commit.</param>
    /// <param name="cancellationToken">Cancels before anything changes.</param>
    public async ValueTask CommitAsync(LocalGroup group, GroupAccess access, GroupLedger ledger, AccountChanges changes, CancellationToken cancellationToken)
    {
        var states = new List<AccountState>(changes.States);
        if (!ReferenceEquals(access, group.Access) || !_groups.ContainsKey(group.Id))
        {
            states.Add(new AccountState(GroupKey(group.Id), access.Write()));
        }

        if (!ReferenceEquals(ledger, group.Ledger))
        {
            states.AddRange(ledger.Changes.Where(x => !group.Ledger.Contains(x.Id)).Select(x => new AccountState(ChangeKey(group.Id, x.Id), x.Bytes.ToArray())));
        }

        await ratchet.CommitAsync(changes with { States = states }, cancellationToken).ConfigureAwait(false);
        group.Set(access, ledger);
        _groups[group.Id] = group;
    }

    /// <summary>Whether a group is in memory. Within a step.</summary>
    public bool IsKnown(AccountId group) => _groups.ContainsKey(group);

    /// <summary>Writes entries that change no group's own state.</summary>
    public ValueTask CommitAsync(AccountChanges changes, CancellationToken cancellationToken) => ratchet.CommitAsync(changes, cancellationToken);

    /// <summary>This device's sender key; a new one where there is none, or where the device has got another name. Within a step; the caller disposes it.</summary>
    public async ValueTask<GroupWriter> WriterAsync(AccountId group, DeviceTag own, CancellationToken cancellationToken)
    {
        Guid distributionId = GroupDistribution.IdOf(group, Self, own);
        byte[]? bytes = await store.LoadStateAsync(WriterKey(group), cancellationToken).ConfigureAwait(false);
        if (bytes is null)
        {
            return GroupWriter.Create(distributionId);
        }

        try
        {
            var writer = GroupWriter.Read(bytes);
            if (writer.Session.DistributionId == distributionId)
            {
                return writer;
            }

            writer.Dispose();
            return GroupWriter.Create(distributionId);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    /// <summary>A member's sender key; a new one where there is none. Within a step; the caller disposes it.</summary>
    public async ValueTask<GroupReader> ReaderAsync(AccountId group, AccountId author, DeviceTag tag, CancellationToken cancellationToken)
    {
        byte[]? bytes = await store.LoadStateAsync(ReaderKey(group, author, tag), cancellationToken).ConfigureAwait(false);
        if (bytes is null)
        {
            return GroupReader.Create(GroupDistribution.IdOf(group, author, tag));
        }

        try
        {
            return GroupReader.Read(bytes);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    /// <summary>A stored message that waits, or null when its time is over.</summary>
    public async ValueTask<StoredMessage?> WaitingAsync(AccountId group, string hash, CancellationToken cancellationToken)
    {
        byte[]? bytes = await store.LoadStateAsync(WaitingKey(group, hash), cancellationToken).ConfigureAwait(false);
        return bytes is null ? null : WaitingMessage.Read(hash, bytes).Message;
    }

    /// <summary>Everything of a group that is a key or waits for one, to delete it.</summary>
    public async ValueTask<IReadOnlyList<AccountState>> ForgetKeysAsync(AccountId group, CancellationToken cancellationToken)
    {
        string prefix = group + ":";
        var states = new List<AccountState> { new(WriterKey(group), default) };
        foreach (AccountStateKind kind in new[] { AccountStateKind.GroupReader, AccountStateKind.GroupWaiting })
        {
            IReadOnlyList<AccountStateKey> keys = await store.ListStatesAsync(kind, cancellationToken).ConfigureAwait(false);
            states.AddRange(keys.Where(x => x.Name.StartsWith(prefix, StringComparison.Ordinal)).Select(x => new AccountState(x, default)));
        }

        return states;
    }

    public static AccountState Of(AccountId group, GroupWriter writer) => new(WriterKey(group), writer.Write());

    public static AccountState Of(AccountId group, AccountId author, DeviceTag tag, GroupReader reader) => new(ReaderKey(group, author, tag), reader.Write());

    public static AccountState Of(AccountId group, StoredMessage waiting, GroupWait wait, DateTimeOffset expiresAt) =>
        new(WaitingKey(group, waiting.Hash), WaitingMessage.Write(waiting, wait), expiresAt);

    public static AccountState NoLongerWaiting(AccountId group, string hash) => new(WaitingKey(group, hash), default);

    public void Dispose()
    {
        foreach (LocalGroup group in _groups.Values)
        {
            group.Dispose();
        }
    }

    private async ValueTask LoadAsync(CancellationToken cancellationToken)
    {
        if (_isLoaded)
        {
            return;
        }

        ILookup<AccountId, AccountStateKey> changes = await NamesAsync(AccountStateKind.GroupChange, cancellationToken).ConfigureAwait(false);
        ILookup<AccountId, AccountStateKey> readers = await NamesAsync(AccountStateKind.GroupReader, cancellationToken).ConfigureAwait(false);
        ILookup<AccountId, AccountStateKey> waiting = await NamesAsync(AccountStateKind.GroupWaiting, cancellationToken).ConfigureAwait(false);
        var loaded = new List<LocalGroup>();
        foreach (AccountStateKey key in await store.ListStatesAsync(AccountStateKind.Group, cancellationToken).ConfigureAwait(false))
        {
            var id = AccountId.Parse(key.Name);
            if (await store.LoadStateAsync(key, cancellationToken).ConfigureAwait(false) is { } bytes)
            {
                GroupAccess access = GroupAccess.Read(bytes);
                CryptographicOperations.ZeroMemory(bytes);
                GroupLedger ledger = await LedgerAsync(id, changes[id], cancellationToken).ConfigureAwait(false);
                loaded.Add(new LocalGroup(id, identity, access, ledger));
                await IndexAsync(loaded[^1], readers[id], waiting[id], cancellationToken).ConfigureAwait(false);
            }
        }

        loaded.ForEach(x => _groups[x.Id] = x);
        _isLoaded = true;
    }

    private async ValueTask<GroupLedger> LedgerAsync(AccountId group, IEnumerable<AccountStateKey> keys, CancellationToken cancellationToken)
    {
        var ledger = new GroupLedger();
        foreach (AccountStateKey key in keys)
        {
            byte[]? bytes = await store.LoadStateAsync(key, cancellationToken).ConfigureAwait(false);
            if (bytes is null || SignedGroupChange.TryRead(bytes, group, out SignedGroupChange? change, isTrusted: true) != GroupChangeStatus.Ok)
            {
                throw new InvalidDataException("The store gave a change of a group that this version cannot read.");
            }

            ledger.Add(change!);
        }

        return ledger;
    }

    private async ValueTask IndexAsync(LocalGroup group, IEnumerable<AccountStateKey> readers, IEnumerable<AccountStateKey> waiting, CancellationToken cancellationToken)
    {
        foreach (AccountStateKey key in readers)
        {
            var author = AccountId.Parse(key.Name.AsSpan(AccountId.TextLength + 1, AccountId.TextLength));
            var tag = new DeviceTag(UInt128.Parse(key.Name.AsSpan((2 * AccountId.TextLength) + 2), System.Globalization.NumberStyles.HexNumber, System.Globalization.CultureInfo.InvariantCulture));
            group.Readers[GroupDistribution.IdOf(group.Id, author, tag)] = (author, tag);
            using GroupReader reader = await ReaderAsync(group.Id, author, tag, cancellationToken).ConfigureAwait(false);
            if (reader.Missing.Count > 0)
            {
                group.Gaps[(author, tag)] = 0;
            }
        }

        foreach (AccountStateKey key in waiting)
        {
            string hash = key.Name[(AccountId.TextLength + 1)..];
            if (await store.LoadStateAsync(key, cancellationToken).ConfigureAwait(false) is { } bytes)
            {
                group.Waiting[hash] = WaitingMessage.Read(hash, bytes).Wait;
            }
        }
    }

    private async ValueTask<ILookup<AccountId, AccountStateKey>> NamesAsync(AccountStateKind kind, CancellationToken cancellationToken) =>
        (await store.ListStatesAsync(kind, cancellationToken).ConfigureAwait(false)).ToLookup(x => AccountId.Parse(x.Name.AsSpan(0, AccountId.TextLength)));

    private static AccountStateKey GroupKey(AccountId group) => new(AccountStateKind.Group, group.ToString());

    private static AccountStateKey ChangeKey(AccountId group, GroupHash id) => new(AccountStateKind.GroupChange, $"{group}:{id}");

    private static AccountStateKey WriterKey(AccountId group) => new(AccountStateKind.GroupWriter, group.ToString());

    private static AccountStateKey ReaderKey(AccountId group, AccountId author, DeviceTag tag) => new(AccountStateKind.GroupReader, $"{group}:{author}:{tag}");

    private static AccountStateKey WaitingKey(AccountId group, string hash) => new(AccountStateKind.GroupWaiting, $"{group}:{hash}");
}
