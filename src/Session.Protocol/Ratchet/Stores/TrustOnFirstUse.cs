using Session.Protocol.Accounts;

namespace Session.Protocol.Ratchet.Stores;

/// <summary>Trusts the first key seen for an address, and no other afterwards. Safe for concurrent use.</summary>
public sealed class TrustOnFirstUse : IIdentityTrust
{
    private TrustOnFirstUse()
    {
    }

    /// <summary>The one instance.</summary>
    public static TrustOnFirstUse Instance { get; } = new();

    /// <inheritdoc/>
    public bool IsTrusted(RatchetAddress peer, X25519PublicKey identity, X25519PublicKey? known, TrustDirection direction) => known is null || known == identity;
}
