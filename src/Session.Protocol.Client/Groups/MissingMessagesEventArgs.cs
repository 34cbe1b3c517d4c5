using Session.Protocol.Accounts;

namespace Session.Protocol.Client.Groups;

/// <summary>Messages of a group were sent to this account and did not arrive, or arrived and cannot be opened.</summary>
/// <param name="group">The group, <c>03…</c>.</param>
/// <param name="author">Who sent them; null where that is not known.</param>
/// <param name="count">How many are known to be missing, at most 256 at once. One that turns up later is delivered all the same.</param>
public sealed class MissingMessagesEventArgs(AccountId group, AccountId? author, int count) : EventArgs
{
    /// <summary>The group, <c>03…</c>.</summary>
    public AccountId GroupId { get; } = group;

    /// <summary>Who sent them; null where that is not known.</summary>
    public AccountId? Author { get; } = author;

    /// <summary>How many are known to be missing, at most 256 at once. One that turns up later is delivered all the same.</summary>
    public int Count { get; } = count;
}
