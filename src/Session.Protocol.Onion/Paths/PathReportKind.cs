namespace Session.Protocol.Onion.Paths;

/// <summary>What one request taught about its path.</summary>
internal enum PathReportKind
{
    /// <summary>Nothing: the failure is not the path's.</summary>
    Nothing = 0,

    /// <summary>The destination answered.</summary>
    Success,

    /// <summary>Something on the path failed, nobody knows what.</summary>
    PathFailed,

    /// <summary>A certain node of the path failed.</summary>
    NodeFailed,

    /// <summary>A certain node of the path is gone or cannot be reached from the one before.</summary>
    NodeGone,
}
