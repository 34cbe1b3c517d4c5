using Session.Protocol.Onion.Transport;

namespace Session.Protocol.Onion.Requests;

/// <summary>Posts to nodes that we speak to directly, which only guards are. Safe for concurrent use.</summary>
internal sealed class GuardLink(IOnionTransport transport, TimeProvider time)
{
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
