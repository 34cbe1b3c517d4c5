using System.Numerics;
using Session.Protocol.Cryptography;

namespace Session.Protocol.Attachments;

/// <summary>Sizes of the stream encryption: one type byte, the header, chunks (protocol/18 §3, §4).</summary>
internal static class StreamLayout
{
    /// <summary>First byte of a blob.</summary>
    public const byte TypeByte = (byte)'S';

    /// <summary>Type byte and header.</summary>
    public const int PrefixSize = 1 + SecretStream.HeaderSize;

    /// <summary>Plain bytes of every chunk but the last.</summary>
    public const int ChunkSize = 32_768;

    /// <summary>The same, encrypted.</summary>
    public const int EncryptedChunkSize = ChunkSize + SecretStream.Overhead;

    /// <summary>Largest file: its blob has the size of the blob of 10 000 000 bytes, the largest that servers take.</summary>
    public const int MaxSize = 10_218_286;

    // Blobs grow in steps of a 32nd of the power of two below them, which wastes 6 % at most.
    private const int StepsPerDoubling = 32;
    private const int SmallestDoubling = 131_072;

    /// <summary>Bytes of padding in front of a file, its end marker included; at least 1.</summary>
    public static int PaddingSize(int size)
    {
        int chunks = CeilingDivide(size, ChunkSize);
        int smallest = size + PrefixSize + 1 + (SecretStream.Overhead * chunks);
        int step = (int)(BitOperations.RoundUpToPowerOf2((uint)Math.Max(smallest, SmallestDoubling) + 1) / 2) / StepsPerDoubling;
        int padding = (CeilingDivide(smallest, step) * step) - smallest + 1;

        // The padding needs chunks of its own, which cost as well.
        int overhead = padding / EncryptedChunkSize * SecretStream.Overhead;
        if (padding % EncryptedChunkSize > (chunks * ChunkSize) - size)
        {
            overhead += SecretStream.Overhead;
        }

        return padding - overhead;
    }

    /// <summary>Size of the blob of a file.</summary>
    public static int EncryptedSize(int size)
    {
        int padded = size + PaddingSize(size);
        return PrefixSize + padded + (SecretStream.Overhead * CeilingDivide(padded, ChunkSize));
    }

    private static int CeilingDivide(int value, int divisor) => (value + divisor - 1) / divisor;
}
