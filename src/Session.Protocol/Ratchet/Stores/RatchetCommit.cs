using Session.Protocol.Accounts;
using Session.Protocol.Ratchet.PreKeys;

namespace Session.Protocol.Ratchet.Stores;

/// <summary>What one step of a ratchet changes.</summary>
public sealed record RatchetCommit
{
    /// <summary>Whose session it is.</summary>
    public required RatchetAddress Peer { get; init; }

    /// <summary>The session record that replaces the stored one. It holds secrets and is zeroed after the commit.</summary>
    public required ReadOnlyMemory<byte> Session { get; init; }

    /// <summary>The identity key to store for the peer; null leaves the stored one.</summary>
    public X25519PublicKey? Identity { get; init; }

    /// <summary>
    /// A handshake that was accepted: record its <see cref="HandshakeId.ToReplayKey"/>, and the one-time pre-key in it is used
    /// up. Delete that key, or keep it for a bounded time where bundles are handed out more than once.
    /// </summary>
    public HandshakeId? Accepted { get; init; }
}
