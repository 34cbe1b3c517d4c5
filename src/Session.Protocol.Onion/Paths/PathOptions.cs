namespace Session.Protocol.Onion.Paths;

/// <summary>Rules for paths. Immutable; checked by whoever takes it.</summary>
internal sealed record PathOptions
{
    /// <summary>Two paths of three hops, as official clients have them.</summary>
    public static PathOptions Default { get; } = new();

    /// <summary>Hops of a path, 1 to <see cref="Requests.OnionRequestBuilder.MaxHops"/>. Fewer than three hide less: for tests.</summary>
    public int HopCount { get; init; } = 3;

    /// <summary>Paths that are kept ready, 1 to <see cref="GuardList.MaxGuards"/>: each has a guard of its own.</summary>
    public int PathCount { get; init; } = 2;

    /// <summary>Whether hops must lie in different /24 networks.</summary>
    public NetworkDiversity NetworkDiversity { get; init; }

    /// <summary>Age at which a path's hops behind the guard are replaced. Positive.</summary>
    public TimeSpan RotationInterval { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How long a guard is kept. Positive.</summary>
    public TimeSpan GuardLifetime { get; init; } = TimeSpan.FromDays(10);

    /// <summary>Failures after which a path is given up, and failures after which a node is not chosen any more; at least 1.</summary>
    public int StrikeLimit { get; init; } = 3;

    /// <summary>After how long without further failures a node's last one is forgotten. Positive.</summary>
    public TimeSpan StrikeLifetime { get; init; } = TimeSpan.FromHours(48);

    internal void Validate()
    {
        OptionChecks.RequireRange(HopCount, 1, Requests.OnionRequestBuilder.MaxHops);
        OptionChecks.RequireRange(PathCount, 1, GuardList.MaxGuards);
        OptionChecks.RequireRange(StrikeLimit, 1, int.MaxValue);
        OptionChecks.RequireRange((int)NetworkDiversity, 0, (int)NetworkDiversity.Off, nameof(NetworkDiversity));
        OptionChecks.RequirePositive(RotationInterval);
        OptionChecks.RequirePositive(GuardLifetime);
        OptionChecks.RequirePositive(StrikeLifetime);
    }
}
