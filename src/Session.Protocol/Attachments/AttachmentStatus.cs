namespace Session.Protocol.Attachments;

/// <summary>What came of fetching and decrypting a file. Anyone may have written the bytes; failures are normal and final.</summary>
public enum AttachmentStatus
{
    /// <summary>Nothing was decrypted: the default value.</summary>
    None = 0,

    /// <summary>Genuine and complete.</summary>
    Complete,

    /// <summary>The key has the wrong length for the scheme, or there is none.</summary>
    BadKey,

    /// <summary>Too few bytes to be an encrypted file.</summary>
    TooShort,

    /// <summary>The first byte, or the length, is none of the scheme.</summary>
    UnknownFormat,

    /// <summary>Another key, or changed bytes.</summary>
    NotAuthentic,

    /// <summary>Not the SHA-256 that the pointer promised.</summary>
    WrongDigest,

    /// <summary>The end is missing.</summary>
    Truncated,

    /// <summary>There is something behind the end.</summary>
    TrailingData,

    /// <summary>The padding is malformed or never ends.</summary>
    BadPadding,

    /// <summary>The file is shorter than the pointer said, or longer by more than zeros, or the pointer names no size where one is needed.</summary>
    WrongSize,

    /// <summary>The pointer's URL names no file, or no server that may be asked.</summary>
    BadUrl,
}
