namespace Session.Protocol.Onion.Paths;

/// <summary>The paths that an <see cref="OnionClient"/> uses at one moment.</summary>
/// <param name="Paths">Ready paths, possibly none.</param>
/// <param name="NetworkRuleRelaxed">True when hops may share a /24 network because all nodes share one address or the options say so.</param>
public sealed record PathSnapshot(IReadOnlyList<OnionPath> Paths, bool NetworkRuleRelaxed);
