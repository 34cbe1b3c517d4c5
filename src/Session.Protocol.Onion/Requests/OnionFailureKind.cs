namespace Session.Protocol.Onion.Requests;

/// <summary>What an unencrypted error from a path says (protocol/22 §8.1). Any hop can have written it.</summary>
internal enum OnionFailureKind
{
    /// <summary>A text that is not in the table: a server's own page, or something a hop made up.</summary>
    Unknown = 0,

    /// <summary>A relay's list lacks the next node, which is named.</summary>
    NodeNotFound,

    /// <summary>A relay cannot reach the next node, which is named.</summary>
    NodeUnreachable,

    /// <summary>A node, which is named, is not ready yet.</summary>
    NodeNotReady,

    /// <summary>The guard itself is not ready or overloaded.</summary>
    GuardNotReady,

    /// <summary>The guard limits our rate.</summary>
    RateLimited,

    /// <summary>Some hop got no answer from the next in 30 seconds.</summary>
    HopTimedOut,

    /// <summary>Some hop got an answer from the next that it cannot read.</summary>
    InvalidHopResponse,

    /// <summary>Some hop cannot open its layer: altered on the way, or a wrong key in our node list.</summary>
    InvalidCiphertext,

    /// <summary>A hop refused the form of the request.</summary>
    Refused,

    /// <summary>The guard refused the size of the request.</summary>
    TooLarge,
}
