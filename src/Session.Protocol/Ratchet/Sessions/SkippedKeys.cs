using System.Buffers.Binary;
using Session.Protocol.Cryptography;

namespace Session.Protocol.Ratchet.Sessions;

/// <summary>The keys of messages that were jumped over, in ascending order of their counters, at most <see cref="RatchetLimits.MaxSkippedKeys"/>.</summary>
internal sealed class SkippedKeys : IDisposable
{
    private const int EntrySize = sizeof(uint) + KeySchedule.KeySize;
    private const int FirstCapacity = 4;

    private SecretBytes? _entries;

    public int Count { get; private set; }

    /// <summary>The highest counter; null when there is none.</summary>
    public uint? Last => Count == 0 ? null : Counter(Count - 1);

    public int SerializedSize => sizeof(ushort) + (Count * EntrySize);

    /// <summary>The stored memory, counters and keys in turn.</summary>
    internal ReadOnlySpan<byte> Memory => _entries is null ? default : _entries.Span;

    /// <summary>Copies the key of a counter out; false when it is not here.</summary>
    public bool TryFind(uint counter, Span<byte> key)
    {
        int at = IndexOf(counter);
        if (at < 0)
        {
            return false;
        }

        Entry(at)[sizeof(uint)..].CopyTo(key);
        return true;
    }

    /// <summary>Forgets the key of a counter that <see cref="TryFind"/> found.</summary>
    public void Remove(uint counter) => Remove(IndexOf(counter), 1);

    /// <summary>Adds keys whose counters follow all present ones, and drops the oldest that are too many.</summary>
    public void Append(in SkippedJump jump)
    {
        int tooMany = Count + jump.Count - RatchetLimits.MaxSkippedKeys;
        if (tooMany > 0)
        {
            Remove(0, Math.Min(tooMany, Count));
        }

        Reserve(Count + jump.Count);
        for (int i = 0; i < jump.Count; i++)
        {
            Span<byte> entry = Entry(Count++);
            BinaryPrimitives.WriteUInt32LittleEndian(entry, jump.First + (uint)i);
            jump[i].CopyTo(entry[sizeof(uint)..]);
        }
    }

    public void Dispose() => _entries?.Dispose();

    internal void Write(ref StateWriter writer)
    {
        writer.UInt16(Count);
        writer.Bytes(Memory[..(Count * EntrySize)]);
    }

    /// <summary>Null when the counters are not ascending or too many.</summary>
    internal static SkippedKeys? Read(ref StateReader reader)
    {
        int count = reader.UInt16();
        ReadOnlySpan<byte> bytes = reader.Bytes(count * EntrySize);
        if (reader.IsDefect || count > RatchetLimits.MaxSkippedKeys)
        {
            return null;
        }

        var keys = new SkippedKeys { Count = count };
        if (count > 0)
        {
            keys._entries = new SecretBytes(bytes);
        }

        for (int i = 1; i < count; i++)
        {
            if (keys.Counter(i) <= keys.Counter(i - 1))
            {
                keys.Dispose();
                return null;
            }
        }

        return keys;
    }

    private Span<byte> Entry(int at) => _entries!.Span.Slice(at * EntrySize, EntrySize);

    private uint Counter(int at) => BinaryPrimitives.ReadUInt32LittleEndian(Entry(at));

    private int IndexOf(uint counter)
    {
        int low = 0, high = Count - 1;
        while (low <= high)
        {
            int middle = (low + high) / 2;
            uint found = Counter(middle);
            if (found == counter)
            {
                return middle;
            }

            (low, high) = found < counter ? (middle + 1, high) : (low, middle - 1);
        }

        return -1;
    }

    private void Remove(int at, int count)
    {
        Span<byte> used = _entries!.Span[..(Count * EntrySize)];
        used[((at + count) * EntrySize)..].CopyTo(used[(at * EntrySize)..]);
        used[^(count * EntrySize)..].Clear();
        Count -= count;
    }

    private void Reserve(int count)
    {
        int size = Math.Max(count, FirstCapacity) * EntrySize;
        if (count == 0 || _entries?.Size >= size)
        {
            return;
        }

        var grown = new SecretBytes(Math.Max(size, 2 * (_entries?.Size ?? 0)));
        Memory[..(Count * EntrySize)].CopyTo(grown.Span);
        _entries?.Dispose();
        _entries = grown;
    }
}
