namespace Session.Protocol.Onion;

/// <summary>Why a network operation failed.</summary>
public enum OnionFault
{
    /// <summary>No connection could be made; nothing was sent.</summary>
    Unreachable = 0,

    /// <summary>No answer in time. The far side may have acted all the same.</summary>
    TimedOut,

    /// <summary>A path could not be built: too few usable nodes.</summary>
    NoPath,

    /// <summary>A hop of the path failed or altered the request.</summary>
    PathFailed,

    /// <summary>The destination node or server cannot be reached from the path, or is not ready.</summary>
    DestinationFailed,

    /// <summary>An answer that cannot be decrypted or read.</summary>
    InvalidResponse,

    /// <summary>No seed node gave a usable node list.</summary>
    NoNodes,

    /// <summary>The node does not hold this account's messages (421).</summary>
    WrongSwarm,

    /// <summary>The clock of this machine or of the node is off (406, 425).</summary>
    ClockOutOfSync,

    /// <summary>Too many requests (429).</summary>
    RateLimited,

    /// <summary>The node or server is busy or not ready (5xx).</summary>
    ServerBusy,

    /// <summary>The signature or permission was refused (401).</summary>
    Unauthorized,

    /// <summary>The request was refused (400, 403 and others): it will be refused again.</summary>
    Rejected,

    /// <summary>The request or message is too large (413, or known before sending).</summary>
    TooLarge,

    /// <summary>The thing asked for does not exist (404).</summary>
    NotFound,

    /// <summary>The connection broke after the request was sent. The far side may have acted all the same.</summary>
    ConnectionLost,
}
