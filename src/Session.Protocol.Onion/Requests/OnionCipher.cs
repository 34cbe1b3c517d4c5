namespace Session.Protocol.Onion.Requests;

/// <summary>The two layer ciphers that current nodes and servers accept (protocol/22 §3).</summary>
internal enum OnionCipher
{
    /// <summary><c>xchacha20</c>: XChaCha20-Poly1305, key bound to both public keys. What this library sends.</summary>
    XChaCha20 = 0,

    /// <summary><c>aes-gcm</c>: AES-256-GCM. What a node assumes when a layer does not name its cipher.</summary>
    AesGcm,
}
