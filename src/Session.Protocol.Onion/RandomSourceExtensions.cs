using System.Buffers.Binary;
using Session.Protocol.Cryptography;

namespace Session.Protocol.Onion;

/// <summary>Choices from an <see cref="IRandomSource"/>.</summary>
internal static class RandomSourceExtensions
{
    /// <summary>A number from 0 to <paramref name="count"/> − 1, each as likely as the others.</summary>
    public static int Next(this IRandomSource random, int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        Span<byte> bytes = stackalloc byte[sizeof(uint)];
        uint limit = uint.MaxValue / (uint)count * (uint)count;
        uint drawn;
        do
        {
            random.Fill(bytes);
            drawn = BinaryPrimitives.ReadUInt32LittleEndian(bytes);
        }
        while (drawn >= limit);
        return (int)(drawn % (uint)count);
    }

    /// <summary>Puts items into a random order.</summary>
    public static void Shuffle<T>(this IRandomSource random, Span<T> items)
    {
        for (int i = items.Length - 1; i > 0; i--)
        {
            int j = random.Next(i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }
}
