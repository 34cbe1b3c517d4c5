namespace Session.Protocol.Ratchet.Stores;

/// <summary>What an identity is to be trusted for.</summary>
public enum TrustDirection
{
    /// <summary>Encrypting to it.</summary>
    Sending = 0,

    /// <summary>Believing what it sent.</summary>
    Receiving = 1,
}
