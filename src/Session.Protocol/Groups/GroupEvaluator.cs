using Session.Protocol.Accounts;

namespace Session.Protocol.Groups;

/// <summary>
/// Makes the state of a group from its changes. They are gone through by sequence and name; each has an effect only if its author
/// may do that at its place. An admin can only be removed by one that has been it for longer, so no removal can undo the
/// right of its own author. A removal of an admin also takes the effect from all changes of it that the remover did not know: it
/// wins over what the removed does at the same time, and dating a change back gains nothing. Pure.
/// </summary>
internal sealed class GroupEvaluator
{
    /// <summary>Invitations of one account that count as the same membership; two admins at once make two.</summary>
    private const int MaxMemberships = 16;

    private readonly SignedGroupChange[] _ordered;
    private readonly Dictionary<GroupHash, SignedGroupChange> _byId;
    private readonly HashSet<GroupHash> _void;

    private readonly Dictionary<AccountId, GroupMemberState> _members = [];
    private readonly Dictionary<AccountId, GroupDeparture> _departed = [];
    private readonly List<SignedGroupChange> _effective = [];
    private readonly List<GroupRefusal> _refusals = [];
    private readonly List<(int Seniority, HashSet<GroupHash> Voided)> _conflicts = [];
    private string _name = "";
    private string _description = "";
    private GroupChange.SetPicture _picture = new("", default);
    private uint _timer;
    private uint _epoch;
    private GroupKeyMark _key;

    private GroupEvaluator(SignedGroupChange[] ordered, Dictionary<GroupHash, SignedGroupChange> byId, HashSet<GroupHash> voided)
    {
        _ordered = ordered;
        _byId = byId;
        _void = voided;
    }

    public static GroupState Evaluate(IEnumerable<SignedGroupChange> changes)
    {
        SignedGroupChange[] ordered = [.. changes];
        Array.Sort(ordered, SignedGroupChange.Compare);
        Dictionary<GroupHash, SignedGroupChange> byId = ordered.ToDictionary(x => x.Id);
        HashSet<GroupHash> voided = [];
        while (true)
        {
            var pass = new GroupEvaluator(ordered, byId, voided);
            pass.Run();
            if (pass._conflicts.Count == 0)
            {
                return pass.ToState();
            }

            // The removals of the most senior remover first: no other one can void them. Each round voids more, so it ends.
            int first = pass._conflicts.Min(x => x.Seniority);
            foreach (HashSet<GroupHash> more in pass._conflicts.Where(x => x.Seniority == first).Select(x => x.Voided))
            {
                voided.UnionWith(more);
            }
        }
    }

    private void Run()
    {
        for (int place = 0; place < _ordered.Length; place++)
        {
            SignedGroupChange change = _ordered[place];
            GroupRefusalReason reason = _void.Contains(change.Id) ? GroupRefusalReason.AfterRemoval : Apply(change, place);
            if (reason == GroupRefusalReason.None)
            {
                _effective.Add(change);
            }
            else
            {
                Refuse(change, null, reason);
            }
        }
    }

    private GroupRefusalReason Apply(SignedGroupChange change, int place)
    {
        if (change.Change is GroupChange.Create create)
        {
            return Found(change, create, place);
        }

        if (!_members.TryGetValue(change.Author, out GroupMemberState? author) || !author.Memberships.Contains(change.Header.Membership))
        {
            return GroupRefusalReason.NotAMember;
        }

        if (change.Change is GroupChange.Answer answer)
        {
            return Answer(change, author, answer.Value);
        }

        return author is { IsJoined: true, IsAdmin: true } ? ApplyAsAdmin(change, author, place) : GroupRefusalReason.NotAnAdmin;
    }

    private GroupRefusalReason ApplyAsAdmin(SignedGroupChange change, GroupMemberState author, int place)
    {
        switch (change.Change)
        {
            case GroupChange.Add add:
                return ForEach(change, add.Members, x => x, x => Add(change, x));
            case GroupChange.Remove remove:
                GroupRefusalReason removed = ForEach(change, remove.Members, x => x.Account, x => Remove(change, author, x));
                TakeKey(removed, remove.Key);
                return removed;
            case GroupChange.Promote promote:
                return Promote(promote.Member, place);
            case GroupChange.Rename rename:
                _name = rename.Name;
                return GroupRefusalReason.None;
            case GroupChange.Describe describe:
                _description = describe.Description;
                return GroupRefusalReason.None;
            case GroupChange.SetPicture picture:
                _picture = picture;
                return GroupRefusalReason.None;
            case GroupChange.SetTimer timer:
                _timer = timer.Seconds;
                return GroupRefusalReason.None;
            case GroupChange.Rekey rekey:
                TakeKey(GroupRefusalReason.None, rekey.Key);
                return GroupRefusalReason.None;
            default:
                throw new InvalidOperationException("Not a known change.");
        }
    }

    private GroupRefusalReason Found(SignedGroupChange change, GroupChange.Create create, int place)
    {
        if (_effective.Count > 0)
        {
            return GroupRefusalReason.NoEffect;
        }

        _members[change.Author] = new GroupMemberState
        {
            Account = change.Author,
            IsJoined = true,
            AdminSince = place,
            AddedBy = change.Author,
            Memberships = [change.Id],
        };
        _name = create.Name;
        _key = new GroupKeyMark(create.Key, 0);
        return GroupRefusalReason.None;
    }

    private GroupRefusalReason Add(SignedGroupChange change, AccountId account)
    {
        if (_members.TryGetValue(account, out GroupMemberState? known))
        {
            if (known.Memberships.Count >= MaxMemberships || known.Memberships.Contains(change.Id))
            {
                return GroupRefusalReason.NoEffect;
            }

            // Invited by two admins: its own changes may name either.
            _members[account] = known with { Memberships = [.. known.Memberships, change.Id] };
            return GroupRefusalReason.None;
        }

        if (_members.Count >= GroupLimits.MaxMembers)
        {
            return GroupRefusalReason.Full;
        }

        _members[account] = new GroupMemberState { Account = account, AddedBy = change.Author, Memberships = [change.Id] };
        _departed.Remove(account);
        return GroupRefusalReason.None;
    }

    private GroupRefusalReason Answer(SignedGroupChange change, GroupMemberState author, GroupAnswer answer)
    {
        if (answer == GroupAnswer.Accept)
        {
            _members[author.Account] = author with { IsJoined = true };
            return author.IsJoined ? GroupRefusalReason.NoEffect : GroupRefusalReason.None;
        }

        if (answer == GroupAnswer.Decline && author.IsJoined)
        {
            return GroupRefusalReason.NoEffect;
        }

        Depart(author.Account, change);
        return GroupRefusalReason.None;
    }

    private GroupRefusalReason Remove(SignedGroupChange change, GroupMemberState author, GroupRemoval removal)
    {
        if (!_members.TryGetValue(removal.Account, out GroupMemberState? target) || target.Account == author.Account)
        {
            return GroupRefusalReason.NoEffect;
        }

        if (target.AdminSince <= author.AdminSince)
        {
            return GroupRefusalReason.NotSenior;
        }

        if (target.IsAdmin)
        {
            VoidWhatIsBehind(removal, target, author.AdminSince!.Value);
        }

        Depart(target.Account, change);
        return GroupRefusalReason.None;
    }

    /// <summary>Notes the removed admin's changes that had an effect so far and should not have.</summary>
    private void VoidWhatIsBehind(GroupRemoval removal, GroupMemberState target, int seniority)
    {
        HashSet<GroupHash> known = [];
        foreach (GroupHash head in removal.Known)
        {
            GroupHash id = head;
            while (_byId.TryGetValue(id, out SignedGroupChange? change) && change.Author == target.Account && known.Add(id))
            {
                id = change.Header.Previous;
            }
        }

        HashSet<GroupHash> voided = [.. _effective.Where(x => x.Author == target.Account && target.Memberships.Contains(x.Header.Membership) && !known.Contains(x.Id)).Select(x => x.Id)];
        if (voided.Count > 0)
        {
            _conflicts.Add((seniority, voided));
        }
    }

    private GroupRefusalReason Promote(AccountId member, int place)
    {
        if (!_members.TryGetValue(member, out GroupMemberState? known) || known.IsAdmin)
        {
            return GroupRefusalReason.NoEffect;
        }

        _members[member] = known with { AdminSince = place };
        return GroupRefusalReason.None;
    }

    private void Depart(AccountId account, SignedGroupChange change)
    {
        _members.Remove(account);
        _departed[account] = new GroupDeparture(account, change);
        _epoch++;
    }

    private void TakeKey(GroupRefusalReason reason, GroupKeyMark key)
    {
        // Of two the one that knows more departures; of equals the later one.
        if (reason == GroupRefusalReason.None && key.Epoch >= _key.Epoch)
        {
            _key = key;
        }
    }

    /// <summary>Applies a change to several accounts. It counts when it has an effect on one of them.</summary>
    private GroupRefusalReason ForEach<T>(SignedGroupChange change, IReadOnlyList<T> items, Func<T, AccountId> about, Func<T, GroupRefusalReason> apply)
    {
        GroupRefusalReason[] reasons = [.. items.Select(apply)];
        bool counts = Array.Exists(reasons, x => x == GroupRefusalReason.None);
        for (int i = 0; i < reasons.Length; i++)
        {
            if (reasons[i] != GroupRefusalReason.None)
            {
                Refuse(change, about(items[i]), reasons[i]);
            }
        }

        return counts ? GroupRefusalReason.None : reasons[0];
    }

    private void Refuse(SignedGroupChange change, AccountId? about, GroupRefusalReason reason) => _refusals.Add(new GroupRefusal(change, about, reason));

    private GroupState ToState() => new()
    {
        Name = _name,
        Description = _description,
        PictureUrl = _picture.Url,
        PictureKey = _picture.Key,
        TimerSeconds = _timer,
        Epoch = _epoch,
        Key = _key,
        Members = _members,
        Departed = _departed,
        Effective = _effective,
        Refusals = _refusals,
    };
}
