using System.Buffers;
using System.Security.Cryptography;

namespace Session.Protocol.Ratchet.Sessions;

/// <summary>
/// The keys of one jump forward, held aside until the message behind it proves authentic. Only those that a chain would keep
/// are held. Dispose it: the memory is rented and zeroed.
/// </summary>
internal struct SkippedJump : IDisposable
{
    private byte[]? _keys;

    /// <summary>Makes room for the keys of the counters from <paramref name="from"/> to before <paramref name="to"/>.</summary>
    public SkippedJump(uint from, uint to)
    {
        Count = (int)Math.Min(to - from, RatchetLimits.MaxSkippedKeys);
        First = to - (uint)Count;
        _keys = Count == 0 ? null : ArrayPool<byte>.Shared.Rent(Count * KeySchedule.KeySize);
    }

    public int Count { get; }

    /// <summary>Counter of the first key held.</summary>
    public uint First { get; }

    public readonly ReadOnlySpan<byte> this[int i] => _keys.AsSpan(i * KeySchedule.KeySize, KeySchedule.KeySize);

    /// <summary>Holds a key unless it is too old to be kept.</summary>
    public readonly void Hold(uint counter, ReadOnlySpan<byte> key)
    {
        if (counter >= First)
        {
            key.CopyTo(_keys.AsSpan((int)(counter - First) * KeySchedule.KeySize));
        }
    }

    public void Dispose()
    {
        if (_keys is not null)
        {
            CryptographicOperations.ZeroMemory(_keys.AsSpan(0, Count * KeySchedule.KeySize));
            ArrayPool<byte>.Shared.Return(_keys);
            _keys = null;
        }
    }
}
