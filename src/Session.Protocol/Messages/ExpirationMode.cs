namespace Session.Protocol.Messages;

/// <summary>When a disappearing message starts to count (protocol/11 §9). The numbers are those of the wire.</summary>
public enum ExpirationMode
{
    /// <summary>It stays.</summary>
    Off = 0,

    /// <summary>From the time the receiver reads it. In one-to-one conversations only.</summary>
    AfterRead = 1,

    /// <summary>From the time it was stored.</summary>
    AfterSend = 2,
}
