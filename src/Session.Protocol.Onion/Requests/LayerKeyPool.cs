using System.Security.Cryptography;
using Session.Protocol.Cryptography;

namespace Session.Protocol.Onion.Requests;

/// <summary>
/// Ephemeral X25519 keys made ahead, off the caller's thread: a quarter of the time of an onion request, and the only part that
/// does not depend on it. A key is handed out once and zeroed here. An empty pool makes the key at once. Safe for concurrent use.
/// </summary>
internal sealed class LayerKeyPool : IDisposable
{
    /// <summary>Eight requests through three hops: what a busy caller uses while the next keys are made. 2 KiB.</summary>
    public const int Capacity = 32;

    private const int EntrySize = 2 * X25519.KeySize;

    private readonly IRandomSource _random;
    private readonly Action<Action> _schedule;
    private readonly Action _refill;
    private readonly Lock _lock = new();
    private readonly byte[] _entries = GC.AllocateArray<byte>(Capacity * EntrySize, pinned: true);
    private int _count;
    private bool _refilling;
    private bool _disposed;

    /// <param name="random">Where the keys come from.</param>
    /// <param name="schedule">Runs work elsewhere; null for the thread pool.</param>
    public LayerKeyPool(IRandomSource random, Action<Action>? schedule = null)
    {
        _random = random;
        _refill = Refill;
        _schedule = schedule ?? (work => ThreadPool.UnsafeQueueUserWorkItem(static x => x(), work, preferLocal: false));
    }

    /// <summary>Keys that are ready.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _count;
            }
        }
    }

    /// <summary>A key pair that nobody else gets.</summary>
    public void Take(Span<byte> secretKey, Span<byte> publicKey)
    {
        bool taken, refill;
        lock (_lock)
        {
            taken = _count > 0;
            if (taken)
            {
                Span<byte> entry = Entry(--_count);
                entry[..X25519.KeySize].CopyTo(secretKey);
                entry[X25519.KeySize..].CopyTo(publicKey);
                CryptographicOperations.ZeroMemory(entry);
            }

            refill = !_refilling && !_disposed && _count <= Capacity / 2;
            _refilling |= refill;
        }

        if (refill)
        {
            _schedule(_refill);
        }

        if (!taken)
        {
            _random.Fill(secretKey);
            X25519.PublicKey(secretKey, publicKey);
        }
    }

    /// <summary>Zeroes the keys that are ready; whoever takes one afterwards makes it. Calling it again does nothing.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
            _count = 0;
            CryptographicOperations.ZeroMemory(_entries);
        }
    }

    private void Refill()
    {
        Span<byte> made = stackalloc byte[EntrySize];
        do
        {
            _random.Fill(made[..X25519.KeySize]);
            X25519.PublicKey(made[..X25519.KeySize], made[X25519.KeySize..]);
        }
        while (TryAdd(made));
        CryptographicOperations.ZeroMemory(made);
    }

    // False ends the refill.
    private bool TryAdd(ReadOnlySpan<byte> made)
    {
        lock (_lock)
        {
            if (!_disposed && _count < Capacity)
            {
                made.CopyTo(Entry(_count++));
            }

            _refilling = !_disposed && _count < Capacity;
            return _refilling;
        }
    }

    private Span<byte> Entry(int index) => _entries.AsSpan(index * EntrySize, EntrySize);
}
