namespace Session.Protocol.Messages;

/// <summary>Whether bytes were a message, and why not.</summary>
public enum ContentDecodeResult
{
    /// <summary>They were; the content is there.</summary>
    Ok = 0,

    /// <summary>More bytes than a node stores.</summary>
    TooLarge,

    /// <summary>Not a protobuf message.</summary>
    Malformed,

    /// <summary>A part lacks a field that the protocol requires.</summary>
    MissingField,

    /// <summary>A text is not UTF-8.</summary>
    InvalidText,

    /// <summary>A field has a wrong size, or a value out of its range.</summary>
    InvalidField,

    /// <summary>A data message with flags that this version of the protocol does not know.</summary>
    UnknownFlags,

    /// <summary>More than 32 attachments, or more entries in a list than anyone sends.</summary>
    TooManyItems,

    /// <summary>Nothing that this library can read: no kind, a newer kind, or a kind with nothing in it.</summary>
    Empty,
}
