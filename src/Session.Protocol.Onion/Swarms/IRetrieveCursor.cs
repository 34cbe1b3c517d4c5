using Session.Protocol.Accounts;

namespace Session.Protocol.Onion.Swarms;

/// <summary>
/// Remembers up to which message each node was read (protocol/25 §6). Every node has its own order, so a hash is of use only
/// with the node that gave it. Implementations are safe for concurrent use.
/// </summary>
public interface IRetrieveCursor
{
    /// <summary>The hash to go on from.</summary>
    /// <param name="node">The node that will be asked.</param>
    /// <param name="account">Whose mailbox.</param>
    /// <param name="space">The namespace.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The hash of the last <see cref="RetrievePosition"/> that was kept, or null to read all.</returns>
    ValueTask<string?> GetLastHashAsync(Ed25519PublicKey node, AccountId account, SwarmNamespace space, CancellationToken cancellationToken = default);
}
