using System.Buffers;
using Session.Protocol.Cryptography;

namespace Session.Protocol.Attachments;

/// <summary>
/// Writes one blob of the stream encryption, chunk by chunk. The padding stands in front of the file, so a chunk may hold
/// padding only, both, or file only.
/// </summary>
internal sealed class StreamEncryptor : IDisposable
{
    private readonly SecretStream _stream;
    private readonly int _padding;
    private readonly int _total;
    private int _position;

    public StreamEncryptor(ReadOnlySpan<byte> key, ReadOnlySpan<byte> header, int size, IBufferWriter<byte> blob)
    {
        _stream = new SecretStream(key, header);
        _padding = StreamLayout.PaddingSize(size);
        _total = _padding + size;
        Span<byte> prefix = blob.GetSpan(StreamLayout.PrefixSize);
        prefix[0] = StreamLayout.TypeByte;
        header.CopyTo(prefix[1..]);
        blob.Advance(StreamLayout.PrefixSize);
    }

    /// <summary>Whether the last chunk was written.</summary>
    public bool IsDone => _position == _total;

    /// <summary>Bytes of the file that the next chunk takes.</summary>
    public int NextDataSize => NextChunkSize - NextPaddingSize;

    private int NextChunkSize => Math.Min(StreamLayout.ChunkSize, _total - _position);

    private int NextPaddingSize => Math.Clamp(_padding - _position, 0, NextChunkSize);

    /// <summary>Writes the next chunk.</summary>
    /// <param name="data">The next <see cref="NextDataSize"/> bytes of the file.</param>
    /// <param name="blob">Receives the chunk.</param>
    public void WriteChunk(ReadOnlySpan<byte> data, IBufferWriter<byte> blob)
    {
        Error.RequireLength(data.Length, NextDataSize, nameof(data));
        int padding = NextPaddingSize;
        if (padding == 0)
        {
            Push(data, blob);
            return;
        }

        byte[] rented = ArrayPool<byte>.Shared.Rent(StreamLayout.ChunkSize);
        try
        {
            Span<byte> plain = rented.AsSpan(0, NextChunkSize);
            plain[..padding].Clear();
            if (_position + padding == _padding)
            {
                plain[padding - 1] = 1;
            }

            data.CopyTo(plain[padding..]);
            Push(plain, blob);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented, clearArray: true);
        }
    }

    public void Dispose() => _stream.Dispose();

    private void Push(ReadOnlySpan<byte> plain, IBufferWriter<byte> blob)
    {
        int size = plain.Length + SecretStream.Overhead;
        _position += plain.Length;
        _stream.Push(plain, IsDone ? SecretStream.FinalTag : SecretStream.MessageTag, blob.GetSpan(size)[..size]);
        blob.Advance(size);
    }
}
