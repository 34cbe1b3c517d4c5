namespace Session.Protocol.Onion.Storage.Results;

/// <summary>A node's answer to one request: a status, and what came with it (protocol/21 §8).</summary>
public abstract record StorageReply
{
    private protected StorageReply()
    {
    }

    /// <summary>Status of the storage RPC, 200 for success.</summary>
    public required int Status { get; init; }

    /// <summary>Text of a refusal, at most 300 characters; null when there is none. It comes from the node: show it to developers only.</summary>
    public string? ErrorText { get; init; }

    /// <summary>With status 421: the swarm that the node believes to be right, possibly without members.</summary>
    internal SwarmMembers? RightSwarm { get; init; }

    /// <summary>The node's clock, milliseconds since 1970; null when the answer has none.</summary>
    public long? NodeTime { get; init; }

    /// <summary>Whether the request was carried out and its result could be read.</summary>
    public abstract bool IsSuccess { get; }
}
