using Session.Protocol.Accounts;

namespace Session.Protocol.Onion.Requests;

/// <summary>A server that accepts onion requests, reached from the last hop of a path.</summary>
/// <param name="Address">Absolute http or https URL; path and query are ignored.</param>
/// <param name="EncryptionKey">The server's X25519 key.</param>
public sealed record OnionServer(Uri Address, X25519PublicKey EncryptionKey)
{
    /// <summary>Where servers take requests in v4 form (protocol/22 §4).</summary>
    public const string DefaultTarget = "/oxen/v4/lsrpc";

    /// <summary>
    /// The path that the last hop posts to. Nodes accept only what begins with <c>/loki/</c> or <c>/oxen/</c>, ends with
    /// <c>/lsrpc</c> and has no query.
    /// </summary>
    public string Target { get; init; } = DefaultTarget;
}
