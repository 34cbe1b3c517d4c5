namespace Session.Protocol.Onion.Files;

/// <summary>Which file server to use and how. Immutable; checked by <see cref="FileServer"/>.</summary>
public sealed record FileServerOptions
{
    /// <summary>
    /// Largest upload that is tried, in bytes, unless an option says otherwise: what libsession's largest file becomes. A server may
    /// have a lower limit and then answers <see cref="OnionFault.TooLarge"/>.
    /// </summary>
    public const int DefaultMaxUploadSize = 10_223_616;

    /// <summary>Longest time to live that can be asked for.</summary>
    public static readonly TimeSpan LongestTimeToLive = TimeSpan.FromDays(365);

    /// <summary>The official server with its own time to live.</summary>
    public static FileServerOptions Default { get; } = new();

    /// <summary>The server.</summary>
    public FileServerAddress Server
    {
        get;
        init
        {
            ArgumentNullException.ThrowIfNull(value);
            field = value;
        }
    } = FileServerAddress.Official;

    /// <summary>How long the server is asked to keep files: one second to <see cref="LongestTimeToLive"/>, or null for its own choice.</summary>
    public TimeSpan? TimeToLive { get; init; }

    /// <summary>Largest upload that is tried, in bytes; at least 1.</summary>
    public int MaxUploadSize { get; init; } = DefaultMaxUploadSize;

    internal void Validate()
    {
        OptionChecks.RequireRange(MaxUploadSize, 1, int.MaxValue);
        RequireTimeToLive(TimeToLive);
    }

    internal static void RequireTimeToLive(TimeSpan? timeToLive)
    {
        if (timeToLive is { } time && (time < TimeSpan.FromSeconds(1) || time > LongestTimeToLive))
        {
            throw new ArgumentOutOfRangeException(nameof(timeToLive), time, $"Expected one second to {LongestTimeToLive.TotalDays} days.");
        }
    }
}
