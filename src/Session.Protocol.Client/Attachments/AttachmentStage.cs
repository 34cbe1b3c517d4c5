namespace Session.Protocol.Client.Attachments;

/// <summary>
/// The steps of sending and fetching a file. An onion request is one piece, so the two steps on the network have a beginning and an
/// end and nothing between.
/// </summary>
public enum AttachmentStage
{
    /// <summary>The file is read and encrypted.</summary>
    Encrypting = 0,

    /// <summary>It goes to the server.</summary>
    Uploading,

    /// <summary>It comes from the server.</summary>
    Downloading,

    /// <summary>It was verified, and is written to its destination.</summary>
    Writing,
}
