using Session.Protocol.Messages;
using Session.Protocol.Messages.Groups;
using Session.Protocol.Onion.Storage;

namespace Session.Protocol.Client.Conversations;

/// <summary>When messages go (protocol/13 §5). Pure functions.</summary>
internal static class Disappearing
{
    /// <summary>How a received message disappears: group control stays, and in groups and notes to self every timer counts from the sending.</summary>
    public static Expiration Correct(MessageContent content, bool isOneToOne) => content switch
    {
        GroupUpdate => Expiration.Off,
        { Expiration: { Mode: ExpirationMode.AfterRead } expiration } when !isOneToOne => Expiration.AfterSend(expiration.Timer),
        _ => content.Expiration,
    };

    /// <summary>When a received message goes; null while it stays or was not read.</summary>
    /// <param name="message">With its corrected expiration.</param>
    /// <param name="storedUntilMs">What the node says of its storage, in milliseconds since 1970: the truth, as far as it can be one.</param>
    /// <param name="isRead">Whether it counts as read already.</param>
    /// <param name="now">Network time.</param>
    public static DateTimeOffset? ExpiryOf(ReceivedMessage message, long storedUntilMs, bool isRead, DateTimeOffset now)
    {
        Expiration expiration = message.Content.Expiration;
        if (expiration.Mode == ExpirationMode.Off)
        {
            return null;
        }

        DateTimeOffset latest = now + expiration.Timer;
        if (expiration.Mode == ExpirationMode.AfterRead && !message.IsOwn)
        {
            // Another device has shortened its storage if it read the message before.
            return isRead ? Plausible(storedUntilMs, now) is { } stored && stored < latest ? stored : latest : null;
        }

        DateTimeOffset start = message.SentAt < now ? message.SentAt : now;

        // A swarm stores nothing for longer than two weeks, and then cannot tell the end of the timer.
        return expiration.Timer <= StorageLimits.MaxInboxTimeToLive && Plausible(storedUntilMs, now) is { } until
            ? until < latest ? until : latest
            : start + expiration.Timer;
    }

    /// <summary>The timer of something that has no read state of its own: after sending becomes after reading (protocol/13 §5.3).</summary>
    public static Expiration AsAfterRead(Expiration expiration) =>
        expiration.Mode == ExpirationMode.AfterSend ? Expiration.AfterRead(expiration.Timer) : expiration;

    // A node that gives a message away stores it still, and none stores anything for longer than a month.
    private static DateTimeOffset? Plausible(long storedUntilMs, DateTimeOffset now) =>
        storedUntilMs > now.ToUnixTimeMilliseconds() && storedUntilMs <= (now + StorageLimits.MaxTimeToLive).ToUnixTimeMilliseconds()
            ? DateTimeOffset.FromUnixTimeMilliseconds(storedUntilMs)
            : null;
}
