namespace Session.Protocol.Client;

/// <summary>How well a message was protected on its way, weakest first, so that two values can be compared.</summary>
public enum Protection
{
    /// <summary>
    /// Version 1, what every Session client reads: encrypted to the account's long-term key and signed by the sender's.
    /// Not forward secret: who gets the account key reads every message that was ever recorded.
    /// </summary>
    Sealed = 1,

    /// <summary>
    /// The sender key of a group: encrypted once for all members, forward secret for each message, healing only when somebody leaves or after
    /// a week (docs/groups.md). The keys travel by ratchet.
    /// </summary>
    SenderKey = 2,

    /// <summary>
    /// A double ratchet between two devices, inside version 1: forward secret for each message and healing with each round
    /// trip (docs/ratchet.md). Only between peers that run this SDK, and only when no version 1 copy was sent beside it.
    /// </summary>
    Ratchet = 3,
}
