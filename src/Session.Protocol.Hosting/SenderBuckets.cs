using Session.Protocol.Accounts;

namespace Session.Protocol.Hosting;

/// <summary>
/// A bucket of tokens per sender, which fills evenly. What it remembers is bounded: senders beyond the bound share one bucket, so that a flood of new accounts
/// neither takes memory nor gets around the limit. Safe for concurrent use.
/// </summary>
internal sealed class SenderBuckets(RateLimitOptions options, TimeProvider time)
{
    /// <summary>Senders that have a bucket of their own, of 150 bytes. Full buckets are forgotten first: they say no more than new ones.</summary>
    public const int MaxSenders = 10_000;

    private readonly Lock _gate = new();
    private readonly Dictionary<AccountId, Bucket> _buckets = [];
    private readonly Bucket _rest = new() { Tokens = options.Burst, At = time.GetTimestamp() };
    private long _swept = time.GetTimestamp();

    /// <summary>Takes a token for a message, once however often it is tried.</summary>
    public BucketAnswer Take(AccountId sender, string hash)
    {
        lock (_gate)
        {
            Bucket bucket = Find(sender);
            if (string.Equals(bucket.Allowed, hash, StringComparison.Ordinal))
            {
                return BucketAnswer.Allowed;
            }

            Fill(bucket);
            if (bucket.Tokens < 1)
            {
                bool isFirst = !bucket.IsRefusing;
                bucket.IsRefusing = true;
                return isFirst ? BucketAnswer.FirstRefused : BucketAnswer.Refused;
            }

            bucket.Tokens--;
            bucket.IsRefusing = false;
            bucket.Allowed = hash;
            return BucketAnswer.Allowed;
        }
    }

    private Bucket Find(AccountId sender)
    {
        if (_buckets.TryGetValue(sender, out Bucket? bucket))
        {
            return bucket;
        }

        if (_buckets.Count >= MaxSenders)
        {
            Sweep();
        }

        if (_buckets.Count >= MaxSenders)
        {
            return _rest;
        }

        bucket = new Bucket { Tokens = options.Burst, At = time.GetTimestamp() };
        _buckets.Add(sender, bucket);
        return bucket;
    }

    private void Fill(Bucket bucket)
    {
        double added = time.GetElapsedTime(bucket.At) / options.Period * options.Burst;
        bucket.Tokens = Math.Min(options.Burst, bucket.Tokens + added);
        bucket.At = time.GetTimestamp();
    }

    // Once a second at most: with the table full, every unknown sender would walk through all of it.
    private void Sweep()
    {
        if (time.GetElapsedTime(_swept) < TimeSpan.FromSeconds(1))
        {
            return;
        }

        _swept = time.GetTimestamp();
        foreach ((AccountId sender, Bucket bucket) in _buckets)
        {
            Fill(bucket);
            if (bucket.Tokens >= options.Burst)
            {
                _ = _buckets.Remove(sender);
            }
        }
    }

    private sealed class Bucket
    {
        public double Tokens { get; set; }

        public long At { get; set; }

        public bool IsRefusing { get; set; }

        /// <summary>The message that took the last token: its handler may have failed, and it is tried again before any later one.</summary>
        public string? Allowed { get; set; }
    }
}
