using Session.Protocol.Accounts;

namespace Session.Protocol.Onion.Nodes;

/// <summary>The known service nodes, refreshed from seeds and from the nodes themselves. Safe for concurrent use.</summary>
public interface INodeDirectory
{
    /// <summary>All usable nodes; fetched first if there are none.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>An immutable snapshot.</returns>
    /// <exception cref="OnionException"><see cref="OnionFault.NoNodes"/>: no seed gave a usable list.</exception>
    ValueTask<IReadOnlyList<ServiceNode>> GetNodesAsync(CancellationToken cancellationToken = default);

    /// <summary>Fetches the list anew, for example after a node said that a swarm has other members now.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>An immutable snapshot: the new list, or the old one when it was fetched a moment ago or no source answers.</returns>
    /// <exception cref="OnionException"><see cref="OnionFault.NoNodes"/>: there is neither a new nor an old list.</exception>
    ValueTask<IReadOnlyList<ServiceNode>> RefreshAsync(CancellationToken cancellationToken = default);

    /// <summary>Takes a node out of use at once, because the network says that it is gone.</summary>
    /// <param name="identityKey">Its Ed25519 key.</param>
    void Drop(Ed25519PublicKey identityKey);
}
