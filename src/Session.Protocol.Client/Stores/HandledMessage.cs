namespace Session.Protocol.Client.Stores;

/// <summary>A message that must not be handled again.</summary>
/// <param name="Hash">The name under which the swarm stores it.</param>
/// <param name="ExpiresAt">When the swarm forgets it, and so may we.</param>
/// <param name="Key">Author and time; null for a message that could not be read.</param>
public sealed record HandledMessage(string Hash, DateTimeOffset ExpiresAt, MessageKey? Key);
