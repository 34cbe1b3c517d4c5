namespace Session.Protocol.Onion.Paths;

/// <summary>How a client's paths are.</summary>
public enum PathState
{
    /// <summary>No path is ready yet: nothing was asked so far, or the first path is being built.</summary>
    Building = 0,

    /// <summary>As many paths are ready as are wanted.</summary>
    Ready,

    /// <summary>Requests go through, but fewer paths are ready than are wanted; the others are being built.</summary>
    Degraded,

    /// <summary>The last attempt to build a path failed at every guard, and nothing went through since. The next request tries again.</summary>
    Lost,
}
