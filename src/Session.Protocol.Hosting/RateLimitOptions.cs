namespace Session.Protocol.Hosting;

/// <summary>How many messages a sender may send. Immutable: make variants with <c>with</c>.</summary>
public sealed record RateLimitOptions
{
    /// <summary>The defaults.</summary>
    public static RateLimitOptions Default { get; } = new();

    /// <summary>Messages that a sender may send at once, 1 to 10,000, default 20.</summary>
    public int Burst { get; init; } = 20;

    /// <summary>Time in which a whole burst is allowed again, evenly; a second to a day, default 1 minute.</summary>
    public TimeSpan Period { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Text that a sender gets with the first message that is dropped; null for none.</summary>
    public string? Notice { get; init; }

    internal static RateLimitOptions Checked(RateLimitOptions options)
    {
        string? broken = options switch
        {
            { Burst: < 1 or > 10_000 } => $"{nameof(Burst)} must be 1 to 10,000.",
            _ when options.Period < TimeSpan.FromSeconds(1) || options.Period > TimeSpan.FromDays(1) => $"{nameof(Period)} must be a second to a day.",
            { Notice.Length: 0 } => $"{nameof(Notice)} must not be empty; null sends none.",
            _ => null,
        };
        return broken is null ? options : throw new ArgumentOutOfRangeException(nameof(options), "RateLimitOptions." + broken);
    }
}
