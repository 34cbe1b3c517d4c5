using Session.Protocol.Onion.Paths;

namespace Session.Protocol.Onion.Requests;

/// <summary>What follows from a failed request.</summary>
/// <param name="Fault">What the caller is told.</param>
/// <param name="Report">What the path learns.</param>
/// <param name="NotDelivered">The request surely did not reach its destination.</param>
internal sealed record OnionVerdict(OnionFault Fault, PathReport Report, bool NotDelivered)
{
    /// <summary>The destination node is not in the network's list any more.</summary>
    public bool DropDestination { get; init; }
}
