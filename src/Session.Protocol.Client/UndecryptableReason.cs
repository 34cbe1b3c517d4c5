namespace Session.Protocol.Client;

/// <summary>Why a ratcheted message could not be opened.</summary>
public enum UndecryptableReason
{
    /// <summary>There is no session with the sending device here: one side has lost its state.</summary>
    NoSession = 1,

    /// <summary>It was made for pre-keys that do not exist here (any more).</summary>
    UnknownPreKey,

    /// <summary>No session opens it.</summary>
    Invalid,

    /// <summary>The device offers another identity key than before under the same name. Not asked for again.</summary>
    UntrustedIdentity,

    /// <summary>It was encrypted to other devices of this account and not to this one, which the sender did not know.</summary>
    NotForThisDevice,
}
