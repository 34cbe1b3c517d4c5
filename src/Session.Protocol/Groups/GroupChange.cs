using Session.Protocol.Accounts;

namespace Session.Protocol.Groups;

/// <summary>What one signed change of a group does. A closed family.</summary>
internal abstract record GroupChange
{
    private GroupChange()
    {
    }

    /// <summary>Kind only.</summary>
    public sealed override string ToString() => GetType().Name;

    /// <summary>The first change. Its author becomes the first admin.</summary>
    public sealed record Create(string Name, GroupHash Key) : GroupChange;

    /// <summary>Invites accounts.</summary>
    public sealed record Add(IReadOnlyList<AccountId> Members) : GroupChange;

    /// <summary>The author accepts its invitation, declines it or leaves. The only changes that need no admin.</summary>
    public sealed record Answer(GroupAnswer Value) : GroupChange;

    /// <summary>Removes accounts, and names the outer key that they do not get.</summary>
    public sealed record Remove(IReadOnlyList<GroupRemoval> Members, GroupKeyMark Key) : GroupChange;

    /// <summary>Makes a member an admin.</summary>
    public sealed record Promote(AccountId Member) : GroupChange;

    public sealed record Rename(string Name) : GroupChange;

    public sealed record Describe(string Description) : GroupChange;

    /// <summary>Sets the picture, or takes it away when the URL is empty.</summary>
    public sealed record SetPicture(string Url, ReadOnlyMemory<byte> Key) : GroupChange;

    /// <summary>Sets how long messages stay after they were sent; 0 for ever.</summary>
    public sealed record SetTimer(uint Seconds) : GroupChange;

    /// <summary>Names a new outer key after somebody left by itself.</summary>
    public sealed record Rekey(GroupKeyMark Key) : GroupChange;
}
