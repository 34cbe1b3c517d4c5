using System.Runtime.InteropServices;
using Session.Protocol.Accounts;

namespace Session.Protocol.Ratchet.PreKeys;

/// <summary>
/// What a first message says about its handshake: the receiver's pre-keys and the sender's base key. KEM id, signed id and
/// base key together must be accepted only once while the signed pre-key lives (protocol/32 §4.6).
/// </summary>
/// <param name="SignedPreKeyId">Id of the signed pre-key.</param>
/// <param name="KemPreKeyId">Id of the KEM pre-key; null for X3DH.</param>
/// <param name="OneTimePreKeyId">Id of the one-time pre-key, null when none was used.</param>
/// <param name="BaseKey">The sender's ephemeral key.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct HandshakeId(uint SignedPreKeyId, uint? KemPreKeyId, uint? OneTimePreKeyId, X25519PublicKey BaseKey)
{
    /// <summary>The same handshake without the one-time key: the value to remember, because an attacker can leave that id out.</summary>
    /// <returns>The triple.</returns>
    public HandshakeId ToReplayKey() => this with { OneTimePreKeyId = null };
}
