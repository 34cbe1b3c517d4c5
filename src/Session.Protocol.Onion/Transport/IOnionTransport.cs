namespace Session.Protocol.Onion.Transport;

/// <summary>
/// Posts bytes to one address and returns the answer: the only thing in this package that touches the network, so a proxy,
/// a test network or an in-memory double plugs in here. Implementations are safe for concurrent use.
/// </summary>
public interface IOnionTransport
{
    /// <summary>One HTTP POST.</summary>
    /// <param name="request">Where to, what, and how the other side is authenticated.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Status and body, whatever the status is.</returns>
    /// <exception cref="OnionException">
    /// No answer: <see cref="OnionFault.Unreachable"/>, <see cref="OnionFault.ConnectionLost"/> or <see cref="OnionFault.TimedOut"/>;
    /// <see cref="OnionFault.InvalidResponse"/> for one that is no HTTP or longer than <see cref="TransportResponse.MaxBodySize"/>.
    /// </exception>
    ValueTask<TransportResponse> PostAsync(TransportRequest request, CancellationToken cancellationToken = default);

    /// <summary>One HTTP POST without holding body and answer in memory. An implementation that does not provide it holds both.</summary>
    /// <param name="request">Where to, what, where the answer goes, and how the other side is authenticated.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The status, and the body unless the status is 200: that one is in the request's <c>Answer</c>.</returns>
    /// <exception cref="OnionException">As in <see cref="PostAsync"/>. Part of an answer may be written.</exception>
    /// <exception cref="IOException">The answer could not be written to where it goes.</exception>
    async ValueTask<TransportResponse> PostStreamedAsync(StreamedTransportRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        using var body = new MemoryStream(checked((int)request.Length));
        await request.WriteBody(body, cancellationToken).ConfigureAwait(false);
        var whole = new TransportRequest(request.Address, body.GetBuffer().AsMemory(0, (int)body.Length), request.ContentType, request.Security);
        TransportResponse response = await PostAsync(whole, cancellationToken).ConfigureAwait(false);
        if (response.Status != 200)
        {
            return response;
        }

        await request.Answer.WriteAsync(response.Body, cancellationToken).ConfigureAwait(false);
        return response with { Body = default };
    }
}
