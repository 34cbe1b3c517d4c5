namespace Session.Protocol.Onion.Storage.Results;

/// <summary>When messages expire.</summary>
/// <param name="ByHash">Milliseconds since 1970 by message hash; a message that the node does not have is absent.</param>
public sealed record MessageExpiries(IReadOnlyDictionary<string, long> ByHash);
