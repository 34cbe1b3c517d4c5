using Google.Protobuf;

namespace Session.Protocol.Messages;

/// <summary>
/// Where a file lies and how to decrypt it (protocol/11 §6). Whoever holds this can read the file; it prints nothing of it.
/// </summary>
public sealed record AttachmentPointer
{
    private readonly ByteString _key = ByteString.Empty;
    private readonly ByteString _digest = ByteString.Empty;
    private readonly ByteString _unknownFields = ByteString.Empty;

    /// <summary>Where to fetch it; empty if the sender did not say. A fragment <c>d</c> marks the stream encryption.</summary>
    public required string Url { get; init => field = Limits.RequireNotNull(value, nameof(Url)); }

    /// <summary>The MIME type.</summary>
    public string? ContentType { get; init; }

    /// <summary>A name the sender suggests. Treat it as hostile: it may hold path parts.</summary>
    public string? FileName { get; init; }

    /// <summary>A caption.</summary>
    public string? Caption { get; init; }

    /// <summary>The key: 64 bytes in the older encryption, 32 bytes in the stream encryption, empty in communities. Length not checked.</summary>
    public ReadOnlyMemory<byte> Key { get => _key.Memory; init => _key = Limits.Copy(value); }

    /// <summary>SHA-256 of the stored bytes, 32 bytes, in the older encryption; otherwise empty. Length not checked.</summary>
    public ReadOnlyMemory<byte> Digest { get => _digest.Memory; init => _digest = Limits.Copy(value); }

    /// <summary>Size of the file in bytes before padding, below 2^32; 0 if the sender did not say.</summary>
    public long Size { get; init => field = Limits.RequireRange(value, uint.MaxValue, nameof(Size)); }

    /// <summary>Width of a picture in pixels, or 0.</summary>
    public int Width { get; init => field = (int)Limits.RequireRange(value, int.MaxValue, nameof(Width)); }

    /// <summary>Height of a picture in pixels, or 0.</summary>
    public int Height { get; init => field = (int)Limits.RequireRange(value, int.MaxValue, nameof(Height)); }

    /// <summary>Whether it is a voice message; then it is the first attachment of its message.</summary>
    public bool IsVoiceMessage { get; init; }

    /// <summary>See <see cref="MessageContent.UnknownFields"/>; these are of the pointer itself.</summary>
    internal ReadOnlyMemory<byte> UnknownFields { get => _unknownFields.Memory; init => _unknownFields = Limits.Copy(value); }

    /// <summary>The kind only.</summary>
    /// <returns>The name of the record.</returns>
    public override string ToString() => nameof(AttachmentPointer);
}
