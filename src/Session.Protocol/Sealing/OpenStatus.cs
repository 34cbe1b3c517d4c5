namespace Session.Protocol.Sealing;

/// <summary>
/// What came of opening a stored message, in the order of the checks (protocol/12 §3). Anyone may store bytes for an
/// account, so failures are normal; each is final, and the same bytes need not be tried again.
/// </summary>
public enum OpenStatus
{
    /// <summary>Nothing was opened: the default value.</summary>
    None = 0,

    /// <summary>Genuine: decrypted, signed by the sender it names, well formed.</summary>
    Opened,

    /// <summary>More bytes than a service node stores (<see cref="SealedMessage.MaxStoredSize"/>).</summary>
    TooLarge,

    /// <summary>Not a WebSocketMessage that holds a request with a body.</summary>
    NotAWrapper,

    /// <summary>The body is not an Envelope with type and timestamp.</summary>
    NotAnEnvelope,

    /// <summary>The envelope's source is neither empty nor 66 hexadecimal digits.</summary>
    BadSource,

    /// <summary>The envelope's time is zero or later than the year 9999.</summary>
    BadTimestamp,

    /// <summary>The envelope's Pro signature is there, but not 64 bytes long.</summary>
    BadProSignatureLength,

    /// <summary>The envelope has no content.</summary>
    NoContent,

    /// <summary>The content is shorter than an empty sealed message, 144 bytes.</summary>
    TooShort,

    /// <summary>The sealed box does not open with this account's key: for somebody else, damaged or forged.</summary>
    CannotOpen,

    /// <summary>The sender's signature inside the box does not verify for this recipient.</summary>
    BadSignature,

    /// <summary>The sender's key is no point of the prime-order subgroup and so belongs to no account.</summary>
    BadSenderKey,

    /// <summary>The padding has no terminator.</summary>
    BadPadding,

    /// <summary>There is nothing in front of the padding.</summary>
    Empty,

    /// <summary>What was sealed is not a protobuf message.</summary>
    NotContent,

    /// <summary>The content carries no time, so the envelope's time is not covered by the signature (<see cref="OpenOptions.AllowUnsignedTimestamp"/>).</summary>
    UnsignedTimestamp,

    /// <summary>The envelope's time is not the signed one: somebody wrapped the box anew.</summary>
    TimestampMismatch,
}
