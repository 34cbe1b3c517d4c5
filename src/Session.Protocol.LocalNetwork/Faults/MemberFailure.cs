namespace Session.Protocol.LocalNetwork.Faults;

/// <summary>How a member of a swarm fails to do its part (protocol/21 §6).</summary>
public enum MemberFailure
{
    /// <summary>No answer within 5 seconds; it hears of the call later.</summary>
    TimedOut = 0,

    /// <summary>It refused with a status and a reason.</summary>
    Refused,

    /// <summary>Its answer could not be read.</summary>
    BadPeerResponse,

    /// <summary>Its database failed.</summary>
    QueryFailure,
}
