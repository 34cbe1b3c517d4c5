using Session.Protocol.Accounts;

namespace Session.Protocol.Onion.Storage.Results;

/// <summary>What one swarm member answered to a request that goes to all of them (protocol/21 §6). Fields that the request does not have are empty.</summary>
/// <param name="Node">The member's Ed25519 key.</param>
/// <param name="Outcome">What is known of it.</param>
public sealed record MemberAnswer(Ed25519PublicKey Node, MemberOutcome Outcome)
{
    /// <summary>Status that a failed member gave, for example 401.</summary>
    public int? Code { get; init; }

    /// <summary>Text that a failed member gave.</summary>
    public string? Reason { get; init; }

    /// <summary>Hashes of the messages that were deleted, or whose expiry was changed.</summary>
    public IReadOnlyList<string> Hashes { get; init; } = [];

    /// <summary>Hashes of the messages that kept their expiry, and that expiry in milliseconds since 1970.</summary>
    public IReadOnlyDictionary<string, long> Unchanged { get; init; } = System.Collections.ObjectModel.ReadOnlyDictionary<string, long>.Empty;

    /// <summary>The expiry now in force in milliseconds since 1970: one, or one for each hash of the request.</summary>
    public IReadOnlyList<long> Expiries { get; init; } = [];

    /// <summary>The message was there before.</summary>
    public bool AlreadyStored { get; init; }

    /// <summary>How many tokens were restored.</summary>
    public int? Count { get; init; }
}
