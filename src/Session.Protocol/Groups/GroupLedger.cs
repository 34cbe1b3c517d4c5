namespace Session.Protocol.Groups;

/// <summary>
/// All changes of one group that this device has seen: a set that only grows, so that two ledgers which have seen the same changes in
/// whatever order give the same <see cref="State"/>. Bounded by <see cref="GroupLimits.MaxChanges"/>. Not safe for concurrent use.
/// </summary>
internal sealed class GroupLedger
{
    private readonly Dictionary<GroupHash, SignedGroupChange> _changes = [];
    private bool _isFounded;
    private GroupState? _state = GroupState.Empty;

    public int Count => _changes.Count;

    public IEnumerable<SignedGroupChange> Changes => _changes.Values;

    public GroupState State => _state ??= GroupEvaluator.Evaluate(_changes.Values);

    public bool Contains(GroupHash id) => _changes.ContainsKey(id);

    /// <summary>Takes a change in.</summary>
    /// <returns>False when it was known, or when there is no room for it.</returns>
    public bool Add(SignedGroupChange change)
    {
        // The first founding change stays the only one: every admin has the group's key and could sign another.
        bool founds = change.Change is GroupChange.Create;
        if (_changes.ContainsKey(change.Id) || (founds && _isFounded) || !HasRoomFor(change))
        {
            return false;
        }

        _isFounded |= founds;
        _changes.Add(change.Id, change);
        _state = null;
        return true;
    }

    /// <summary>A ledger with the same changes, to try something out.</summary>
    public GroupLedger Clone()
    {
        var clone = new GroupLedger { _state = _state, _isFounded = _isFounded };
        foreach (SignedGroupChange change in _changes.Values)
        {
            clone._changes.Add(change.Id, change);
        }

        return clone;
    }

    // Looks closer only when the ledger is so full that it matters: an honest group rarely has a change without effect.
    private bool HasRoomFor(SignedGroupChange change)
    {
        if (_changes.Count < GroupLimits.MaxIdleChanges)
        {
            return true;
        }

        if (State.Effective.Count >= GroupLimits.MaxChanges)
        {
            return false;
        }

        if (_changes.Count - State.Effective.Count < GroupLimits.MaxIdleChanges)
        {
            return true;
        }

        // What waits is full: only what has an effect at once still fits.
        return GroupEvaluator.Evaluate(_changes.Values.Append(change)).Effective.Any(x => x.Id == change.Id);
    }
}
