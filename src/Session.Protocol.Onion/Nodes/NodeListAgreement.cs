namespace Session.Protocol.Onion.Nodes;

/// <summary>
/// Makes one list out of what several nodes say (protocol/20 §3.3): a node counts when enough of them, usually two of three, describe it
/// alike, so that one liar can neither put a node in nor give another's a false address or key.
/// </summary>
internal static class NodeListAgreement
{
    /// <summary>
    /// The nodes that are agreed upon; null when that is less than half of what is known: lists change slowly, so this is a mistake or
    /// an attempt to leave only certain nodes. A swarm that is not agreed upon is unknown.
    /// </summary>
    /// <param name="answers">What each of them says.</param>
    /// <param name="needed">Answers that must agree about a node.</param>
    /// <param name="known">Number of nodes known before.</param>
    public static ServiceNode[]? Combine(IReadOnlyCollection<IReadOnlyList<ServiceNode>> answers, int needed, int known)
    {
        ServiceNode[] agreed =
        [
            .. answers.SelectMany(answer => answer.DistinctBy(node => node.IdentityKey))
                .GroupBy(node => (node.IdentityKey, node.EncryptionKey, node.Address, node.HttpsPort))
                .Where(same => same.Count() >= needed)
                .Select(same => Describe([.. same], needed))
                .DistinctBy(node => node.IdentityKey),
        ];
        return agreed.Length > 0 && agreed.Length >= known / 2 ? agreed : null;
    }

    private static ServiceNode Describe(ServiceNode[] same, int needed)
    {
        ulong? swarm = same.GroupBy(node => node.SwarmId).FirstOrDefault(group => group.Count() >= needed)?.Key;
        return new ServiceNode(same[0].IdentityKey, same[0].EncryptionKey, same[0].Address, same[0].HttpsPort, swarm);
    }
}
