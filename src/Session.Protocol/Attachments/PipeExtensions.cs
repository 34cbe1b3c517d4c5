using System.Buffers;
using System.IO.Pipelines;

namespace Session.Protocol.Attachments;

/// <summary>What both encryptions need of pipes.</summary>
internal static class PipeExtensions
{
    /// <summary>Reads exactly as much as fits, or to the end. The bytes are consumed.</summary>
    public static async ValueTask<int> FillAsync(this PipeReader reader, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        int filled = 0;
        while (filled < buffer.Length)
        {
            ReadResult read = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            ReadOnlySequence<byte> piece = read.Buffer.Slice(0, Math.Min(read.Buffer.Length, buffer.Length - filled));
            piece.CopyTo(buffer.Span[filled..]);
            filled += (int)piece.Length;
            bool isEnd = read.IsCompleted && piece.Length == read.Buffer.Length;
            reader.AdvanceTo(piece.End);
            if (isEnd)
            {
                break;
            }
        }

        return filled;
    }

    /// <summary>Makes what was written available; there is no point in going on when nobody reads it.</summary>
    public static async ValueTask FlushOrFailAsync(this PipeWriter writer, CancellationToken cancellationToken)
    {
        FlushResult flushed = await writer.FlushAsync(cancellationToken).ConfigureAwait(false);
        if (flushed.IsCompleted)
        {
            throw new IOException("The reader of the output has gone.");
        }
    }
}
