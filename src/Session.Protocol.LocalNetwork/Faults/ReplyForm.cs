namespace Session.Protocol.LocalNetwork.Faults;

/// <summary>Unusual forms of a destination's answer inside the encryption (protocol/22 §5). Clients read the last two.</summary>
public enum ReplyForm
{
    /// <summary>Not JSON.</summary>
    BadJson = 0,

    /// <summary>No status.</summary>
    NoStatus,

    /// <summary>The status is called <c>status_code</c>.</summary>
    StatusCode,

    /// <summary>The body is a JSON value instead of text that holds JSON.</summary>
    BodyAsObject,
}
