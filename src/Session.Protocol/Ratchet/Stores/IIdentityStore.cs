using Session.Protocol.Accounts;

namespace Session.Protocol.Ratchet.Stores;

/// <summary>Reads the identity keys that were accepted for peers.</summary>
public interface IIdentityStore
{
    /// <summary>The stored identity key of a peer.</summary>
    /// <param name="peer">Whose.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The key, or null when nothing was stored.</returns>
    ValueTask<X25519PublicKey?> LoadIdentityAsync(RatchetAddress peer, CancellationToken cancellationToken = default);
}
