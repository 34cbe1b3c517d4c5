using Session.Protocol.LocalNetwork.Faults;

namespace Session.Protocol.LocalNetwork.Rpc;

/// <summary>The storage RPC of a node: one request in, one reply out, the same for direct and onion requests.</summary>
internal static class RpcService
{
    public static async ValueTask<RpcReply> HandleAsync(LocalNode node, ReadOnlyMemory<byte> request, CancellationToken cancellationToken) =>
        RpcParser.TryParse(request, out RpcCall? call, out RpcReply? refusal)
            ? await RunAsync(node, call, cancellationToken).ConfigureAwait(false)
            : refusal;

    public static ValueTask<RpcReply> RunAsync(LocalNode node, RpcCall call, CancellationToken cancellationToken) =>
        node.Network.Faults.CallAsync(new CallSite(node, call, IsEntryNode: true, cancellationToken), () => RunHonestlyAsync(node, call, cancellationToken));

    private static ValueTask<RpcReply> RunHonestlyAsync(LocalNode node, RpcCall call, CancellationToken cancellationToken)
    {
        node.Peers.Deliver();
        ValueTask<RpcReply> reply = call.RunAsync(node, cancellationToken);

        // Afterwards: whoever sees the count go up knows that the node has done its own part and waits for others at most.
        node.Count(call.Method);
        return reply;
    }
}
