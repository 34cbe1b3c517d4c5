namespace Session.Protocol.Onion.Nodes;

/// <summary>
/// Makes one list out of what several nodes say (protocol/20 §3.3): a node counts when two of them describe it alike, so that one liar
/// can neither put a node in nor give another's a false address or key.
/// </summary>
internal static class NodeListAgreement
{
    /// <summary>Nodes that are asked.</summary>
    public const int AskedNodes = 3;

    /// <summary>Answers that must agree about a node.</summary>
    private const int Needed = 2;

    /// <summary>
    /// The nodes that are agreed upon; null when that is less than half of what is known: lists change slowly, so this is a mistake or
    /// an attempt to leave only certain nodes. A swarm that is not agreed upon is unknown.
    /// </summary>
    public static ServiceNode[]? Combine(IReadOnlyCollection<IReadOnlyList<ServiceNode>> answers, int known)
    {
        ServiceNode[] agreed =
        [
            .. answers.SelectMany(answer => answer.DistinctBy(node => node.IdentityKey))
                .GroupBy(node => (node.IdentityKey, node.EncryptionKey, node.Address, node.HttpsPort))
                .Where(same => same.Count() >= Needed)
                .Select(same => Describe([.. same]))
                .DistinctBy(node => node.IdentityKey),
        ];
        return agreed.Length > 0 && agreed.Length >= known / 2 ? agreed : null;
    }

    private static ServiceNode Describe(ServiceNode[] same)
    {
        ulong? swarm = same.GroupBy(node => node.SwarmId).FirstOrDefault(group => group.Count() >= Needed)?.Key;
        return new ServiceNode(same[0].IdentityKey, same[0].EncryptionKey, same[0].Address, same[0].HttpsPort, swarm);
    }
}
