using Session.Protocol.Accounts;

namespace Session.Protocol.Sealing;

/// <summary>Who sent an opened message and when, as the signature proves it. An immutable value.</summary>
public readonly record struct MessageOrigin
{
    /// <summary>The sender's account, <c>05…</c>.</summary>
    public AccountId Sender { get; init; }

    /// <summary>The key that signed; <see cref="Sender"/> is its X25519 form.</summary>
    public Ed25519PublicKey SenderKey { get; init; }

    /// <summary>When the sender made the message: milliseconds since 1970, network time. With the sender it identifies the message.</summary>
    public long TimestampMs { get; init; }

    /// <summary>Whether the signature covers the time. False only with <see cref="OpenOptions.AllowUnsignedTimestamp"/>.</summary>
    public bool IsTimestampSigned { get; init; }
}
