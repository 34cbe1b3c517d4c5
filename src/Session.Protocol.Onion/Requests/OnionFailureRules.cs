using Session.Protocol.Accounts;
using Session.Protocol.Onion.Paths;

namespace Session.Protocol.Onion.Requests;

/// <summary>
/// What follows from an unencrypted answer (protocol/22 §8, protocol/26 §6): whose fault it is, what the path learns, and whether the
/// request surely did not arrive, so that it may be sent again without a second effect.
/// </summary>
internal static class OnionFailureRules
{
    /// <summary>Judges an answer to a request for a node, or, with <paramref name="destination"/> null, for a server.</summary>
    public static OnionVerdict Judge(OnionFailure failure, int status, OnionPath path, Ed25519PublicKey? destination)
    {
        switch (failure.Kind)
        {
            case OnionFailureKind.NodeNotFound or OnionFailureKind.NodeUnreachable or OnionFailureKind.NodeNotReady:
                return JudgeNamed(failure, path, destination);
            case OnionFailureKind.GuardNotReady:
                return new OnionVerdict(OnionFault.PathFailed, new PathReport(PathReportKind.NodeFailed, path.Guard.IdentityKey), NotDelivered: true);
            case OnionFailureKind.RateLimited:
                return new OnionVerdict(OnionFault.RateLimited, PathReport.Nothing, NotDelivered: true);
            case OnionFailureKind.TooLarge:
                return new OnionVerdict(OnionFault.TooLarge, PathReport.Nothing, NotDelivered: true);
            case OnionFailureKind.InvalidCiphertext or OnionFailureKind.Refused:
                return new OnionVerdict(OnionFault.PathFailed, PathReport.PathFailed, NotDelivered: true);
            case OnionFailureKind.HopTimedOut:
                return new OnionVerdict(OnionFault.TimedOut, PathReport.PathFailed, NotDelivered: false);
            case OnionFailureKind.InvalidHopResponse:
                return new OnionVerdict(OnionFault.PathFailed, PathReport.PathFailed, NotDelivered: false);
            default:
                return JudgeUnknown(status, destination);
        }
    }

    // A relay may name only the hop that it passes on to. Any other name is a lie or a mistake, and then nobody else suffers for it.
    private static OnionVerdict JudgeNamed(OnionFailure failure, OnionPath path, Ed25519PublicKey? destination)
    {
        Ed25519PublicKey named = failure.Node.GetValueOrDefault();
        bool gone = failure.Kind != OnionFailureKind.NodeNotReady;
        if (named == destination)
        {
            return new OnionVerdict(OnionFault.DestinationFailed, PathReport.Nothing, NotDelivered: true) { DropDestination = gone };
        }

        int hop = path.IndexOf(named);
        bool possible = gone ? hop > 0 : hop >= 0;
        PathReport report = possible ? new PathReport(gone ? PathReportKind.NodeGone : PathReportKind.NodeFailed, named) : PathReport.PathFailed;
        return new OnionVerdict(OnionFault.PathFailed, report, NotDelivered: true);
    }

    // For a server any status may be the server's own, so the path is not blamed. A node's answers are always encrypted.
    private static OnionVerdict JudgeUnknown(int status, Ed25519PublicKey? destination) => status switch
    {
        406 or 425 => new OnionVerdict(OnionFault.ClockOutOfSync, PathReport.Nothing, NotDelivered: true),
        _ when destination is null => new OnionVerdict(OnionFault.DestinationFailed, PathReport.Nothing, NotDelivered: false),
        _ => new OnionVerdict(OnionFault.PathFailed, PathReport.PathFailed, NotDelivered: false),
    };
}
