using Google.Protobuf;

namespace Session.Protocol.Messages;

/// <summary>
/// How a sender presents itself (protocol/11 §7). A receiver takes it over only if it is newer than what it knows, and then a
/// profile without a picture removes the picture. Prints nothing of it.
/// </summary>
public sealed record UserProfile
{
    /// <summary>Most bytes of a display name in UTF-8. A longer one is cut when it is read.</summary>
    public const int MaxDisplayNameSize = 100;

    /// <summary>Size in bytes of the picture's key.</summary>
    public const int PictureKeySize = 32;

    /// <summary>Most bytes of the picture's URL in UTF-8; those of the file server have under 150. A longer one counts as none when it is read.</summary>
    public const int MaxPictureUrlSize = 2_048;

    private readonly ByteString _pictureKey = ByteString.Empty;

    /// <summary>The name, at most <see cref="MaxDisplayNameSize"/> bytes; empty if the sender gave none.</summary>
    public string DisplayName { get; init => field = Limits.RequireUtf8Size(value, MaxDisplayNameSize, nameof(DisplayName)); } = "";

    /// <summary>Where to fetch the picture, at most <see cref="MaxPictureUrlSize"/> bytes. It never holds the key.</summary>
    public string? PictureUrl { get; init => field = value is null ? null : Limits.RequireUtf8Size(value, MaxPictureUrlSize, nameof(PictureUrl)); }

    /// <summary>The picture's key: 32 bytes, or empty.</summary>
    public ReadOnlyMemory<byte> PictureKey
    {
        get => _pictureKey.Memory;
        init => _pictureKey = value.IsEmpty ? ByteString.Empty : Limits.CopyExactly(value, PictureKeySize, nameof(PictureKey));
    }

    /// <summary>When the sender last changed its profile, in Unix <b>seconds</b>; 0 if it did not say.</summary>
    public long UpdatedAtSeconds { get; init => field = Limits.RequireRange(value, Limits.MaxTimeSeconds, nameof(UpdatedAtSeconds)); }

    /// <summary>Whether there is a picture to fetch: both its URL and its key.</summary>
    public bool HasPicture => !string.IsNullOrEmpty(PictureUrl) && !_pictureKey.IsEmpty;

    /// <summary>The kind only.</summary>
    /// <returns>The name of the record.</returns>
    public override string ToString() => nameof(UserProfile);
}
