using Session.Protocol.Onion.Nodes;
using Session.Protocol.Onion.Requests;

namespace Session.Protocol.Onion;

/// <summary>
/// Sends single requests through three hops. Nobody learns the sender's address: the first hop sees the address and not the
/// destination, the destination sees neither. Implementations are safe for concurrent use.
/// </summary>
public interface IOnionClient
{
    /// <summary>Sends a storage RPC request to a service node (protocol/22).</summary>
    /// <param name="destination">The node that is to answer; it is never a hop of the path used.</param>
    /// <param name="body">UTF-8 JSON <c>{"method":…,"params":{…}}</c>.</param>
    /// <param name="cancellationToken">Ends the wait; the node may act all the same.</param>
    /// <returns>Status and body that the destination encrypted for us, whatever the status.</returns>
    /// <exception cref="OnionException">The request did not reach the destination or its answer is unreadable.</exception>
    ValueTask<OnionResponse> SendToNodeAsync(ServiceNode destination, ReadOnlyMemory<byte> body, CancellationToken cancellationToken = default);

    /// <summary>Sends a request in v4 form to a server, for example the file server (protocol/22 §6).</summary>
    /// <param name="server">The server and its key.</param>
    /// <param name="request">Method, endpoint, headers and body.</param>
    /// <param name="cancellationToken">Ends the wait; the server may act all the same.</param>
    /// <returns>Code, headers and body that the server encrypted for us, whatever the code.</returns>
    /// <exception cref="OnionException">The request did not reach the server or its answer is unreadable.</exception>
    ValueTask<ServerResponse> SendToServerAsync(OnionServer server, ServerRequest request, CancellationToken cancellationToken = default);

    /// <summary>
    /// As <see cref="SendToServerAsync"/>, for bodies and answers that are too long for memory: the request is encrypted while it is
    /// sent; the answer goes into a stream of the caller, still encrypted, and is verified before this returns. An implementation that does not
    /// provide it holds both in memory.
    /// </summary>
    /// <param name="server">The server and its key.</param>
    /// <param name="request">Method, endpoint and headers.</param>
    /// <param name="body">The body; null for the one in <paramref name="request"/>, if any.</param>
    /// <param name="workspace">
    /// Where the encrypted answer may lie, at most <see cref="Transport.TransportResponse.MaxBodySize"/> bytes: can read, write and seek, for example a temporary file.
    /// Emptied first. The answer reads from it, so it must live as long and be used by nobody else. Not disposed.
    /// </param>
    /// <param name="cancellationToken">Ends the wait; the server may act all the same.</param>
    /// <returns>Code, headers and body that the server encrypted for us, whatever the code. The caller disposes it.</returns>
    /// <exception cref="ArgumentException">The body has another length than it said, or the workspace cannot do all three.</exception>
    /// <exception cref="OnionException">The request did not reach the server or its answer is unreadable.</exception>
    /// <exception cref="IOException">The body could not be read, or the workspace not be written.</exception>
    ValueTask<StreamedServerResponse> SendStreamedToServerAsync(
        OnionServer server, ServerRequest request, StreamedBody? body, Stream workspace, CancellationToken cancellationToken = default) =>
        BufferedServerCall.SendAsync(this, server, request, body, cancellationToken);

    /// <summary>The node list this client works with.</summary>
    INodeDirectory Nodes { get; }

    /// <summary>Network time: the local clock corrected by what the nodes said. Every timestamp on the wire comes from here.</summary>
    INetworkClock Clock { get; }
}
