using Session.Protocol.Onion.Storage.Results;

namespace Session.Protocol.Client;

/// <summary>What the swarm says of a request to delete everything.</summary>
/// <param name="Deleted">How many different messages were deleted.</param>
/// <param name="Members">Each known member of the swarm, whether it answered or not.</param>
public sealed record ClearedMessages(int Deleted, IReadOnlyList<ClearedMember> Members)
{
    /// <summary>How many members confirmed it with a valid signature.</summary>
    public int Confirmations => Members.Count(x => x.Outcome == MemberOutcome.Confirmed);

    /// <summary>Whether nothing is left: every member confirmed.</summary>
    public bool IsComplete => Confirmations == Members.Count;
}
