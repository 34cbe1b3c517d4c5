using Session.Protocol.LocalNetwork.Rpc;

namespace Session.Protocol.LocalNetwork.Faults;

/// <summary>What an effect on a call sees. Whoever carries a call out is its destination, also when a client asked directly.</summary>
/// <param name="Node">The node that carries the call out.</param>
/// <param name="Call">The call.</param>
/// <param name="IsEntryNode">False at the members of a swarm that the entry node passed the call on to.</param>
/// <param name="CancellationToken">Ends when the client has gone.</param>
internal sealed record CallSite(LocalNode Node, RpcCall Call, bool IsEntryNode, CancellationToken CancellationToken)
{
    public FaultSite Site => new(NodeRole.Destination, Node, Call.Method, Call.Account);
}
