namespace Session.Protocol.Onion.Paths;

/// <summary>The paths that an <see cref="OnionClient"/> uses at one moment. Immutable.</summary>
/// <param name="State">How they are.</param>
/// <param name="Reason">What changed last, in words for a person, without addresses and keys.</param>
/// <param name="Paths">Ready paths, possibly none.</param>
/// <param name="NetworkRuleRelaxed">True when hops may share a /24 network because all nodes share one address or the options say so.</param>
public sealed record PathSnapshot(PathState State, string Reason, IReadOnlyList<OnionPath> Paths, bool NetworkRuleRelaxed);
