using Session.Protocol.Accounts;

namespace Session.Protocol.LocalNetwork.Onion;

/// <summary>What one node learned from one onion request (protocol/22 §4).</summary>
/// <param name="Node">The node that peeled the layer.</param>
/// <param name="HopNumber">As the sender numbered it: 0 at the guard, one more at each hop.</param>
/// <param name="EphemeralKey">The client's X25519 key of this layer.</param>
/// <param name="Plaintext">The layer decrypted: length, inner ciphertext or request, JSON.</param>
public sealed record ObservedLayer(LocalNode Node, int HopNumber, X25519PublicKey EphemeralKey, ReadOnlyMemory<byte> Plaintext);
