namespace Session.Protocol.Onion;

/// <summary>
/// What an onion client remembers between runs: the node list and its guards. Without a store a restart asks a seed and takes new
/// guards, and each new guard is one more stranger that learns this machine's address. One store belongs to one network. Nothing in it
/// tells accounts, but it tells who this machine's guards are: keep it as private as the rest of the application's data.
/// </summary>
/// <remarks>
/// Implementations are safe for concurrent use, replace an item as a whole, and throw <see cref="IOException"/> when it cannot be read
/// or written: the client then logs that and goes on without.
/// </remarks>
public interface IOnionStore
{
    /// <summary>Reads an item.</summary>
    /// <param name="item">Which one.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>What was saved last; null when nothing was.</returns>
    /// <exception cref="IOException">It cannot be read.</exception>
    ValueTask<ReadOnlyMemory<byte>?> LoadAsync(OnionStoreItem item, CancellationToken cancellationToken = default);

    /// <summary>Replaces an item.</summary>
    /// <param name="item">Which one.</param>
    /// <param name="value">Opaque, at most 1 MB for the nodes and 1 kB for the guards.</param>
    /// <param name="cancellationToken">Ends the wait; the item is then the old or the new one, never a mixture.</param>
    /// <returns>A task that ends when the item is saved.</returns>
    /// <exception cref="IOException">It cannot be written.</exception>
    ValueTask SaveAsync(OnionStoreItem item, ReadOnlyMemory<byte> value, CancellationToken cancellationToken = default);
}
