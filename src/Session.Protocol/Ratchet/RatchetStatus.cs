namespace Session.Protocol.Ratchet;

/// <summary>What became of a message or bundle. Whatever is not <see cref="Ok"/> has changed nothing.</summary>
public enum RatchetStatus
{
    /// <summary>Done.</summary>
    Ok = 0,

    /// <summary>The message was opened before, or its key is no longer kept. Drop it; never re-key because of it.</summary>
    Duplicate,

    /// <summary>The identity key is not the one that is trusted for this address.</summary>
    UntrustedIdentity,

    /// <summary>A first message names a pre-key that does not exist here (any more).</summary>
    UnknownPreKey,

    /// <summary>There is no session with this address, or none that may still be sent in.</summary>
    NoSession,

    /// <summary>The bytes are no ratchet message.</summary>
    Malformed,

    /// <summary>The message is of a version that this library does not speak.</summary>
    Version,

    /// <summary>Not authentic in any session, or too far ahead.</summary>
    Invalid,

    /// <summary>The handshake was used before: a replayed first message.</summary>
    ReusedBaseKey,

    /// <summary>A signature of the bundle is wrong, or the bundle lacks the keys that the suite needs.</summary>
    InvalidBundle,
}
