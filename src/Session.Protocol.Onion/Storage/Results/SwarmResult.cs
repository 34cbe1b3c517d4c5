namespace Session.Protocol.Onion.Storage.Results;

/// <summary>The answers of all members of a swarm to one request.</summary>
/// <param name="Members">One entry for each member that the entry node reported.</param>
public sealed record SwarmResult(IReadOnlyList<MemberAnswer> Members)
{
    /// <summary>Number of members that acted and proved it.</summary>
    public int Confirmations => Members.Count(member => member.Outcome == MemberOutcome.Confirmed);

    /// <summary>The members that acted and proved it.</summary>
    public IEnumerable<MemberAnswer> Confirmed => Members.Where(member => member.Outcome == MemberOutcome.Confirmed);

    /// <summary>Every hash that a confirmed member deleted or changed, once.</summary>
    public IReadOnlyCollection<string> Hashes => Confirmed.SelectMany(member => member.Hashes).ToHashSet(StringComparer.Ordinal);
}
