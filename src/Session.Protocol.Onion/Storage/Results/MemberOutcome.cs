namespace Session.Protocol.Onion.Storage.Results;

/// <summary>What one swarm member is known to have done.</summary>
public enum MemberOutcome
{
    /// <summary>It acted, and its signature over what it did is valid.</summary>
    Confirmed = 0,

    /// <summary>It claims to have acted, but the signature is missing or wrong, or the entry is malformed: count it as nothing.</summary>
    Unverified,

    /// <summary>The signature is valid, but the key is not that of a known member of the swarm: count it as nothing.</summary>
    Stranger,

    /// <summary>It refused or failed.</summary>
    Failed,

    /// <summary>It did not answer the entry node in time. It may have acted, or act later.</summary>
    TimedOut,
}
