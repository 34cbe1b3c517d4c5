namespace Session.Protocol.Sealing;

/// <summary>What <see cref="SealedMessage"/> accepts. Immutable.</summary>
public sealed record OpenOptions
{
    /// <summary>Strict: what clients of 2025 and later write.</summary>
    public static OpenOptions Default { get; } = new();

    /// <summary>
    /// Accepts messages of old peers that carry no time inside the signature. Whoever holds such a message can store it
    /// again with another time; false by default (protocol/12 §14).
    /// </summary>
    public bool AllowUnsignedTimestamp { get; init; }
}
