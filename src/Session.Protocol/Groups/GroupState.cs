using Session.Protocol.Accounts;

namespace Session.Protocol.Groups;

/// <summary>What a group is, worked out from a set of changes. The same set gives the same state everywhere, whatever the order of arrival. Immutable.</summary>
internal sealed class GroupState
{
    /// <summary>Before the founding change has arrived.</summary>
    public static GroupState Empty { get; } = new();

    /// <summary>Whether the founding change is known.</summary>
    public bool IsFounded => Effective.Count > 0;

    public string Name { get; init; } = "";

    public string Description { get; init; } = "";

    public string PictureUrl { get; init; } = "";

    public ReadOnlyMemory<byte> PictureKey { get; init; }

    /// <summary>How long messages stay after they were sent, seconds; 0 for ever.</summary>
    public uint TimerSeconds { get; init; }

    /// <summary>Number of departures: declined, left and removed. A sender key made in another epoch is not used to send.</summary>
    public uint Epoch { get; init; }

    /// <summary>The outer key to encrypt with.</summary>
    public GroupKeyMark Key { get; init; }

    /// <summary>All outer keys that members have named with effect.</summary>
    public IEnumerable<GroupHash> KeyIds => Effective.Select(x => x.Change switch
    {
        GroupChange.Create create => create.Key,
        GroupChange.Remove remove => remove.Key.Id,
        GroupChange.Rekey rekey => rekey.Key.Id,
        _ => default,
    });

    /// <summary>Somebody who is gone may have the outer key.</summary>
    public bool IsKeyStale => Key.Epoch < Epoch;

    /// <summary>Members and invited accounts, at most <see cref="GroupLimits.MaxMembers"/>.</summary>
    public IReadOnlyDictionary<AccountId, GroupMemberState> Members { get; init; } = new Dictionary<AccountId, GroupMemberState>();

    /// <summary>Accounts that were members and are not, with how it came.</summary>
    public IReadOnlyDictionary<AccountId, GroupDeparture> Departed { get; init; } = new Dictionary<AccountId, GroupDeparture>();

    /// <summary>Changes that have an effect, in order.</summary>
    public IReadOnlyList<SignedGroupChange> Effective { get; init; } = [];

    /// <summary>What has none, and why.</summary>
    public IReadOnlyList<GroupRefusal> Refusals { get; init; } = [];

    /// <summary>Sequence for the next change.</summary>
    public ulong NextSequence => Effective.Count == 0 ? 1 : Math.Min(Effective[^1].Header.Sequence + 1, GroupLimits.MaxSequence);

    public GroupMemberState? Find(AccountId account) => Members.GetValueOrDefault(account);

    public bool IsJoined(AccountId account) => Find(account) is { IsJoined: true };

    public bool IsAdmin(AccountId account) => Find(account) is { IsJoined: true, IsAdmin: true };

    /// <summary>Joined admins, those first who are it longest.</summary>
    public IEnumerable<GroupMemberState> Admins => Members.Values.Where(x => x is { IsJoined: true, IsAdmin: true }).OrderBy(x => x.AdminSince);

    /// <summary>The newest effective changes of an account: none of its other changes comes after them.</summary>
    public IReadOnlyList<GroupHash> HeadsOf(AccountId account)
    {
        SignedGroupChange[] own = [.. Effective.Where(x => x.Author == account)];
        HashSet<GroupHash> followed = [.. own.Select(x => x.Header.Previous)];
        return [.. own.Reverse().Select(x => x.Id).Where(x => !followed.Contains(x)).Take(GroupLimits.MaxKnownHeads)];
    }
}
