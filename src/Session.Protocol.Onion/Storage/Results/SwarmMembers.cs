using Session.Protocol.Onion.Nodes;

namespace Session.Protocol.Onion.Storage.Results;

/// <summary>The nodes that hold an account's messages.</summary>
/// <param name="SwarmId">The swarm, or <see cref="ServiceNode.NoSwarm"/>.</param>
/// <param name="Nodes">Its reachable members; empty when there is no swarm.</param>
internal sealed record SwarmMembers(ulong SwarmId, IReadOnlyList<ServiceNode> Nodes);
