using System.Buffers.Binary;
using Session.Protocol.Client.Stores;
using Session.Protocol.Onion;

namespace Session.Protocol.Client;

/// <summary>
/// Gives every message of an account a time of its own, later than those before, also than those of former runs whose clock was ahead: readers
/// drop a second message of the same author and time (protocol/12 §9). Safe for concurrent use.
/// </summary>
internal sealed class SendTimes(INetworkClock clock, IAccountStore store)
{
    /// <summary>Messages that are sent at once may be committed the other way round: the mark is ahead of all of them.</summary>
    private const long ReserveMs = 1_000;

    private static readonly AccountStateKey Key = new(AccountStateKind.SendTime, "last");

    private long _last = -1;

    /// <summary>Network time in milliseconds, later than any given out before. It outlives this run once <see cref="Mark"/> is committed.</summary>
    public async ValueTask<long> NextAsync(CancellationToken cancellationToken)
    {
        long last = Volatile.Read(ref _last);
        if (last < 0)
        {
            byte[]? mark = await store.LoadStateAsync(Key, cancellationToken).ConfigureAwait(false);
            _ = Interlocked.CompareExchange(ref _last, mark is { Length: sizeof(long) } ? BinaryPrimitives.ReadInt64LittleEndian(mark) : 0, last);
            last = Volatile.Read(ref _last);
        }

        long now = clock.NowMilliseconds;
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

    /// <summary>What belongs into the commit of a message, so that the next run goes on behind it.</summary>
    public AccountState Mark()
    {
        byte[] value = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(value, Volatile.Read(ref _last) + ReserveMs);
        return new AccountState(Key, value);
    }
}
