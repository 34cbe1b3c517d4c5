using Session.Protocol.Client.Attachments;
using Session.Protocol.Client.Conversations;
using Session.Protocol.Messages;
using Session.Protocol.Onion.Storage;

namespace Session.Protocol.Client;

/// <summary>How a client behaves. Immutable: make variants with <c>with</c>.</summary>
public sealed record SessionClientOptions
{
    /// <summary>Shortest allowed <see cref="PollInterval"/>: nodes limit the rate of requests.</summary>
    public static readonly TimeSpan MinPollInterval = TimeSpan.FromMilliseconds(50);

    /// <summary>Longest pause that can be asked for: a swarm keeps messages for 14 days, and one look must not miss what came in between.</summary>
    public static readonly TimeSpan MaxPause = TimeSpan.FromDays(1);

    /// <summary>The defaults, those of the official clients where they have one.</summary>
    public static SessionClientOptions Default { get; } = new();

    /// <summary>
    /// Display name and picture that go along with every message, until <see cref="IConversations.SetProfileAsync"/> sets another; null for none.
    /// Contacts take it over only if its <see cref="UserProfile.UpdatedAtSeconds"/> is later than that of the one they know.
    /// </summary>
    public UserProfile? Profile { get; init; }

    /// <summary>Pause between two looks into the swarm while messages come or go. All pauses vary by a fifth. Default 5 seconds.</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Longest pause while nothing comes or goes: the pause is a quarter of the silence so far, so it is reached after four times this long. Default 30 seconds.
    /// </summary>
    public TimeSpan IdlePollInterval { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Longest pause after repeated trouble; it doubles from <see cref="PollInterval"/>. Default 2 minutes.</summary>
    public TimeSpan MaxPollDelay { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How many swarm members are asked at each look, so that one lazy node cannot hide messages: 1 to 5, default 2.</summary>
    public int PollRedundancy { get; init; } = 2;

    /// <summary>How long the swarm keeps a message that is not fetched: 10 seconds to 14 days, default 14 days.</summary>
    public TimeSpan MessageLifetime { get; init; } = StorageLimits.MaxInboxTimeToLive;

    /// <summary>Whether a copy of every sent message is stored for the account's other devices. Default true.</summary>
    public bool SyncSentMessages { get; init; } = true;

    /// <summary>
    /// Whether messages are accepted whose sealed part carries no time, as very old clients sent them. Their time is not
    /// authenticated: who stores them again can date them anew. Default false.
    /// </summary>
    public bool AcceptUndatedMessages { get; init; }

    /// <summary>What is told, and wanted to be known, beside messages: typing and reading, both off by default.</summary>
    public ConversationOptions Conversations { get; init; } = ConversationOptions.Default;

    /// <summary>How messages are tried again that the network did not store.</summary>
    public OutboxOptions Outbox { get; init; } = OutboxOptions.Default;

    /// <summary>The double ratchet; off by default.</summary>
    public RatchetOptions Ratchet { get; init; } = RatchetOptions.Default;

    /// <summary>Keeping messages; off by default.</summary>
    public HistoryOptions History { get; init; } = HistoryOptions.Default;

    /// <summary>Files: the server, the encryption, retries.</summary>
    public AttachmentOptions Attachments { get; init; } = AttachmentOptions.Default;

    /// <summary>
    /// Weakest protection that messages are sent with; whatever cannot be protected so well throws
    /// <see cref="ProtectionUnavailableException"/> before anything is sent. Received messages are delivered whatever they had, and say
    /// so in <see cref="ReceivedMessage.Protection"/>. Default <see cref="Protection.Sealed"/>.
    /// </summary>
    public Protection MinimumProtection { get; init; } = Protection.Sealed;

    internal static SessionClientOptions Checked(SessionClientOptions options)
    {
        string? broken = options switch
        {
            _ when options.PollInterval < MinPollInterval => $"{nameof(PollInterval)} must be at least {MinPollInterval}.",
            _ when options.IdlePollInterval < options.PollInterval || options.IdlePollInterval > MaxPause =>
                $"{nameof(IdlePollInterval)} must be {nameof(PollInterval)} to {MaxPause}.",
            _ when options.MaxPollDelay < options.PollInterval || options.MaxPollDelay > MaxPause => $"{nameof(MaxPollDelay)} must be {nameof(PollInterval)} to {MaxPause}.",
            { PollRedundancy: < 1 or > 5 } => $"{nameof(PollRedundancy)} must be 1 to 5.",
            _ when options.MessageLifetime < StorageLimits.MinTimeToLive || options.MessageLifetime > StorageLimits.MaxInboxTimeToLive =>
                $"{nameof(MessageLifetime)} must be 10 seconds to 14 days.",
            { Conversations: null } => $"{nameof(Conversations)} must be given.",
            _ when !Enum.IsDefined(options.MinimumProtection) => $"{nameof(MinimumProtection)} must be a value of the enumeration.",
            { MinimumProtection: Protection.Ratchet, Ratchet.Enabled: false } => $"{nameof(MinimumProtection)} needs {nameof(Ratchet)}.{nameof(RatchetOptions.Enabled)}.",
            _ => OutboxOptions.Broken(options.Outbox) ?? RatchetOptions.Broken(options.Ratchet) ?? HistoryOptions.Broken(options.History) ?? AttachmentOptions.Broken(options.Attachments),
        };
        return broken is null ? options : throw new ArgumentOutOfRangeException(nameof(options), "SessionClientOptions." + broken);
    }
}
