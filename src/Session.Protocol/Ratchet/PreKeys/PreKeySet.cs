namespace Session.Protocol.Ratchet.PreKeys;

/// <summary>The receiver's keys that one first message names. The session only reads them; their owner disposes them.</summary>
/// <param name="SignedPreKey">The signed pre-key.</param>
/// <param name="KemPreKey">The KEM pre-key; null for X3DH.</param>
/// <param name="OneTimePreKey">The one-time pre-key; null when the message names none.</param>
public sealed record PreKeySet(SignedPreKey SignedPreKey, KemPreKey? KemPreKey = null, OneTimePreKey? OneTimePreKey = null)
{
    internal bool Covers(in HandshakeId handshake) =>
        SignedPreKey.Id == handshake.SignedPreKeyId && KemPreKey?.Id == handshake.KemPreKeyId && OneTimePreKey?.Id == handshake.OneTimePreKeyId;
}
