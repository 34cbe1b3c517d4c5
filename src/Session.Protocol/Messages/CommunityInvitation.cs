namespace Session.Protocol.Messages;

/// <summary>An invitation to a community (protocol/11 §5). Prints nothing of it.</summary>
public sealed record CommunityInvitation
{
    /// <summary>The full URL to join by, with <c>public_key</c>. Not empty.</summary>
    public required string Url { get; init => field = Limits.RequireText(value, nameof(Url)); }

    /// <summary>The name of the room, to show. Not empty.</summary>
    public required string Name { get; init => field = Limits.RequireText(value, nameof(Name)); }

    /// <summary>The kind only.</summary>
    /// <returns>The name of the record.</returns>
    public override string ToString() => nameof(CommunityInvitation);
}
