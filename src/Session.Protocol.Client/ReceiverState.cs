namespace Session.Protocol.Client;

/// <summary>How an account's receiving is doing.</summary>
public enum ReceiverState
{
    /// <summary>Nobody receives.</summary>
    Stopped = 0,

    /// <summary>It looks for messages and finds its swarm.</summary>
    Healthy,

    /// <summary>The last looks failed; it goes on trying.</summary>
    Troubled,

    /// <summary>Handlers keep it waiting: as many messages are held as allowed, and none was finished for a while.</summary>
    Blocked,

    /// <summary>It should have looked long ago and did not: something in it hangs.</summary>
    Stalled,
}
