using Session.Protocol.Accounts;
using Session.Protocol.Ratchet.PreKeys;

namespace Session.Protocol.Ratchet;

/// <summary>An opened message, or why it was refused.</summary>
public readonly record struct DecryptResult
{
    /// <summary><see cref="RatchetStatus.Ok"/> when the other values are set.</summary>
    public RatchetStatus Status { get; init; }

    /// <summary>The plaintext. The array belongs to the caller.</summary>
    public Memory<byte> Plaintext { get; init; }

    /// <summary>The identity key that the message is authenticated with.</summary>
    public X25519PublicKey Identity { get; init; }

    /// <summary>The suite of the session that opened the message.</summary>
    public RatchetSuite Suite { get; init; }

    /// <summary>Set when the message started a session here: whoever stores the session must remember it, and the one-time key in it is used up.</summary>
    public HandshakeId? Accepted { get; init; }

    /// <summary>The status only: a message may be private.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => Status.ToString();
}
