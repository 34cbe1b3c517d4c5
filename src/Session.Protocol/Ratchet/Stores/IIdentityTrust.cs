using Session.Protocol.Accounts;

namespace Session.Protocol.Ratchet.Stores;

/// <summary>Decides whether an identity key belongs to an address. Safe for concurrent use and quick: it is asked for every message.</summary>
public interface IIdentityTrust
{
    /// <summary>Decides.</summary>
    /// <param name="peer">The address.</param>
    /// <param name="identity">The key that is offered.</param>
    /// <param name="known">The key that was stored for the address, null when there is none.</param>
    /// <param name="direction">What for.</param>
    /// <returns>Whether to go on.</returns>
    bool IsTrusted(RatchetAddress peer, X25519PublicKey identity, X25519PublicKey? known, TrustDirection direction);
}
