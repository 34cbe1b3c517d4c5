namespace Session.Protocol.Onion.Nodes;

/// <summary>Where node lists come from and how long they are good. Immutable; checked by whoever takes it.</summary>
internal sealed record NodeDirectoryOptions
{
    /// <summary>The main network.</summary>
    public static NodeDirectoryOptions Default { get; } = new();

    /// <summary>Seeds, at least one; asked in random order until one gives a list.</summary>
    public IReadOnlyList<SeedNode> Seeds { get; init; } = SeedNode.Mainnet;

    /// <summary>Used when no seed gives a list and none was kept.</summary>
    public NodeSnapshot? Fallback { get; init; }

    /// <summary>Nodes that are asked for a new list, 2 to 16.</summary>
    public int AskedNodes { get; init; } = 3;

    /// <summary>Answers that must agree about a node, 2 to <see cref="AskedNodes"/>: with one, a single liar would do.</summary>
    public int AgreeingNodes { get; init; } = 2;

    /// <summary>Age at which a list is fetched again. Positive.</summary>
    public TimeSpan Lifetime { get; init; } = TimeSpan.FromHours(2);

    /// <summary>Shortest time between two fetches, whoever asks for them. Zero or more.</summary>
    public TimeSpan MinimumInterval { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Longest wait for one seed. Positive.</summary>
    public TimeSpan SeedTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Longest wait for the service nodes that are asked for a new list, before a seed is asked instead. Positive.</summary>
    public TimeSpan NodesTimeout { get; init; } = TimeSpan.FromSeconds(15);

    internal void Validate()
    {
        OptionChecks.RequireRange(Seeds.Count, 1, int.MaxValue);
        OptionChecks.RequireRange(AskedNodes, 2, 16);
        OptionChecks.RequireRange(AgreeingNodes, 2, AskedNodes);
        OptionChecks.RequirePositive(Lifetime);
        OptionChecks.RequireNotNegative(MinimumInterval);
        OptionChecks.RequirePositive(SeedTimeout);
        OptionChecks.RequirePositive(NodesTimeout);
    }
}
