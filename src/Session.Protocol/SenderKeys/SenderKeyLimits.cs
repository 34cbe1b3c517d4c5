using Session.Protocol.Ratchet;

namespace Session.Protocol.SenderKeys;

/// <summary>The bounds of sender keys (protocol/31 §3), the same as libsignal's so that both refuse the same messages.</summary>
public static class SenderKeyLimits
{
    /// <summary>Largest accepted gap inside one chain. It bounds the hashing that one message of a hostile member can cost: about 20 ms.</summary>
    public const int MaxForwardJump = RatchetLimits.MaxForwardJump;

    /// <summary>Message keys kept for late messages, per chain; the oldest go first. It bounds the stored state.</summary>
    public const int MaxSkippedKeys = RatchetLimits.MaxSkippedKeys;

    /// <summary>Chains kept per author and distribution for messages on their way when the author rotated; the oldest goes first.</summary>
    public const int MaxStates = 5;

    /// <summary>Largest message in bytes. A swarm takes 76,800; what is longer belongs into an attachment.</summary>
    public const int MaxMessageSize = RatchetLimits.MaxMessageSize;

    /// <summary>Largest plaintext in bytes: the largest message less room for header, padding and signature.</summary>
    public const int MaxPlaintextSize = RatchetLimits.MaxPlaintextSize;

    /// <summary>Largest distribution in bytes. libsignal writes 96 at most in front of later fields, which are ignored.</summary>
    public const int MaxDistributionSize = 1024;
}
