using Session.Protocol.Attachments;
using Session.Protocol.Onion.Files;

namespace Session.Protocol.Client.Attachments;

/// <summary>How a client sends and fetches files. Immutable; checked by the client's constructor.</summary>
public sealed record AttachmentOptions
{
    /// <summary>The official server, the encryption that every client reads, three attempts.</summary>
    public static AttachmentOptions Default { get; } = new();

    /// <summary>Where files are stored, and how long.</summary>
    public FileServerOptions FileServer { get; init; } = FileServerOptions.Default;

    /// <summary>
    /// The encryption of files that are sent. The stream encryption gives the same bytes for the same file, so that servers store it
    /// once and a repeated upload costs nothing new, but clients from before 2026 cannot read it. Both are always read.
    /// </summary>
    public AttachmentScheme Scheme { get; init; } = AttachmentScheme.Legacy;

    /// <summary>How often one upload or download is tried before it fails, 1 to 10.</summary>
    public int MaxAttempts { get; init; } = 3;

    /// <summary>Pause before the second attempt, not negative; it doubles from then on.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Whether files are fetched from servers that the sender chose. They do not learn who fetches, but they learn when.
    /// </summary>
    public bool AllowOtherServers { get; init; } = true;

    /// <summary>What is wrong with the options, or null.</summary>
    internal static string? Broken(AttachmentOptions options) => options switch
    {
        { MaxAttempts: < 1 or > 10 } => $"{nameof(MaxAttempts)} must be 1 to 10.",
        _ when options.RetryDelay < TimeSpan.Zero => $"{nameof(RetryDelay)} must not be negative.",
        _ when !Enum.IsDefined(options.Scheme) => $"{nameof(Scheme)} must be a value of the enumeration.",
        _ => null,
    };
}
