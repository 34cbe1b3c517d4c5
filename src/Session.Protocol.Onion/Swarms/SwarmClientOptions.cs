namespace Session.Protocol.Onion.Swarms;

/// <summary>How a <see cref="SwarmClient"/> behaves. Checked where the client is made.</summary>
internal sealed record SwarmClientOptions
{
    /// <summary>What official clients do, where they agree.</summary>
    public static SwarmClientOptions Default { get; } = new();

    /// <summary>
    /// How often one request is sent, to one node after the other; 1 to 10. Enough for a swarm of three behind a path with a dead hop: each member
    /// once, by which time the hop is found and replaced, and once more.
    /// </summary>
    public int MaxAttempts { get; init; } = 6;

    /// <summary>Most redirections (status 421) that one request follows; 0 to 5. Two nodes that point at each other end here.</summary>
    public int MaxRedirects { get; init; } = 2;

    /// <summary>Most nodes that are asked for the members of a swarm, one after the other; 1 to 10.</summary>
    public int MaxLookups { get; init; } = 4;

    /// <summary>Known swarms with fewer members are looked up again; 1 to 10.</summary>
    public int MinSwarmSize { get; init; } = 3;

    /// <summary>How long a known swarm is used before it is looked up again; more than zero.</summary>
    public TimeSpan SwarmLifetime { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Shortest time between two look-ups of a swarm that is too small; zero or more.</summary>
    public TimeSpan SmallSwarmLifetime { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Most swarms that are remembered, 1 or more. Each has about ten nodes.</summary>
    public int MaxKnownSwarms { get; init; } = 10_000;

    /// <summary>Wait before the next node after status 429; zero or more.</summary>
    public TimeSpan RateLimitDelay { get; init; } = TimeSpan.FromSeconds(1);

    internal static void Validate(SwarmClientOptions options)
    {
        string? broken = options switch
        {
            { MaxAttempts: < 1 or > 10 } => $"{nameof(MaxAttempts)} must be 1 to 10.",
            { MaxRedirects: < 0 or > 5 } => $"{nameof(MaxRedirects)} must be 0 to 5.",
            { MaxLookups: < 1 or > 10 } => $"{nameof(MaxLookups)} must be 1 to 10.",
            { MinSwarmSize: < 1 or > 10 } => $"{nameof(MinSwarmSize)} must be 1 to 10.",
            { MaxKnownSwarms: < 1 } => $"{nameof(MaxKnownSwarms)} must be 1 or more.",
            { SwarmLifetime.Ticks: <= 0 } => $"{nameof(SwarmLifetime)} must be more than zero.",
            { SmallSwarmLifetime.Ticks: < 0 } => $"{nameof(SmallSwarmLifetime)} must be zero or more.",
            { RateLimitDelay.Ticks: < 0 } => $"{nameof(RateLimitDelay)} must be zero or more.",
            _ => null,
        };
        if (broken is not null)
        {
            throw new ArgumentOutOfRangeException(nameof(options), broken);
        }
    }
}
