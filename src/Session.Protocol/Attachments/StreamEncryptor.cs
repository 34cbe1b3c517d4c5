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
        Span<byte> chunk = NextChunk(blob);
        if (NextPaddingSize == 0)
        {
            Push(data, chunk, blob);
            return;
        }

        Span<byte> plain = Text(chunk);
        data.CopyTo(Pad(plain));
        Push(plain, chunk, blob);
    }

    /// <summary>The same of a file in pieces, which are put together where they will be encrypted.</summary>
    public void WriteChunk(in ReadOnlySequence<byte> data, IBufferWriter<byte> blob)
    {
        if (data.IsSingleSegment)
        {
            WriteChunk(data.FirstSpan, blob);
            return;
        }

        Error.RequireLength((int)data.Length, NextDataSize, nameof(data));
        Span<byte> chunk = NextChunk(blob);
        Span<byte> plain = Text(chunk);
        data.CopyTo(Pad(plain));
        Push(plain, chunk, blob);
    }

    public void Dispose() => _stream.Dispose();

    private Span<byte> NextChunk(IBufferWriter<byte> blob)
    {
        int size = NextChunkSize + SecretStream.Overhead;
        return blob.GetSpan(size)[..size];
    }

    private static Span<byte> Text(Span<byte> chunk) => chunk.Slice(SecretStream.TextOffset, chunk.Length - SecretStream.Overhead);

    /// <summary>Writes the padding and returns what is left for the file.</summary>
    private Span<byte> Pad(Span<byte> plain)
    {
        int padding = NextPaddingSize;
        plain[..padding].Clear();
        if (padding > 0 && _position + padding == _padding)
        {
            plain[padding - 1] = 1;
        }

        return plain[padding..];
    }

    private void Push(ReadOnlySpan<byte> plain, Span<byte> chunk, IBufferWriter<byte> blob)
    {
        _position += plain.Length;
        _stream.Push(plain, IsDone ? SecretStream.FinalTag : SecretStream.MessageTag, chunk);
        blob.Advance(chunk.Length);
    }
}
