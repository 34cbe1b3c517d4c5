namespace Session.Protocol.LocalNetwork.Faults;

/// <summary>What is odd about a server's answer in v4 form (protocol/22 §6).</summary>
public enum OddFraming
{
    /// <summary>A length says more than there is.</summary>
    LengthTooLong = 0,

    /// <summary>The closing <c>e</c> is missing.</summary>
    NoEnd,

    /// <summary>There is no body beside the head.</summary>
    NoBody,

    /// <summary>The head has no headers at all, and so no content type.</summary>
    NoContentType,
}
