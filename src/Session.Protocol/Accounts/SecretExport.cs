namespace Session.Protocol.Accounts;

/// <summary>Whether an identity gives its seed and phrase away. Decided when it is made, and never loosened.</summary>
public enum SecretExport
{
    /// <summary>Never: signing and decrypting is all that the secret is used for.</summary>
    Forbidden = 0,

    /// <summary>One export of the seed or of the phrase, to show it to its owner; then as <see cref="Forbidden"/>.</summary>
    Once,

    /// <summary>As often as asked.</summary>
    Allowed,
}
