using Session.Protocol.Onion;

namespace Session.Protocol.Client;

/// <summary>
/// Gives every message of an account a time of its own: Android drops a second message of the same millisecond (protocol/12 §9).
/// Safe for concurrent use.
/// </summary>
internal sealed class SendTimes(INetworkClock clock)
{
    private long _last;

    /// <summary>Network time in milliseconds, later than any given out before.</summary>
    public long Next()
    {
        long now = clock.NowMilliseconds;
        long last = Volatile.Read(ref _last);
        while (true)
        {
            long next = Math.Max(now, last + 1);
            long seen = Interlocked.CompareExchange(ref _last, next, last);
            if (seen == last)
            {
                return next;
            }

            last = seen;
        }
    }
}
