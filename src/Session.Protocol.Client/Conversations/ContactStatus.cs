namespace Session.Protocol.Client.Conversations;

/// <summary>How far two accounts have come with each other (protocol/13 §2).</summary>
public enum ContactStatus
{
    /// <summary>Nothing was exchanged yet.</summary>
    Unknown = 0,

    /// <summary>They wrote, and have neither been answered nor accepted.</summary>
    IncomingRequest,

    /// <summary>We wrote, and they have neither answered nor accepted.</summary>
    OutgoingRequest,

    /// <summary>Both sides have written or accepted. Oneself is always accepted.</summary>
    Accepted,

    /// <summary>We have blocked them: what they send is dropped, and nothing is sent to them.</summary>
    Blocked,
}
