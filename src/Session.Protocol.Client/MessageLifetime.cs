using Session.Protocol.Messages;
using Session.Protocol.Onion.Storage;

namespace Session.Protocol.Client;

/// <summary>How long a swarm keeps each kind of message (protocol/13 §5.3, §20).</summary>
internal static class MessageLifetime
{
    /// <summary>A typing indicator is of no use later.</summary>
    public static readonly TimeSpan Typing = TimeSpan.FromSeconds(20);

    /// <summary>A call that nobody took in this time is over.</summary>
    public static readonly TimeSpan Call = TimeSpan.FromMinutes(5);

    /// <summary>At the recipient.</summary>
    public static TimeSpan Of(MessageContent content, TimeSpan ordinary) => content switch
    {
        TypingIndicator => Typing,
        CallSignal => Call,
        { Expiration: { Mode: ExpirationMode.AfterSend } expiration } => Clamp(expiration.Timer, ordinary),
        _ => ordinary,
    };

    /// <summary>In the sender's own swarm, for the sender's other devices: one's own message counts as read at once.</summary>
    public static TimeSpan OfCopy(MessageContent content, TimeSpan ordinary) => content switch
    {
        CallSignal => Call,
        { Expiration: { Mode: not ExpirationMode.Off } expiration } => Clamp(expiration.Timer, ordinary),
        _ => ordinary,
    };

    /// <summary>How long a sent message may be kept to be sent again: not when it has gone, or is over.</summary>
    public static TimeSpan OfKept(MessageContent content) => content switch
    {
        TypingIndicator => Typing,
        _ => OfCopy(content, StorageLimits.MaxInboxTimeToLive),
    };

    /// <summary>A time that a swarm takes.</summary>
    public static TimeSpan Clamp(TimeSpan timer, TimeSpan longest) =>
        timer < StorageLimits.MinTimeToLive ? StorageLimits.MinTimeToLive : timer > longest ? longest : timer;
}
