using System.Buffers.Text;
using System.Runtime.CompilerServices;

namespace Session.Protocol.Encodings;

/// <summary>
/// Reads one bencoded value, strictly: no leading zeros, no -0, keys ascending and unique, every container closed. It
/// goes forward one item at a time; a method that returns false has moved nothing, so another kind can be tried. It never
/// throws, never allocates, and goes no deeper than <see cref="MaxDepth"/>.
/// </summary>
internal ref struct BencodeReader(ReadOnlySpan<byte> data)
{
    /// <summary>Most containers inside each other. The deepest structure of this network, a config, has five.</summary>
    public const int MaxDepth = 16;

    // The sign and 19 digits of -2^63.
    private const int MaxNumberSize = 20;

    private readonly ReadOnlySpan<byte> _data = data;
    private Levels _levels;
    private int _depth;
    private bool _done;

    /// <summary>Bytes read so far. Some formats put padding behind the value.</summary>
    public int Consumed { get; private set; }

    /// <summary>Whether one whole value was read and nothing follows it.</summary>
    public readonly bool IsAtEnd => _done && Consumed == _data.Length;

    /// <summary>Whether the next item ends the container that is open.</summary>
    public readonly bool IsAtContainerEnd => _depth > 0 && Peek() == 'e';

    private readonly bool IsValueExpected => _depth == 0 ? !_done : _levels[_depth - 1] is not { IsDictionary: true, HasKey: false };

    /// <summary>Reads an integer from -2^63 to 2^63 - 1.</summary>
    public bool TryReadInteger(out long value)
    {
        value = 0;
        if (!IsValueExpected || Peek() != 'i')
        {
            return false;
        }

        if (!TryScanNumber(_data[(Consumed + 1)..], 'e', out value, out int size))
        {
            return false;
        }

        EndValue(size + 1);
        return true;
    }

    /// <summary>Reads a byte string.</summary>
    public bool TryReadString(out ReadOnlySpan<byte> value)
    {
        value = default;
        if (!IsValueExpected || !TryScanString(out int header, out int length))
        {
            return false;
        }

        value = _data.Slice(Consumed + header, length);
        EndValue(header + length);
        return true;
    }

    /// <summary>Goes into a list.</summary>
    public bool TryStartList() => TryStart('l', isDictionary: false);

    /// <summary>Goes into a dictionary.</summary>
    public bool TryStartDictionary() => TryStart('d', isDictionary: true);

    /// <summary>Reads a key of the open dictionary, which must stand above all before it. Its value comes next.</summary>
    public bool TryReadKey(out ReadOnlySpan<byte> key)
    {
        key = default;
        if (_depth == 0)
        {
            return false;
        }

        ref Level level = ref _levels[_depth - 1];
        if (!level.IsDictionary || level.HasKey || !TryScanString(out int header, out int length))
        {
            return false;
        }

        ReadOnlySpan<byte> found = _data.Slice(Consumed + header, length);
        if (level.KeyStart > 0 && found.SequenceCompareTo(_data.Slice(level.KeyStart, level.KeyLength)) <= 0)
        {
            return false;
        }

        key = found;
        level = new Level { IsDictionary = true, HasKey = true, KeyStart = Consumed + header, KeyLength = length };
        Consumed += header + length;
        return true;
    }

    /// <summary>Goes out of the open list or dictionary.</summary>
    public bool TryEnd()
    {
        if (!IsAtContainerEnd || _levels[_depth - 1].HasKey)
        {
            return false;
        }

        _depth--;
        EndValue(1);
        return true;
    }

    /// <summary>Reads any one value with all that is in it, and gives its bytes.</summary>
    public bool TrySkip(out ReadOnlySpan<byte> value)
    {
        BencodeReader ahead = this;
        int start = Consumed;
        int depth = _depth;
        value = default;
        do
        {
            bool isKey = ahead._depth > depth && ahead._levels[ahead._depth - 1] is { IsDictionary: true, HasKey: false };
            bool moved = isKey && !ahead.IsAtContainerEnd
                ? ahead.TryReadKey(out _)
                : ahead.TryReadInteger(out _) || ahead.TryReadString(out _) || ahead.TryStartList() || ahead.TryStartDictionary()
                    || (ahead._depth > depth && ahead.TryEnd());
            if (!moved)
            {
                return false;
            }
        }
        while (ahead._depth > depth);

        this = ahead;
        value = _data[start..Consumed];
        return true;
    }

    /// <summary>Goes on to a key, passing over those in front of it. False when it is not there, or anything on the way is wrong.</summary>
    public bool TryFindKey(ReadOnlySpan<byte> key)
    {
        BencodeReader ahead = this;
        while (ahead.TryReadKey(out ReadOnlySpan<byte> found))
        {
            int order = found.SequenceCompareTo(key);
            if (order == 0)
            {
                this = ahead;
                return true;
            }

            if (order > 0 || !ahead.TrySkip(out _))
            {
                return false;
            }
        }

        return false;
    }

    private readonly int Peek() => Consumed < _data.Length ? _data[Consumed] : -1;

    private bool TryStart(char mark, bool isDictionary)
    {
        if (!IsValueExpected || Peek() != mark || _depth == MaxDepth)
        {
            return false;
        }

        _levels[_depth++] = new Level { IsDictionary = isDictionary };
        Consumed++;
        return true;
    }

    private void EndValue(int size)
    {
        Consumed += size;
        if (_depth == 0)
        {
            _done = true;
        }
        else
        {
            _levels[_depth - 1].HasKey = false;
        }
    }

    private readonly bool TryScanString(out int header, out int length)
    {
        ReadOnlySpan<byte> text = _data[Consumed..];
        bool ok = TryScanNumber(text, ':', out long number, out header) && text[0] != '-' && number <= text.Length - header;
        length = ok ? (int)number : 0;
        return ok;
    }

    // A number in its only form, no zero in front and no -0, and the mark behind it; size counts both.
    private static bool TryScanNumber(ReadOnlySpan<byte> text, char end, out long number, out int size)
    {
        number = 0;
        size = 0;
        int length = text[..Math.Min(text.Length, MaxNumberSize + 1)].IndexOf((byte)end);
        if (length <= 0)
        {
            return false;
        }

        ReadOnlySpan<byte> digits = text[0] == '-' ? text[1..length] : text[..length];
        bool isCanonical = !digits.IsEmpty && !digits.ContainsAnyExceptInRange((byte)'0', (byte)'9') && (digits[0] != '0' || length == 1);
        if (!isCanonical || !Utf8Parser.TryParse(text[..length], out number, out int used) || used != length)
        {
            number = 0;
            return false;
        }

        size = length + 1;
        return true;
    }

    private struct Level
    {
        public bool IsDictionary { get; init; }

        /// <summary>Whether a key was read and its value was not.</summary>
        public bool HasKey { get; set; }

        /// <summary>Where the last key stands; zero before the first.</summary>
        public int KeyStart { get; init; }

        public int KeyLength { get; init; }
    }

    [InlineArray(MaxDepth)]
    private struct Levels
    {
        private Level _first;
    }
}
