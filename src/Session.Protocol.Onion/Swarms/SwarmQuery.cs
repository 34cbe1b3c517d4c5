using Session.Protocol.Accounts;
using Session.Protocol.Onion.Nodes;
using Session.Protocol.Onion.Storage;

namespace Session.Protocol.Onion.Swarms;

/// <summary>What to read from a swarm in one poll.</summary>
/// <param name="Account">Whose mailbox.</param>
/// <param name="Namespaces">1 to 20 different namespaces.</param>
public sealed record SwarmQuery(AccountId Account, IReadOnlyList<SwarmNamespace> Namespaces)
{
    /// <summary>The right to read; needed unless anybody may read all of the namespaces.</summary>
    public SwarmCredentials? Credentials { get; init; }

    /// <summary>Where to go on at each node; null reads everything each time.</summary>
    public IRetrieveCursor? Cursor { get; init; }

    /// <summary>How many members to ask at once, 1 to 10. With two, a lazy or lying node cannot hide messages (protocol/25 §5).</summary>
    public int Redundancy { get; init; } = 1;

    /// <summary>Asks this member only, and no other when it fails; null picks at random.</summary>
    public ServiceNode? Node { get; init; }

    /// <summary>Most answers read in a row from one node while it has more, 1 to 50. Each can have 10 MB.</summary>
    public int MaxPages { get; init; } = 4;

    internal static void Validate(SwarmQuery query)
    {
        string? broken = query switch
        {
            { Namespaces.Count: < 1 or > StorageLimits.MaxBatchSize } => $"{nameof(Namespaces)} must be 1 to 20.",
            { Redundancy: < 1 or > 10 } => $"{nameof(Redundancy)} must be 1 to 10.",
            { MaxPages: < 1 or > 50 } => $"{nameof(MaxPages)} must be 1 to 50.",
            _ when query.Namespaces.Distinct().Count() != query.Namespaces.Count => $"{nameof(Namespaces)} must be different.",
            _ => null,
        };
        if (broken is not null)
        {
            throw new ArgumentOutOfRangeException(nameof(query), broken);
        }
    }
}
