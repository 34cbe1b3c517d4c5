using System.Buffers;
using System.Buffers.Text;

namespace Session.Protocol.Encodings;

/// <summary>Writes bencode. Keys out of order, values without keys and unclosed containers are mistakes of the caller and throw.</summary>
internal sealed class BencodeWriter(IBufferWriter<byte> output)
{
    // Longest number: the sign and 19 digits of -2^63.
    private const int MaxNumberSize = 20;

    private readonly Stack<Level> _levels = new();
    private bool _done;

    /// <summary>Whether one whole value was written.</summary>
    public bool IsComplete => _done && _levels.Count == 0;

    public void WriteInteger(long value)
    {
        RequireValue();
        WriteByte('i');
        WriteNumber(value);
        WriteByte('e');
        EndValue();
    }

    public void WriteString(ReadOnlySpan<byte> value)
    {
        RequireValue();
        WriteRawString(value);
        EndValue();
    }

    public void StartList() => Start('l', isDictionary: false);

    public void StartDictionary() => Start('d', isDictionary: true);

    /// <summary>Writes a key; the value must follow.</summary>
    /// <exception cref="ArgumentException">The key does not stand above the one before it.</exception>
    /// <exception cref="InvalidOperationException">No dictionary is open, or the last key has no value.</exception>
    public void WriteKey(ReadOnlySpan<byte> key)
    {
        if (!_levels.TryPeek(out Level? level) || !level.IsDictionary || level.HasKey)
        {
            throw new InvalidOperationException("A key belongs into a dictionary, after the value of the key before it.");
        }

        if (level.LastKey is { } last && key.SequenceCompareTo(last) <= 0)
        {
            throw new ArgumentException("Keys must be written in ascending order, each once.", nameof(key));
        }

        level.LastKey = key.ToArray();
        level.HasKey = true;
        WriteRawString(key);
    }

    /// <summary>Closes the list or dictionary that is open.</summary>
    public void End()
    {
        if (!_levels.TryPeek(out Level? level) || level.HasKey)
        {
            throw new InvalidOperationException("No container is open, or a key has no value.");
        }

        _ = _levels.Pop();
        WriteByte('e');
        EndValue();
    }

    private void Start(char mark, bool isDictionary)
    {
        RequireValue();
        _levels.Push(new Level { IsDictionary = isDictionary });
        WriteByte(mark);
    }

    private void RequireValue()
    {
        if (_levels.TryPeek(out Level? level) ? level is { IsDictionary: true, HasKey: false } : _done)
        {
            throw new InvalidOperationException("A value belongs behind a key, into a list, or alone at the top.");
        }
    }

    private void EndValue()
    {
        if (_levels.TryPeek(out Level? level))
        {
            level.HasKey = false;
        }
        else
        {
            _done = true;
        }
    }

    private void WriteRawString(ReadOnlySpan<byte> value)
    {
        WriteNumber(value.Length);
        WriteByte(':');
        output.Write(value);
    }

    private void WriteNumber(long value)
    {
        _ = Utf8Formatter.TryFormat(value, output.GetSpan(MaxNumberSize), out int size);
        output.Advance(size);
    }

    private void WriteByte(char c)
    {
        output.GetSpan(1)[0] = (byte)c;
        output.Advance(1);
    }

    private sealed class Level
    {
        public required bool IsDictionary { get; init; }

        public bool HasKey { get; set; }

        public byte[]? LastKey { get; set; }
    }
}
