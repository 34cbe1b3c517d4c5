namespace Session.Protocol.LocalNetwork.Rpc;

/// <summary>The storage RPC of a node: one request in, one reply out, the same for direct and onion requests.</summary>
internal static class RpcService
{
    public static async ValueTask<RpcReply> HandleAsync(LocalNode node, ReadOnlyMemory<byte> request, CancellationToken cancellationToken) =>
        RpcParser.TryParse(request, out RpcCall? call, out RpcReply? refusal)
            ? await RunAsync(node, call, cancellationToken).ConfigureAwait(false)
            : refusal;

    public static ValueTask<RpcReply> RunAsync(LocalNode node, RpcCall call, CancellationToken cancellationToken)
    {
        node.Count(call.Method);
        node.Peers.Deliver();
        return call.RunAsync(node, cancellationToken);
    }
}
