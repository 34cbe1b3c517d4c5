namespace Session.Protocol.Onion.Paths;

/// <summary>One path of a <see cref="PathMachine"/> and what is known about it.</summary>
internal sealed class PathEntry(OnionPath path, PathEntry? replaces)
{
    public OnionPath Path { get; } = path;

    /// <summary>The path that this one is to follow as soon as it is tested.</summary>
    public PathEntry? Replaces { get; } = replaces;

    public bool IsReady { get; set; }

    public int Strikes { get; set; }

    /// <summary>True when something about it failed or is new, so that it is tried out behind the back of requests.</summary>
    public bool IsInDoubt { get; set; }

    /// <summary>How little it is to be trusted with a request; 0 for a path without failures.</summary>
    public int Doubts => Strikes + (IsInDoubt ? 1 : 0);

    /// <summary>Timestamp from which on its hops are to be changed.</summary>
    public long RotateAt { get; set; }
}
