namespace Session.Protocol.Groups;

/// <summary>The place of a change among the others.</summary>
/// <param name="Sequence">One more than the highest that its author knew.</param>
/// <param name="TimeMs">When it was made, Unix milliseconds. For people; nothing is decided by it.</param>
/// <param name="Previous">The author's own change before this one, or the default value.</param>
/// <param name="Membership">The change that made the author a member; the default value in the founding change.</param>
internal sealed record GroupChangeHeader(ulong Sequence, long TimeMs, GroupHash Previous, GroupHash Membership);
