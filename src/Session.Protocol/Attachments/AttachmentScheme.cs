namespace Session.Protocol.Attachments;

/// <summary>How a file is encrypted (protocol/18 §1). Readers tell by the fragment of the file's URL.</summary>
public enum AttachmentScheme
{
    /// <summary>
    /// AES-256-CBC with HMAC-SHA-256 under a random key of 64 bytes. Every client reads it, and released clients write it today
    /// (protocol/13 §14.2).
    /// </summary>
    Legacy = 0,

    /// <summary>
    /// XChaCha20-Poly1305 in chunks under a key of 32 bytes that is derived from the sender's seed and the file: the same file of
    /// the same account gives the same bytes, so servers store it once. Read by clients since 2026 (protocol/18).
    /// </summary>
    Stream = 1,
}
