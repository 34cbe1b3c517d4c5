namespace Session.Protocol.Client;

/// <summary>Where an account's data is deleted.</summary>
[Flags]
public enum ClearTargets
{
    /// <summary>Nowhere; not allowed in a call.</summary>
    None = 0,

    /// <summary>The account's swarm: every message in all namespaces. Other devices lose what they have not fetched.</summary>
    Network = 1,

    /// <summary>This device's store: positions, ratchets, the outbox, everything.</summary>
    Device = 2,

    /// <summary>Both.</summary>
    Everything = Network | Device,
}
