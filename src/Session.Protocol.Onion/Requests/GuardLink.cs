using Session.Protocol.Onion.Transport;

namespace Session.Protocol.Onion.Requests;

/// <summary>Posts to nodes that we speak to directly, which only guards are. Safe for concurrent use.</summary>
internal sealed class GuardLink(IOnionTransport transport, TimeProvider time)
{
    /// <exception cref="OnionException">No answer, or none within <paramref name="limit"/>.</exception>
    public ValueTask<TransportResponse> PostAsync(
        Uri address, ReadOnlyMemory<byte> body, string contentType, TimeSpan limit, CancellationToken cancellationToken) =>
        WithinAsync(limit, new TransportRequest(address, body, contentType, TransportSecurity.ServiceNode), transport.PostAsync, cancellationToken);

    /// <exception cref="OnionException">No answer, or none within <paramref name="limit"/>.</exception>
    /// <exception cref="IOException"><paramref name="answer"/> did not take it.</exception>
    public ValueTask<TransportResponse> PostStreamedAsync(
        Uri address, StreamedOnionRequest body, Stream answer, string contentType, TimeSpan limit, CancellationToken cancellationToken)
    {
        var request = new StreamedTransportRequest(address, body.Length, body.WriteAsync, answer, contentType, TransportSecurity.ServiceNode);
        return WithinAsync(limit, request, transport.PostStreamedAsync, cancellationToken);
    }

    private async ValueTask<TransportResponse> WithinAsync<T>(
        TimeSpan limit, T request, Func<T, CancellationToken, ValueTask<TransportResponse>> post, CancellationToken cancellationToken)
    {
        using var deadline = new Deadline(limit, time, cancellationToken);
        try
        {
            return await post(request, deadline.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new OnionException(OnionFault.TimedOut, "No answer came in time.", e);
        }
    }
}
