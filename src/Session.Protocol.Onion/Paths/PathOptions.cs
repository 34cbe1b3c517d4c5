namespace Session.Protocol.Onion.Paths;

/// <summary>Rules for paths. Immutable; checked by whoever takes it.</summary>
internal sealed record PathOptions
{
    /// <summary>Two paths of three hops, as official clients have them.</summary>
    public static PathOptions Default { get; } = new();

    /// <summary>Hops of a path, 1 to <see cref="Requests.OnionRequestBuilder.MaxHops"/>. Fewer than three hide less: for tests.</summary>
    public int HopCount { get; init; } = 3;

    /// <summary>Paths that are kept ready, at least 1.</summary>
    public int PathCount { get; init; } = 2;

    /// <summary>Whether hops must lie in different /24 networks.</summary>
    public NetworkDiversity NetworkDiversity { get; init; }

    /// <summary>Failures in a row after which a path is given up, and failures after which a node is not chosen any more; at least 1.</summary>
    public int StrikeLimit { get; init; } = 3;

    /// <summary>How long a node's failures are remembered after the last one. Positive.</summary>
    public TimeSpan StrikeLifetime { get; init; } = TimeSpan.FromHours(48);

    internal void Validate()
    {
        OptionChecks.RequireRange(HopCount, 1, Requests.OnionRequestBuilder.MaxHops);
        OptionChecks.RequireRange(PathCount, 1, int.MaxValue);
        OptionChecks.RequireRange(StrikeLimit, 1, int.MaxValue);
        OptionChecks.RequireRange((int)NetworkDiversity, 0, (int)NetworkDiversity.Off, nameof(NetworkDiversity));
        OptionChecks.RequirePositive(StrikeLifetime);
    }
}
