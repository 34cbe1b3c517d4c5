using Session.Protocol.Accounts;
using Session.Protocol.Onion.Paths;
using Session.Protocol.Onion.Transport;

namespace Session.Protocol.Onion.Requests;

/// <summary>One request as <see cref="OnionCaller"/> sends it.</summary>
/// <param name="destination">The node that answers, which must not be a hop; null for a server.</param>
/// <param name="requestClass">One of <see cref="RequestClass"/>.</param>
internal abstract class OnionCall<T>(Ed25519PublicKey? destination, string requestClass)
    where T : class
{
    /// <summary>Of what guards are sent.</summary>
    protected const string ContentType = "application/octet-stream";

    /// <summary>The node that answers, which must not be a hop; null for a server.</summary>
    public Ed25519PublicKey? Destination { get; } = destination;

    /// <summary>One of <see cref="RequestClass"/>.</summary>
    public string Class { get; } = requestClass;

    /// <summary>Whether a second sending has no second effect; asked only after a failure.</summary>
    public abstract bool MayRepeat();

    /// <summary>Wraps the request for a path, posts it to the guard, and opens an answer with status 200.</summary>
    /// <returns>What the guard said, and the answer: null when the status is another one, or when it is unreadable.</returns>
    /// <exception cref="OnionException">Nothing came back.</exception>
    public abstract ValueTask<(TransportResponse Reply, T? Answer)> ExchangeAsync(OnionPath path, GuardLink guards, CancellationToken cancellationToken);
}
