using System.Buffers.Binary;
using Microsoft.Extensions.Time.Testing;
using Session.Protocol.Accounts;

namespace Session.Protocol.Hosting.Tests;

public sealed class SenderBucketsTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly SenderBuckets _buckets;
    private int _message;

    public SenderBucketsTests() => _buckets = new SenderBuckets(RateLimitOptions.Default with { Burst = 2, Period = TimeSpan.FromSeconds(10) }, _time);

    [Fact]
    public void Take_MoreThanABurst_IsRefusedUntilTimeHasPassed()
    {
        AccountId sender = Sender(1);
        Assert.Equal([BucketAnswer.Allowed, BucketAnswer.Allowed, BucketAnswer.FirstRefused, BucketAnswer.Refused], Take(sender, 4));
        Assert.Equal([BucketAnswer.Allowed], Take(Sender(2), 1));

        _time.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal([BucketAnswer.Allowed, BucketAnswer.FirstRefused], Take(sender, 2));
        _time.Advance(TimeSpan.FromDays(1_000));
        Assert.Equal([BucketAnswer.Allowed, BucketAnswer.Allowed, BucketAnswer.FirstRefused], Take(sender, 3));
    }

    [Fact]
    public void Take_SameMessageTriedAgain_IsNotCountedAgain()
    {
        AccountId sender = Sender(1);

        Assert.All(Enumerable.Range(0, 5), _ => Assert.Equal(BucketAnswer.Allowed, _buckets.Take(sender, "the same")));
        Assert.Equal([BucketAnswer.Allowed, BucketAnswer.FirstRefused], Take(sender, 2));
    }

    [Fact]
    public void Take_FloodOfSenders_SharesOneBucketAndLeavesThoseBefore()
    {
        for (int i = 0; i < SenderBuckets.MaxSenders; i++)
        {
            Assert.Equal(BucketAnswer.Allowed, _buckets.Take(Sender(i), "first"));
        }

        Assert.Equal(BucketAnswer.Allowed, _buckets.Take(Sender(-1), "a"));
        Assert.Equal(BucketAnswer.Allowed, _buckets.Take(Sender(-2), "b"));
        Assert.Equal(BucketAnswer.FirstRefused, _buckets.Take(Sender(-3), "c"));
        Assert.Equal(BucketAnswer.Allowed, _buckets.Take(Sender(0), "second"));

        // Full buckets are forgotten, so there is room again.
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal([BucketAnswer.Allowed, BucketAnswer.Allowed, BucketAnswer.FirstRefused], Take(Sender(-4), 3));
    }

    private BucketAnswer[] Take(AccountId sender, int count) => [.. Enumerable.Range(0, count).Select(_ => _buckets.Take(sender, $"{_message++}"))];

    private static AccountId Sender(int number)
    {
        byte[] id = new byte[AccountId.Size];
        id[0] = 5;
        BinaryPrimitives.WriteInt32LittleEndian(id.AsSpan(1), number);
        Assert.True(AccountId.TryCreate(id, out AccountId sender));
        return sender;
    }
}
