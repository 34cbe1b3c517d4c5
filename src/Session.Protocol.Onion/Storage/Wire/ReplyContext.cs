using Session.Protocol.Accounts;

namespace Session.Protocol.Onion.Storage.Wire;

/// <summary>What is needed beside the request to read its answer.</summary>
/// <param name="Timestamp">The network time that the request was written with: members sign it.</param>
/// <param name="KnownMembers">Keys that count as members of the swarm; null counts every key.</param>
internal sealed record ReplyContext(long Timestamp, IReadOnlySet<Ed25519PublicKey>? KnownMembers);
