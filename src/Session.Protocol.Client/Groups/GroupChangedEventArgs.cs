using Session.Protocol.Accounts;
using Session.Protocol.Groups;

namespace Session.Protocol.Client.Groups;

/// <summary>Something changed in a group, by the hand of another member or of another device of this account.</summary>
/// <param name="group">The group, <c>03…</c>.</param>
/// <param name="kind">What happened.</param>
/// <param name="author">Who did it, proved by a signature; one's own id where it was nobody else.</param>
/// <param name="members">Whom it is about; empty for changes of the group itself.</param>
public sealed class GroupChangedEventArgs(AccountId group, GroupChangeKind kind, AccountId author, IReadOnlyList<AccountId> members) : EventArgs
{
    /// <summary>The group, <c>03…</c>.</summary>
    public AccountId GroupId { get; } = group;

    /// <summary>What happened.</summary>
    public GroupChangeKind Kind { get; } = kind;

    /// <summary>Who did it, proved by a signature; one's own id where it was nobody else.</summary>
    public AccountId Author { get; } = author;

    /// <summary>Whom it is about; empty for changes of the group itself.</summary>
    public IReadOnlyList<AccountId> Members { get; } = members;

    /// <summary>What is new in a state.</summary>
    internal static IEnumerable<GroupChangedEventArgs> Between(AccountId group, AccountId self, GroupState before, GroupState after)
    {
        if (ReferenceEquals(before, after))
        {
            return [];
        }

        if (before.Find(self) is null)
        {
            // A member from now on: what happened before is not told one by one.
            return after.Find(self) is { } member
                ? [new GroupChangedEventArgs(group, member.IsJoined ? GroupChangeKind.Joined : GroupChangeKind.Invited, member.AddedBy, [self])]
                : [];
        }

        HashSet<GroupHash> known = [.. before.Effective.Select(x => x.Id)];
        HashSet<GroupHash> refused = [.. before.Refusals.Where(x => x.About is null).Select(x => x.Change.Id)];
        return after.Effective.Where(x => !known.Contains(x.Id)).Select(x => Of(group, self, x)).OfType<GroupChangedEventArgs>()
            .Concat(after.Refusals.Where(x => x.About is null && x.Change.Author == self && known.Contains(x.Change.Id) && !refused.Contains(x.Change.Id)).Select(x => Refused(group, x)))
            .Concat(FullFor(group, self, before, after));
    }

    private static GroupChangedEventArgs? Of(AccountId group, AccountId self, SignedGroupChange change)
    {
        (GroupChangeKind Kind, IReadOnlyList<AccountId> Members)? told = change.Change switch
        {
            GroupChange.Add add => (GroupChangeKind.MembersInvited, add.Members),
            GroupChange.Remove remove => (GroupChangeKind.MembersRemoved, [.. remove.Members.Select(x => x.Account)]),
            GroupChange.Promote promote => (GroupChangeKind.MemberPromoted, [promote.Member]),
            GroupChange.Answer { Value: GroupAnswer.Accept } => (change.Author == self ? GroupChangeKind.Joined : GroupChangeKind.MemberJoined, [change.Author]),
            GroupChange.Answer { Value: GroupAnswer.Decline } => (GroupChangeKind.MemberDeclined, [change.Author]),
            GroupChange.Answer => (GroupChangeKind.MemberLeft, [change.Author]),
            GroupChange.Rename => (GroupChangeKind.Renamed, []),
            GroupChange.Describe => (GroupChangeKind.DescriptionChanged, []),
            GroupChange.SetPicture => (GroupChangeKind.PictureChanged, []),
            GroupChange.SetTimer => (GroupChangeKind.TimerChanged, []),
            _ => null,
        };
        return told is { } some ? new GroupChangedEventArgs(group, some.Kind, change.Author, some.Members) : null;
    }

    private static GroupChangedEventArgs Refused(AccountId group, GroupRefusal refusal) => refusal.Change.Change is GroupChange.Add add
        ? new GroupChangedEventArgs(group, GroupChangeKind.InviteRefused, refusal.Change.Author, add.Members)
        : new GroupChangedEventArgs(group, GroupChangeKind.ChangeRefused, refusal.Change.Author, []);

    /// <summary>Own invitations that had room before and have none any more, though others of the same change have.</summary>
    private static IEnumerable<GroupChangedEventArgs> FullFor(AccountId group, AccountId self, GroupState before, GroupState after)
    {
        HashSet<GroupHash> effective = [.. after.Effective.Select(x => x.Id)];
        HashSet<(GroupHash, AccountId?)> known = [.. before.Refusals.Select(x => (x.Change.Id, x.About))];
        return after.Refusals
            .Where(x => x.About is not null && x.Reason == GroupRefusalReason.Full && x.Change.Author == self && effective.Contains(x.Change.Id) && !known.Contains((x.Change.Id, x.About)))
            .GroupBy(x => x.Change.Id)
            .Select(x => new GroupChangedEventArgs(group, GroupChangeKind.InviteRefused, self, [.. x.Select(y => y.About!.Value)]));
    }
}
