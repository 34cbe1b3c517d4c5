using Session.Protocol.Accounts;

namespace Session.Protocol.Onion.Requests;

/// <summary>A server that accepts onion requests in v4 form, reached from the last hop of a path.</summary>
/// <param name="Address">Scheme, host and port; path and query are ignored.</param>
/// <param name="EncryptionKey">The server's X25519 key.</param>
public sealed record OnionServer(Uri Address, X25519PublicKey EncryptionKey);
