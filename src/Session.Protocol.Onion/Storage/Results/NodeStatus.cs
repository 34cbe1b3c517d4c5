namespace Session.Protocol.Onion.Storage.Results;

/// <summary>What a node says of itself.</summary>
/// <param name="Version">Version of its storage server.</param>
/// <param name="Timestamp">Its clock: milliseconds since 1970.</param>
internal sealed record NodeStatus(Version Version, long Timestamp);
