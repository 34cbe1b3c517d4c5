namespace Session.Protocol.Onion.Names;

/// <summary>How names are resolved. Immutable; checked by <see cref="NameResolver"/>.</summary>
public sealed record NameResolverOptions
{
    /// <summary>Three nodes; records of both forms.</summary>
    public static NameResolverOptions Default { get; } = new();

    /// <summary>How many nodes must answer, and answer alike; 1 to 10. Official clients ask three.</summary>
    public int AgreeingNodes { get; init; } = 3;

    /// <summary>
    /// Whether records of the old form are opened, which official clients no longer do. Each takes about a second of one core and
    /// 256 MiB.
    /// </summary>
    public bool AllowLegacyRecords { get; init; } = true;

    internal void Validate() => OptionChecks.RequireRange(AgreeingNodes, 1, 10);
}
