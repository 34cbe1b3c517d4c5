namespace Session.Protocol.Client;

/// <summary>Why the ratchet cannot be used for a message.</summary>
public enum ProtectionObstacle
{
    /// <summary>Nothing stands in the way.</summary>
    None = 0,

    /// <summary>The recipient has published no valid record of its devices, or it has expired.</summary>
    NoRecord,

    /// <summary>The recipient says that not all of its devices speak the ratchet.</summary>
    MixedDevices,

    /// <summary>No suite that both sides speak.</summary>
    NoCommonSuite,

    /// <summary>A device of the recipient offers another identity key than before, or keys that do not verify.</summary>
    UntrustedDevice,

    /// <summary>It is a note to oneself, which goes out as version 1.</summary>
    NoteToSelf,

    /// <summary>The content is too large for a ratchet message; what is longer belongs into an attachment.</summary>
    TooLarge,

    /// <summary>The network did not let this device publish its own record, so the recipient could not answer.</summary>
    NotPublished,
}
