using Session.Protocol.Onion.Storage;
using Session.Protocol.Onion.Storage.Results;

namespace Session.Protocol.Client;

/// <summary>How long a handled message is remembered, so that it is not handled again.</summary>
internal static class Retention
{
    /// <summary>
    /// Until the swarm drops it, as far as the node's word can be believed: at least as long as an inbox keeps a message, because a
    /// node that says less could bring it again, and at most as long as any node keeps one.
    /// </summary>
    public static DateTimeOffset Of(StoredMessage stored, DateTimeOffset now)
    {
        long least = (now + StorageLimits.MaxInboxTimeToLive).ToUnixTimeMilliseconds();
        long most = (now + StorageLimits.MaxTimeToLive).ToUnixTimeMilliseconds();
        return DateTimeOffset.FromUnixTimeMilliseconds(Math.Clamp(stored.Expiration, least, most));
    }
}
