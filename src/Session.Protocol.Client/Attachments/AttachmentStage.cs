namespace Session.Protocol.Client.Attachments;

/// <summary>The steps of sending and fetching a file. A download has a beginning and an end and nothing between; the others move on piece by piece.</summary>
public enum AttachmentStage
{
    /// <summary>The file is read and encrypted.</summary>
    Encrypting = 0,

    /// <summary>It goes to the first hop; begins again with each attempt.</summary>
    Uploading,

    /// <summary>It comes from the server.</summary>
    Downloading,

    /// <summary>It was verified, and is written to its destination.</summary>
    Writing,
}
