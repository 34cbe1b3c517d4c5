using Session.Protocol.Accounts;
using Session.Protocol.Messages;

namespace Session.Protocol.Client.Conversations;

/// <summary>What is known of another account, or in the entry with one's own id, of oneself (protocol/13 §2). A snapshot; prints nothing of it.</summary>
public sealed record Contact
{
    /// <summary>Their id.</summary>
    public required AccountId Account { get; init; }

    /// <summary>Whether we have written to them or accepted them.</summary>
    public bool IsApproved { get; init; }

    /// <summary>Whether they have written to us or accepted us.</summary>
    public bool HasApprovedUs { get; init; }

    /// <summary>Whether we have blocked them.</summary>
    public bool IsBlocked { get; init; }

    /// <summary>How they present themselves, the newest that they sent; null if they never did. In one's own entry what goes along with messages.</summary>
    public UserProfile? Profile { get; init; }

    /// <summary>How the messages that <b>we</b> send to them disappear.</summary>
    public Expiration Expiration { get; init; }

    /// <summary>How they said that the messages which they send disappear. Each received message says it for itself.</summary>
    public Expiration TheirExpiration { get; init; }

    /// <summary>Everything sent until then counts as read, also what arrives later; null when nothing was read.</summary>
    public DateTimeOffset? ReadUpTo { get; init; }

    /// <summary>How far the two accounts have come.</summary>
    public ContactStatus Status => (IsBlocked, IsApproved, HasApprovedUs) switch
    {
        (true, _, _) => ContactStatus.Blocked,
        (_, true, true) => ContactStatus.Accepted,
        (_, true, false) => ContactStatus.OutgoingRequest,
        (_, false, true) => ContactStatus.IncomingRequest,
        _ => ContactStatus.Unknown,
    };

    /// <summary>The sent time of the message that last changed <see cref="Expiration"/>: an older one that arrives late changes nothing.</summary>
    internal long ExpirationChangedMs { get; init; }

    /// <summary>The same for <see cref="TheirExpiration"/>.</summary>
    internal long TheirExpirationChangedMs { get; init; }

    /// <summary>The kind only.</summary>
    /// <returns>The name of the record.</returns>
    public override string ToString() => nameof(Contact);
}
