using System.Net;

namespace Session.Protocol.Onion.Transport;

/// <summary>How <see cref="HttpOnionTransport"/> connects. Immutable; checked by its constructor.</summary>
internal sealed record HttpTransportOptions
{
    /// <summary>No proxy and the default times.</summary>
    public static HttpTransportOptions Default { get; } = new();

    /// <summary>Longest wait for a connection including the TLS handshake. Positive.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Longest wait for a whole answer, positive: over the 30 seconds after which a node says that a later one did not answer.
    /// Callers that cannot wait so long cancel.
    /// </summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(40);

    /// <summary>
    /// How long an unused connection is kept. Nodes close theirs after 8 to 10 seconds, so a longer time means requests on
    /// connections that are about to close.
    /// </summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(7);

    /// <summary>A proxy for everything, or null. The system's settings are never used.</summary>
    public IWebProxy? Proxy { get; init; }

    internal void Validate()
    {
        OptionChecks.RequirePositive(ConnectTimeout);
        OptionChecks.RequirePositive(Timeout);
        OptionChecks.RequireNotNegative(IdleTimeout);
    }
}
