namespace Session.Protocol.Onion.Storage;

/// <summary>What the service nodes accept, and what this library accepts of them (protocol/21 §7).</summary>
public static class StorageLimits
{
    /// <summary>Largest message in bytes, before base64.</summary>
    public const int MaxDataSize = 76_800;

    /// <summary>Most requests in one batch or sequence.</summary>
    public const int MaxBatchSize = 20;

    /// <summary>Most tokens in one revocation; a node remembers the newest 50 of an account.</summary>
    public const int MaxRevokedTokens = 50;

    /// <summary>Characters of a message hash.</summary>
    public const int HashLength = 43;

    /// <summary>Shortest time that a message can be stored for.</summary>
    public static TimeSpan MinTimeToLive { get; } = TimeSpan.FromSeconds(10);

    /// <summary>Longest time in a public inbox (namespaces divisible by ten).</summary>
    public static TimeSpan MaxInboxTimeToLive { get; } = TimeSpan.FromDays(14);

    /// <summary>Longest time in any other namespace.</summary>
    public static TimeSpan MaxTimeToLive { get; } = TimeSpan.FromDays(30);

    /// <summary>Messages of one answer: 7 800 000 bytes counted at 143 or more each.</summary>
    internal const int MaxMessages = 60_000;

    /// <summary>Nodes of one swarm: a swarm has 5 to 10, this is generous.</summary>
    internal const int MaxSwarmMembers = 100;

    /// <summary>Characters kept of an error text; the longest known has under 100.</summary>
    internal const int MaxErrorText = 300;
}
