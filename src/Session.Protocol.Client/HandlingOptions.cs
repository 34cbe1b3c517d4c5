namespace Session.Protocol.Client;

/// <summary>How <see cref="ISessionClient.HandleAsync"/> runs handlers. Immutable: make variants with <c>with</c>.</summary>
public sealed record HandlingOptions
{
    /// <summary>Largest <see cref="MaxWaiting"/>: each waiting message can hold 76 KB.</summary>
    public const int MaxWaitingLimit = 10_000;

    /// <summary>The defaults.</summary>
    public static HandlingOptions Default { get; } = new();

    /// <summary>How many handlers run at once, each for another conversation: 1 to 1,000, default 8.</summary>
    public int MaxParallel { get; init; } = 8;

    /// <summary>
    /// How many messages are held, waiting or being handled, before no more are fetched: from <see cref="MaxParallel"/> to
    /// <see cref="MaxWaitingLimit"/>, default 256. Messages beyond stay in the swarm.
    /// </summary>
    public int MaxWaiting { get; init; } = 256;

    /// <summary>How often a message is given to the handler before it is set aside, 1 to 100, default 5. Counted across restarts.</summary>
    public int MaxAttempts { get; init; } = 5;

    /// <summary>Pause before the second attempt; it doubles up to <see cref="MaxRetryDelay"/>. Its conversation waits meanwhile, others do not. Default 1 second.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Longest pause between attempts. Default 1 minute.</summary>
    public TimeSpan MaxRetryDelay { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How long running handlers have at the end before their token is cancelled; not negative, default 20 seconds.</summary>
    public TimeSpan DrainTimeout { get; init; } = TimeSpan.FromSeconds(20);

    internal static HandlingOptions Checked(HandlingOptions options)
    {
        string? broken = options switch
        {
            { MaxParallel: < 1 or > 1_000 } => $"{nameof(MaxParallel)} must be 1 to 1,000.",
            _ when options.MaxWaiting < options.MaxParallel || options.MaxWaiting > MaxWaitingLimit =>
                $"{nameof(MaxWaiting)} must be {nameof(MaxParallel)} to {MaxWaitingLimit}.",
            { MaxAttempts: < 1 or > 100 } => $"{nameof(MaxAttempts)} must be 1 to 100.",
            _ when options.RetryDelay < TimeSpan.Zero => $"{nameof(RetryDelay)} must not be negative.",
            _ when options.MaxRetryDelay < options.RetryDelay || options.MaxRetryDelay > TimeSpan.FromDays(1) =>
                $"{nameof(MaxRetryDelay)} must be {nameof(RetryDelay)} to a day.",
            _ when options.DrainTimeout < TimeSpan.Zero || options.DrainTimeout > TimeSpan.FromDays(1) => $"{nameof(DrainTimeout)} must be 0 to a day.",
            _ => null,
        };
        return broken is null ? options : throw new ArgumentOutOfRangeException(nameof(options), "HandlingOptions." + broken);
    }
}
