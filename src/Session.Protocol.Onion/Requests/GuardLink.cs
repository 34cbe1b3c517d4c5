using Session.Protocol.Onion.Nodes;
using Session.Protocol.Onion.Transport;

namespace Session.Protocol.Onion.Requests;

/// <summary>Posts to nodes that we speak to directly, which only guards are. Safe for concurrent use.</summary>
internal sealed class GuardLink(IOnionTransport transport, TimeProvider time)
{
    /// <exception cref="OnionException">No answer, or none within <paramref name="limit"/>.</exception>
    public async ValueTask<TransportResponse> PostAsync(
        ServiceNode node, string path, ReadOnlyMemory<byte> body, string contentType, TimeSpan limit, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        var address = new Uri($"https://{node.Address}:{node.HttpsPort}/{path}");
        try
        {
            return await transport.PostAsync(new TransportRequest(address, body, contentType, TransportSecurity.ServiceNode), either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new OnionException(OnionFault.TimedOut, "No answer came in time.", e);
        }
    }
}
