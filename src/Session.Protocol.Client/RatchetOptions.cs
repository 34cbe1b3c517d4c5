namespace Session.Protocol.Client;

/// <summary>How a client uses the ratchet. Immutable: make variants with <c>with</c>.</summary>
public sealed record RatchetOptions
{
    /// <summary>Shortest allowed <see cref="Rotation"/>.</summary>
    public static readonly TimeSpan MinRotation = TimeSpan.FromHours(1);

    /// <summary>Longest allowed <see cref="Rotation"/>: the record must be written anew before its 30 days are over.</summary>
    public static readonly TimeSpan MaxRotation = TimeSpan.FromDays(21);

    /// <summary>The defaults: off.</summary>
    public static RatchetOptions Default { get; } = new();

    /// <summary>
    /// Whether to publish this device and to use the ratchet with peers that do the same. Setting it is the owner's word that
    /// <b>all</b> devices of the account run this SDK with it: an official client on the same account would miss ratcheted messages.
    /// Anybody can see in the account's outbox that it is set. Default false.
    /// </summary>
    public bool Enabled { get; init; }

    /// <summary>How often new pre-keys are made: 1 hour to 21 days, default 7 days. Old ones are kept for 44 days, for messages on their way.</summary>
    public TimeSpan Rotation { get; init; } = TimeSpan.FromDays(7);

    /// <summary>How long a peer's record is used before it is fetched again; longer than zero, at most 1 day, default 1 hour.</summary>
    public TimeSpan RecordFreshness { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How long a peer without a record is not asked again: zero to 1 day, default 10 minutes.</summary>
    public TimeSpan MissFreshness { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// How many sent messages are kept, for 14 days, for a peer's device that lost its state and asks for them: 0 to 4096, default 256.
    /// Until then the messages can be read from this device's store, whatever the ratchet promises.
    /// </summary>
    public int ResendCapacity { get; init; } = 256;

    internal static string? Broken(RatchetOptions? options) => options switch
    {
        null => "Ratchet must not be null.",
        _ when options.Rotation < MinRotation || options.Rotation > MaxRotation => $"Ratchet.{nameof(Rotation)} must be 1 hour to 21 days.",
        _ when options.RecordFreshness <= TimeSpan.Zero || options.RecordFreshness > TimeSpan.FromDays(1) =>
            $"Ratchet.{nameof(RecordFreshness)} must be longer than zero and at most 1 day.",
        _ when options.MissFreshness < TimeSpan.Zero || options.MissFreshness > TimeSpan.FromDays(1) => $"Ratchet.{nameof(MissFreshness)} must be zero to 1 day.",
        { ResendCapacity: < 0 or > 4_096 } => $"Ratchet.{nameof(ResendCapacity)} must be 0 to 4096.",
        _ => null,
    };
}
