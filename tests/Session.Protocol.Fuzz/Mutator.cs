using System.Buffers.Binary;

namespace Session.Protocol.Fuzz;

/// <summary>Makes hostile inputs from good ones. The same seed makes the same inputs in the same order.</summary>
public sealed class Mutator(IReadOnlyList<byte[]> corpus, int seed)
{
    /// <summary>Longer than the largest stored message, so that size limits are met too.</summary>
    public const int MaxLength = 128 * 1024;

    private const int MaxSteps = 8;
    private const int MaxRandomLength = 512;
    private const int MaxRepeats = 2_000;

    /// <summary>Ends and middles of ranges, and what has a meaning in JSON, bencode, hex, base64 and protobuf.</summary>
    private static readonly byte[] Telling = [0x00, 0x01, 0x7f, 0x80, 0xff, .. "\"\\{}[]:,+-./0129=eilduntfaAzZ \n\r"u8];

    private static readonly uint[] TellingNumbers = [0, 1, 0x7f, 0x80, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xfffffff0, 0xffffffff];

    private readonly Random _random = new(seed);

    public byte[] Next()
    {
        if (corpus.Count == 0 || _random.Next(16) == 0)
        {
            return Bytes(_random.Next(MaxRandomLength));
        }

        byte[] input = corpus[_random.Next(corpus.Count)];
        for (int steps = _random.Next(1, MaxSteps + 1); steps > 0; steps--)
        {
            input = Step(input);
        }

        return input;
    }

    private byte[] Step(byte[] input)
    {
        if (input.Length == 0)
        {
            return Bytes(_random.Next(1, 16));
        }

        int at = _random.Next(input.Length);
        int length = Math.Min(_random.Next(1, 33), input.Length - at);
        return _random.Next(10) switch
        {
            0 => Change(input, at, (byte)(input[at] ^ (1 << _random.Next(8)))),
            1 => Change(input, at, (byte)_random.Next(256)),
            2 => Change(input, at, Telling[_random.Next(Telling.Length)]),
            3 => Number(input, at),
            4 => input[..at],
            5 => [.. input[..at], .. input[(at + length)..]],
            6 => Limit([.. input[..at], .. Bytes(length), .. input[at..]]),
            7 => Limit([.. input[..at], Telling[_random.Next(Telling.Length)], .. input[at..]]),
            8 => Repeat(input, at, length),
            _ => Splice(input, at),
        };
    }

    private static byte[] Change(byte[] input, int at, byte value)
    {
        byte[] changed = [.. input];
        changed[at] = value;
        return changed;
    }

    // A length field in the middle of things.
    private byte[] Number(byte[] input, int at)
    {
        byte[] changed = [.. input];
        Span<byte> number = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(number, TellingNumbers[_random.Next(TellingNumbers.Length)]);
        number[..Math.Min(number.Length, changed.Length - at)].CopyTo(changed.AsSpan(at));
        return changed;
    }

    // Mostly a few times; now and then often enough to meet a bound on depth or count.
    private byte[] Repeat(byte[] input, int at, int length)
    {
        int times = _random.Next(_random.Next(8) == 0 ? MaxRepeats : 4) + 1;
        IEnumerable<byte> piece = Enumerable.Repeat(input.AsMemory(at, length), times).SelectMany(part => part.ToArray());
        return Limit([.. input[..at], .. piece, .. input[at..]]);
    }

    private byte[] Splice(byte[] input, int at)
    {
        byte[] other = corpus[_random.Next(corpus.Count)];
        return Limit([.. input[..at], .. other[_random.Next(other.Length + 1)..]]);
    }

    private byte[] Bytes(int length)
    {
        byte[] bytes = new byte[length];
        _random.NextBytes(bytes);
        return bytes;
    }

    private static byte[] Limit(byte[] input) => input.Length <= MaxLength ? input : input[..MaxLength];
}
