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
}
