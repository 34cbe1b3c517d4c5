namespace Session.Protocol.Onion.Swarms;

/// <summary>Divides the size of an answer among the namespaces of one poll, as official clients do (protocol/25 §2).</summary>
internal static class RetrieveShares
{
    /// <summary>The <c>max_size</c> of each namespace: −n for one n-th. Messages share what configurations leave; the sum is 1.</summary>
    public static IReadOnlyDictionary<SwarmNamespace, int> Of(IReadOnlyCollection<SwarmNamespace> spaces)
    {
        int messages = spaces.Count(HoldsMessages), others = spaces.Count - messages;
        int split = messages + (others > 0 ? 1 : 0);
        int rest = messages > 0 ? split * others : others;
        return spaces.ToDictionary(space => space, space => HoldsMessages(space) ? -split : -rest);
    }

    private static bool HoldsMessages(SwarmNamespace space) =>
        space == SwarmNamespace.Default || space == SwarmNamespace.GroupMessages || space.Value == -10;
}
