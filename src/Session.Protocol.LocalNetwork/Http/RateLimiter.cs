using System.Collections.Concurrent;
using System.Net;

namespace Session.Protocol.LocalNetwork.Http;

/// <summary>A token bucket for each client address on direct requests (protocol/21 §1.1). Onion requests are not limited. Safe for concurrent use.</summary>
internal sealed class RateLimiter(int burst, int perSecond, TimeProvider clock)
{
    /// <summary>Addresses remembered, as on the real server; after that everybody starts anew.</summary>
    private const int MaxAddresses = 10_000;

    private readonly ConcurrentDictionary<IPAddress, Bucket> _buckets = new();

    public bool TryTake(IPAddress address)
    {
        if (_buckets.Count >= MaxAddresses)
        {
            _buckets.Clear();
        }

        Bucket bucket = _buckets.GetOrAdd(address, _ => new Bucket { Tokens = burst, Filled = clock.GetTimestamp() });
        lock (bucket)
        {
            bucket.Tokens = Math.Min(burst, bucket.Tokens + (clock.GetElapsedTime(bucket.Filled).TotalSeconds * perSecond));
            bucket.Filled = clock.GetTimestamp();
            if (bucket.Tokens < 1)
            {
                return false;
            }

            bucket.Tokens--;
            return true;
        }
    }

    private sealed class Bucket
    {
        public double Tokens { get; set; }

        public long Filled { get; set; }
    }
}
