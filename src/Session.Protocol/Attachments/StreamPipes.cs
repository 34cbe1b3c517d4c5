using System.Buffers;
using System.IO.Pipelines;
using Session.Protocol.Cryptography;

namespace Session.Protocol.Attachments;

/// <summary>Drives the stream encryption through pipes: one chunk in memory at a time.</summary>
internal static class StreamPipes
{
    public static async ValueTask EncryptAsync(AttachmentKey key, PipeReader data, PipeWriter blob, CancellationToken cancellationToken)
    {
        using var encryptor = new StreamEncryptor(key.Key, key.Start, (int)key.Size, blob);
        while (!encryptor.IsDone)
        {
            int size = encryptor.NextDataSize;
            if (size == 0)
            {
                encryptor.WriteChunk(ReadOnlySpan<byte>.Empty, blob);
            }
            else
            {
                ReadResult read = await data.ReadAtLeastAsync(size, cancellationToken).ConfigureAwait(false);
                if (read.Buffer.Length < size)
                {
                    data.AdvanceTo(read.Buffer.Start);
                    throw new ArgumentException($"The file is shorter than the {key.Size} bytes of its key.", nameof(data));
                }

                ReadOnlySequence<byte> next = read.Buffer.Slice(0, size);
                encryptor.WriteChunk(next, blob);
                data.AdvanceTo(next.End);
            }

            await blob.FlushOrFailAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    public static async ValueTask<AttachmentResult> DecryptAsync(
        ReadOnlyMemory<byte> key, long expectedSize, Stream blob, PipeWriter data, CancellationToken cancellationToken)
    {
        if (key.Length != SecretStream.KeySize)
        {
            return new AttachmentResult(AttachmentStatus.BadKey, 0);
        }

        byte[] chunk = ArrayPool<byte>.Shared.Rent(StreamLayout.EncryptedChunkSize);
        try
        {
            Memory<byte> prefix = chunk.AsMemory(0, StreamLayout.PrefixSize);
            if (await blob.ReadAtLeastAsync(prefix, prefix.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false) < prefix.Length)
            {
                return new AttachmentResult(AttachmentStatus.TooShort, 0);
            }

            if (prefix.Span[0] != StreamLayout.TypeByte)
            {
                return new AttachmentResult(AttachmentStatus.UnknownFormat, 0);
            }

            using var decryptor = new StreamDecryptor(key.Span, prefix.Span, expectedSize);
            return await DecryptChunksAsync(decryptor, chunk.AsMemory(0, StreamLayout.EncryptedChunkSize), blob, data, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(chunk);
        }
    }

    // Whether a full chunk is the last is known only when one byte more was asked for, so that byte is read ahead.
    private static async ValueTask<AttachmentResult> DecryptChunksAsync(
        StreamDecryptor decryptor, Memory<byte> chunk, Stream blob, PipeWriter data, CancellationToken cancellationToken)
    {
        int filled = await blob.ReadAtLeastAsync(chunk, chunk.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        if (filled < SecretStream.Overhead)
        {
            return new AttachmentResult(AttachmentStatus.TooShort, 0);
        }

        byte[] ahead = new byte[1];
        while (true)
        {
            bool isLast = filled < chunk.Length || await blob.ReadAsync(ahead, cancellationToken).ConfigureAwait(false) == 0;
            AttachmentStatus status = decryptor.Read(chunk.Span[..filled], isLast, data);
            if (status is AttachmentStatus.None or AttachmentStatus.Complete)
            {
                await data.FlushOrFailAsync(cancellationToken).ConfigureAwait(false);
            }

            if (status != AttachmentStatus.None)
            {
                return new AttachmentResult(status, decryptor.Size);
            }

            chunk.Span[0] = ahead[0];
            filled = 1 + await blob.ReadAtLeastAsync(chunk[1..], chunk.Length - 1, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        }
    }
}
