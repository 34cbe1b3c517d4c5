namespace Session.Protocol.Client;

/// <summary>How messages are tried again that the network did not store. Immutable: make variants with <c>with</c>.</summary>
public sealed record OutboxOptions
{
    /// <summary>The defaults.</summary>
    public static OutboxOptions Default { get; } = new();

    /// <summary>Longest pause after the first failure; it doubles with each further one, and up to half is taken off by chance. 10 ms or more, default 2 seconds.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Longest pause at all: <see cref="RetryDelay"/> to a day, default 5 minutes.</summary>
    public TimeSpan MaxRetryDelay { get; init; } = TimeSpan.FromMinutes(5);

    internal static string? Broken(OutboxOptions? options) => options switch
    {
        null => $"{nameof(SessionClientOptions.Outbox)} must not be null.",
        _ when options.RetryDelay < TimeSpan.FromMilliseconds(10) => $"{nameof(SessionClientOptions.Outbox)}.{nameof(RetryDelay)} must be at least 10 ms.",
        _ when options.MaxRetryDelay < options.RetryDelay || options.MaxRetryDelay > TimeSpan.FromDays(1) =>
            $"{nameof(SessionClientOptions.Outbox)}.{nameof(MaxRetryDelay)} must be {nameof(RetryDelay)} to a day.",
        _ => null,
    };
}
