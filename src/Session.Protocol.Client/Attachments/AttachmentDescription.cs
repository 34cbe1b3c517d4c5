namespace Session.Protocol.Client.Attachments;

/// <summary>What a message says about a file beside the file itself. All of it is encrypted with the message.</summary>
public sealed record AttachmentDescription
{
    /// <summary>Nothing.</summary>
    public static AttachmentDescription None { get; } = new();

    /// <summary>The MIME type.</summary>
    public string? ContentType { get; init; }

    /// <summary>A name for the file.</summary>
    public string? FileName { get; init; }

    /// <summary>A caption.</summary>
    public string? Caption { get; init; }

    /// <summary>Width of a picture in pixels, or 0.</summary>
    public int Width { get; init; }

    /// <summary>Height of a picture in pixels, or 0.</summary>
    public int Height { get; init; }

    /// <summary>Whether it is a voice message; then it must be the first attachment of its message.</summary>
    public bool IsVoiceMessage { get; init; }
}
