using System.Collections.Concurrent;
using Session.Protocol.Cryptography;
using Session.Protocol.Onion.Requests;

namespace Session.Protocol.Onion.Tests.Requests;

public class LayerKeyPoolTests
{
    [Fact]
    public async Task Take_FromManyThreads_NoKeyComesTwiceAndEachPairFits()
    {
        using var pool = new LayerKeyPool(RandomSource.System);
        var seen = new ConcurrentDictionary<string, bool>();

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            for (int i = 0; i < 4 * LayerKeyPool.Capacity; i++)
            {
                (byte[] secret, byte[] publicKey) = Take(pool);
                byte[] expected = new byte[X25519.KeySize];
                X25519.PublicKey(secret, expected);
                Assert.Equal(expected, publicKey);
                Assert.True(seen.TryAdd(Convert.ToHexString(publicKey), true));
            }
        })));
    }

    [Fact]
    public void Take_WhileARefillIsUnderWay_AsksForNoSecondOneAndRefillsToTheBrim()
    {
        var work = new Queue<Action>();
        using var pool = new LayerKeyPool(RandomSource.System, work.Enqueue);

        Take(pool);
        Take(pool);
        Assert.Single(work);
        work.Dequeue()();
        Assert.Equal(LayerKeyPool.Capacity, pool.Count);

        Take(pool);
        Assert.Equal(LayerKeyPool.Capacity - 1, pool.Count);
        Assert.Empty(work);
    }

    [Fact]
    public void Dispose_WhileARefillIsUnderWay_KeepsNoKey()
    {
        var work = new Queue<Action>();
        var pool = new LayerKeyPool(RandomSource.System, work.Enqueue);
        Take(pool);

        pool.Dispose();
        work.Dequeue()();

        Assert.Equal(0, pool.Count);
        Assert.NotEqual(new byte[X25519.KeySize], Take(pool).Secret);
        Assert.Empty(work);
    }

    private static (byte[] Secret, byte[] PublicKey) Take(LayerKeyPool pool)
    {
        byte[] secret = new byte[X25519.KeySize];
        byte[] publicKey = new byte[X25519.KeySize];
        pool.Take(secret, publicKey);
        return (secret, publicKey);
    }
}
