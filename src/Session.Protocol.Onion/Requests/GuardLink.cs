using Session.Protocol.Onion.Nodes;
using Session.Protocol.Onion.Transport;

namespace Session.Protocol.Onion.Requests;

/// <summary>Posts to nodes that we speak to directly, which only guards are. Safe for concurrent use.</summary>
internal sealed class GuardLink(IOnionTransport transport, TimeProvider time)
{
    /// <summary>Where a node takes requests of a kind, for example <c>onion_req/v2</c>.</summary>
    public static Uri AddressOf(ServiceNode node, string path) => new($"https://{node.Address}:{node.HttpsPort}/{path}");

    /// <exception cref="OnionException">No answer, or none within <paramref name="limit"/>.</exception>
    public async ValueTask<TransportResponse> PostAsync(
        Uri address, ReadOnlyMemory<byte> body, string contentType, TimeSpan limit, CancellationToken cancellationToken)
    {
        using var deadline = new Deadline(limit, time, cancellationToken);
        try
        {
            return await transport.PostAsync(new TransportRequest(address, body, contentType, TransportSecurity.ServiceNode), deadline.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new OnionException(OnionFault.TimedOut, "No answer came in time.", e);
        }
    }
}
