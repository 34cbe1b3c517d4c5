namespace Session.Protocol.Messages;

/// <summary>The timers of disappearing messages that official clients offer (protocol/11 §9, protocol/13 §5.1). Any other number of seconds works too.</summary>
public static class ExpirationTimers
{
    /// <summary>5 seconds; understood by all clients, no longer offered.</summary>
    public static TimeSpan FiveSeconds { get; } = TimeSpan.FromSeconds(5);

    /// <summary>10 seconds; offered by development builds.</summary>
    public static TimeSpan TenSeconds { get; } = TimeSpan.FromSeconds(10);

    /// <summary>30 seconds; offered by development builds.</summary>
    public static TimeSpan ThirtySeconds { get; } = TimeSpan.FromSeconds(30);

    /// <summary>1 minute; offered by development builds.</summary>
    public static TimeSpan OneMinute { get; } = TimeSpan.FromMinutes(1);

    /// <summary>5 minutes.</summary>
    public static TimeSpan FiveMinutes { get; } = TimeSpan.FromMinutes(5);

    /// <summary>30 minutes; understood by all clients, no longer offered.</summary>
    public static TimeSpan ThirtyMinutes { get; } = TimeSpan.FromMinutes(30);

    /// <summary>1 hour.</summary>
    public static TimeSpan OneHour { get; } = TimeSpan.FromHours(1);

    /// <summary>6 hours; understood by all clients, no longer offered.</summary>
    public static TimeSpan SixHours { get; } = TimeSpan.FromHours(6);

    /// <summary>12 hours: the default after reading.</summary>
    public static TimeSpan TwelveHours { get; } = TimeSpan.FromHours(12);

    /// <summary>1 day: the default after sending.</summary>
    public static TimeSpan OneDay { get; } = TimeSpan.FromDays(1);

    /// <summary>1 week.</summary>
    public static TimeSpan OneWeek { get; } = TimeSpan.FromDays(7);

    /// <summary>2 weeks.</summary>
    public static TimeSpan TwoWeeks { get; } = TimeSpan.FromDays(14);

    /// <summary>What is offered after reading, in one-to-one conversations.</summary>
    public static IReadOnlyList<TimeSpan> AfterRead { get; } = [FiveMinutes, OneHour, TwelveHours, OneDay, OneWeek, TwoWeeks];

    /// <summary>What is offered after sending, in every conversation but communities.</summary>
    public static IReadOnlyList<TimeSpan> AfterSend { get; } = [TwelveHours, OneDay, OneWeek, TwoWeeks];
}
