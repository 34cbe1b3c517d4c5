using Session.Protocol.Accounts;
using Session.Protocol.Groups;
using Session.Protocol.Messages;

namespace Session.Protocol.Client.Groups;

/// <summary>A group as applications see it.</summary>
internal sealed class SessionGroup(GroupService service, LocalGroup group) : ISessionGroup
{
    public AccountId Id => group.Id;

    public GroupStatus Status => group switch
    {
        { Access.IsOver: true } or { Self: null } => GroupStatus.Ended,
        { Self.IsJoined: true } => GroupStatus.Joined,
        _ => GroupStatus.Invited,
    };

    public bool IsAdmin => group.IsAdmin;

    public string Name => group.State.Name;

    public string Description => group.State.Description;

    public string? PictureUrl => group.State.PictureUrl.Length == 0 ? null : group.State.PictureUrl;

    public ReadOnlyMemory<byte> PictureKey => group.State.PictureKey;

    public TimeSpan? DisappearingTimer => group.State.TimerSeconds == 0 ? null : TimeSpan.FromSeconds(group.State.TimerSeconds);

    public IReadOnlyList<GroupMember> Members =>
        [.. group.State.Members.Values.Select(x => new GroupMember(x.Account, x.IsAdmin ? GroupRole.Admin : GroupRole.Member, x.IsJoined, x.AddedBy))];

    public ValueTask<SentMessage> SendAsync(MessageContent content, CancellationToken cancellationToken = default) => service.SendAsync(group, content, cancellationToken);

    public ValueTask<SentMessage> DeleteAsync(MessageReference message, string? hash = null, CancellationToken cancellationToken = default) =>
        service.DeleteAsync(group, message, hash, cancellationToken);

    public ValueTask AcceptAsync(CancellationToken cancellationToken = default) => service.AcceptAsync(group, cancellationToken);

    public ValueTask DeclineAsync(CancellationToken cancellationToken = default) => service.DeclineAsync(group, cancellationToken);

    public ValueTask LeaveAsync(CancellationToken cancellationToken = default) => service.LeaveAsync(group, cancellationToken);

    public ValueTask InviteAsync(IEnumerable<AccountId> members, CancellationToken cancellationToken = default) => service.InviteAsync(group, members, cancellationToken);

    public ValueTask RemoveAsync(IEnumerable<AccountId> members, CancellationToken cancellationToken = default) => service.RemoveAsync(group, members, cancellationToken);

    public ValueTask PromoteAsync(AccountId member, CancellationToken cancellationToken = default) => service.PromoteAsync(group, member, cancellationToken);

    public ValueTask RenameAsync(string name, CancellationToken cancellationToken = default)
    {
        GroupText.RequireName(name, nameof(name));
        return ChangeAsync(new GroupChange.Rename(name), cancellationToken);
    }

    public ValueTask SetDescriptionAsync(string description, CancellationToken cancellationToken = default)
    {
        GroupText.RequireSize(description, GroupLimits.MaxDescriptionSize, nameof(description));
        return ChangeAsync(new GroupChange.Describe(description), cancellationToken);
    }

    public ValueTask SetPictureAsync(string? url, ReadOnlyMemory<byte> key, CancellationToken cancellationToken = default)
    {
        string place = url ?? "";
        GroupText.RequireSize(place, GroupLimits.MaxUrlSize, nameof(url));
        int expected = place.Length == 0 ? 0 : UserProfile.PictureKeySize;
        return key.Length == expected
            ? ChangeAsync(new GroupChange.SetPicture(place, key.ToArray()), cancellationToken)
            : throw new ArgumentException($"Expected {expected} bytes, got {key.Length}.", nameof(key));
    }

    public ValueTask SetDisappearingTimerAsync(TimeSpan? timer, CancellationToken cancellationToken = default)
    {
        // Checks the range.
        uint seconds = timer is { } time ? (uint)Expiration.AfterSend(time).Timer.TotalSeconds : 0;
        return ChangeAsync(new GroupChange.SetTimer(seconds), cancellationToken);
    }

    public override string ToString() => nameof(SessionGroup);

    private ValueTask ChangeAsync(GroupChange change, CancellationToken cancellationToken) => service.ChangeAsync(group, _ => change, null, cancellationToken);
}
