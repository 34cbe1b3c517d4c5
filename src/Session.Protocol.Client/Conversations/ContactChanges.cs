namespace Session.Protocol.Client.Conversations;

/// <summary>What a received message has changed about its sender.</summary>
[Flags]
public enum ContactChanges
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>It opened a message request: the sender has not written before and was not written to.</summary>
    Requested = 1,

    /// <summary>It accepted our message request, by answering or in so many words.</summary>
    Accepted = 2,

    /// <summary>The sender has a new name or picture.</summary>
    Profile = 4,

    /// <summary>The sender's own messages disappear differently from now on.</summary>
    Expiration = 8,
}
