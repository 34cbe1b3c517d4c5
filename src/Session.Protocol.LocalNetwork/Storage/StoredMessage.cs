namespace Session.Protocol.LocalNetwork.Storage;

/// <summary>One message at one node. The bytes are shared between the members of a swarm; the expiry is each member's own.</summary>
internal sealed class StoredMessage(string hash, short ns, long timestamp, long expiry, byte[] data)
{
    public string Hash { get; } = hash;

    public short Namespace { get; } = ns;

    /// <summary>Milliseconds since 1970, as the sender said.</summary>
    public long Timestamp { get; } = timestamp;

    /// <summary>Milliseconds since 1970. Past it the message stays readable until the next sweep, as on the real server.</summary>
    public long Expiry { get; set; } = expiry;

    public byte[] Data { get; } = data;

    public StoredMessage Copy() => new(Hash, Namespace, Timestamp, Expiry, Data);
}
