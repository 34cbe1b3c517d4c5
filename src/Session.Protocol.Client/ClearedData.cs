namespace Session.Protocol.Client;

/// <summary>What was deleted.</summary>
/// <param name="Network">What the swarm confirmed; null when it was not asked.</param>
/// <param name="Device">Whether this device's store was deleted.</param>
public sealed record ClearedData(ClearedMessages? Network, bool Device);
