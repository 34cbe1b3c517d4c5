namespace Session.Protocol.Ratchet;

/// <summary>The bounds of the ratchet (protocol/30 §6), the same as libsignal's so that both refuse the same messages.</summary>
public static class RatchetLimits
{
    /// <summary>Largest accepted gap inside one chain. It bounds the hashing that one forged counter can cost: about 20 ms.</summary>
    public const int MaxForwardJump = 25_000;

    /// <summary>Message keys kept for late messages, per receiving chain; the oldest go first. It bounds a session's size.</summary>
    public const int MaxSkippedKeys = 2_000;

    /// <summary>Receiving chains kept per session for late messages; the oldest goes first.</summary>
    public const int MaxReceivingChains = 5;

    /// <summary>Sessions kept beside the current one for messages on their way when it was replaced; the oldest goes first.</summary>
    public const int MaxArchivedSessions = 40;

    /// <summary>Largest message in bytes. A swarm takes 76,800; what is longer belongs into an attachment.</summary>
    public const int MaxMessageSize = 1 << 20;

    /// <summary>Largest plaintext in bytes: the largest message less room for headers, handshake and padding.</summary>
    public const int MaxPlaintextSize = MaxMessageSize - 4096;

    /// <summary>How long messages may be sent in a session that the peer has never answered. Its pre-keys are gone by then.</summary>
    public static readonly TimeSpan MaxPendingAge = TimeSpan.FromDays(30);
}
