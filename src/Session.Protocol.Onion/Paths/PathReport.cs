using Session.Protocol.Accounts;

namespace Session.Protocol.Onion.Paths;

/// <summary>What one request taught about its path.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="Node">The node it concerns, for the kinds that concern one.</param>
internal sealed record PathReport(PathReportKind Kind, Ed25519PublicKey Node = default)
{
    public static PathReport Success { get; } = new(PathReportKind.Success);

    public static PathReport PathFailed { get; } = new(PathReportKind.PathFailed);

    /// <summary>The failure is not the path's.</summary>
    public static PathReport Nothing { get; } = new(PathReportKind.Nothing);

    /// <summary>In words, without keys.</summary>
    public string Reason => Kind switch
    {
        PathReportKind.NodeGone => "a node is gone",
        PathReportKind.NodeFailed => "a node failed repeatedly",
        _ => "requests failed repeatedly",
    };

    /// <summary>True when a path was changed or given up.</summary>
    public bool Apply(PathMachine machine, OnionPath path)
    {
        switch (Kind)
        {
            case PathReportKind.Success:
                machine.Succeeded(path);
                return false;
            case PathReportKind.PathFailed:
                return machine.StrikePath(path);
            case PathReportKind.NodeFailed:
                return machine.StrikeNode(Node);
            case PathReportKind.NodeGone:
                return machine.Replace(Node);
            default:
                return false;
        }
    }
}
