namespace Session.Protocol.LocalNetwork.Faults;

/// <summary>How a server behind the exit is not there.</summary>
public enum ServerOutage
{
    /// <summary>Nothing listens: the exit answers 502 with curl's words.</summary>
    ConnectionRefused = 0,

    /// <summary>No answer: the exit gives up with 504 and curl's words, here at once.</summary>
    TimedOut,

    /// <summary>A proxy before it answers 502 with a page.</summary>
    BadGatewayPage,

    /// <summary>A proxy before it answers 503 with a page.</summary>
    UnavailablePage,
}
