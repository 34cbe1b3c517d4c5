using Session.Protocol.Onion.Swarms;

namespace Session.Protocol.Client.Receiving;

/// <summary>One look into the swarm: how far it read, and how many of its messages nobody has settled yet.</summary>
internal sealed class CursorBatch(IReadOnlyList<RetrievePosition> positions)
{
    public IReadOnlyList<RetrievePosition> Positions { get; } = positions;

    /// <summary>Messages taken from it and not settled.</summary>
    public int Open { get; set; }

    /// <summary>Whether all that it brought was looked at.</summary>
    public bool IsComplete { get; set; }

    public bool IsDone => IsComplete && Open == 0;
}
