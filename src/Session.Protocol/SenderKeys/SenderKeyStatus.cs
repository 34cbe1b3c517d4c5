namespace Session.Protocol.SenderKeys;

/// <summary>What became of a group message or a distribution. Whatever is not <see cref="Ok"/> has changed nothing.</summary>
public enum SenderKeyStatus
{
    /// <summary>Done.</summary>
    Ok = 0,

    /// <summary>The message was opened before, its key is no longer kept, or it is older than the distribution. Drop it.</summary>
    Duplicate,

    /// <summary>There is no chain to read this message with or to write in. A reader asks the author for the current distribution.</summary>
    NoSenderKey,

    /// <summary>Not signed by the author of the chain.</summary>
    BadSignature,

    /// <summary>More than <see cref="SenderKeyLimits.MaxForwardJump"/> messages ahead of the last one read.</summary>
    TooFarAhead,

    /// <summary>The bytes are no message of this kind.</summary>
    Malformed,

    /// <summary>The message is of a version that this library does not speak.</summary>
    Version,

    /// <summary>Signed by the author and yet not readable, a distribution under another id, or a chain at its end that must be rotated.</summary>
    Invalid,

    /// <summary>A distribution for a session of one's own: an author learns its chain from nobody. Drop it.</summary>
    OwnChain,
}
