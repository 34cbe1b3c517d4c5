using Google.Protobuf;

namespace Session.Protocol.Messages;

/// <summary>What the sender saw behind a link in its text (protocol/11 §5). Prints nothing of it.</summary>
public sealed record LinkPreview
{
    private readonly ByteString _unknownFields = ByteString.Empty;

    /// <summary>The link, as it stands in the text.</summary>
    public required string Url { get; init; }

    /// <summary>The title of the page.</summary>
    public string? Title { get; init; }

    /// <summary>A picture, encrypted like any attachment.</summary>
    public AttachmentPointer? Image { get; init; }

    /// <summary>See <see cref="MessageContent.UnknownFields"/>; these are of the preview itself.</summary>
    internal ReadOnlyMemory<byte> UnknownFields { get => _unknownFields.Memory; init => _unknownFields = Limits.Copy(value); }

    /// <summary>The kind only.</summary>
    /// <returns>The name of the record.</returns>
    public override string ToString() => nameof(LinkPreview);
}
