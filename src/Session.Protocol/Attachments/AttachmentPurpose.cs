namespace Session.Protocol.Attachments;

/// <summary>What a file in the stream encryption is for; each use has keys of its own (protocol/18 §2).</summary>
public enum AttachmentPurpose
{
    /// <summary>A file in a message.</summary>
    Attachment = 0,

    /// <summary>A picture of a profile or group.</summary>
    ProfilePicture = 1,
}
