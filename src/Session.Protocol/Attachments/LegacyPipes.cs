using System.Buffers;
using System.IO.Pipelines;
using System.Security.Cryptography;
using Session.Protocol.Cryptography;
using Session.Protocol.Messages;

namespace Session.Protocol.Attachments;

/// <summary>
/// The older encryption through pipes: AES-256-CBC, HMAC-SHA-256 over IV and ciphertext, SHA-256 over all (protocol/13 §14.2).
/// Its MAC stands at the end, so reading goes over the blob twice: nothing is decrypted that was not verified.
/// </summary>
internal static class LegacyPipes
{
    // A multiple of the block size, so that pieces chain by their last block.
    private const int PieceSize = 64 * 1024;

    /// <summary>The digest of the blob.</summary>
    public static async ValueTask<ReadOnlyMemory<byte>> EncryptAsync(AttachmentKey key, PipeReader data, PipeWriter blob, CancellationToken cancellationToken)
    {
        using var mac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key.Key[AesCbc.KeySize..]);
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] iv = key.Start.ToArray();
        Write(iv, blob, mac, digest);

        int padded = LegacyLayout.PaddedSize((int)key.Size);
        int total = AesCbc.CiphertextSize(padded);
        byte[] piece = ArrayPool<byte>.Shared.Rent(PieceSize);
        try
        {
            for (int position = 0; position < total; position += PieceSize)
            {
                Memory<byte> plain = piece.AsMemory(0, Math.Min(PieceSize, total - position));
                int fromFile = (int)Math.Clamp(key.Size - position, 0, plain.Length);
                if (await data.FillAsync(plain[..fromFile], cancellationToken).ConfigureAwait(false) < fromFile)
                {
                    throw new ArgumentException($"The file is shorter than the {key.Size} bytes of its key.", nameof(data));
                }

                Pad(plain.Span, fromFile, padded - position, total - padded);
                EncryptPiece(key.Key[..AesCbc.KeySize], iv, plain.Span, blob, mac, digest);
                await blob.FlushOrFailAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(piece, clearArray: true);
        }

        Write(mac.GetHashAndReset(), blob, null, digest);
        await blob.FlushOrFailAsync(cancellationToken).ConfigureAwait(false);
        return digest.GetHashAndReset();
    }

    public static async ValueTask<AttachmentResult> DecryptAsync(
        AttachmentPointer attachment, Stream blob, PipeWriter data, CancellationToken cancellationToken)
    {
        if (attachment.Key.Length != LegacyLayout.KeySize)
        {
            return new AttachmentResult(AttachmentStatus.BadKey, 0);
        }

        if (attachment.Size == 0)
        {
            return new AttachmentResult(AttachmentStatus.WrongSize, 0);
        }

        long start = blob.Position;
        long ciphertextSize = blob.Length - start - LegacyLayout.IvSize - LegacyLayout.MacSize;
        if (ciphertextSize < AesCbc.BlockSize)
        {
            return new AttachmentResult(AttachmentStatus.TooShort, 0);
        }

        byte[] piece = ArrayPool<byte>.Shared.Rent(PieceSize);
        try
        {
            AttachmentStatus status = await VerifyAsync(attachment, blob, ciphertextSize, piece, cancellationToken).ConfigureAwait(false);
            if (status != AttachmentStatus.None)
            {
                return new AttachmentResult(status, 0);
            }

            blob.Position = start;
            return await DecryptVerifiedAsync(attachment, blob, ciphertextSize, piece.AsMemory(0, PieceSize), data, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(piece);
        }
    }

    private static void Pad(Span<byte> plain, int fromFile, int paddedLeft, int blockPadding)
    {
        int zerosEnd = Math.Clamp(paddedLeft, fromFile, plain.Length);
        plain[fromFile..zerosEnd].Clear();
        plain[zerosEnd..].Fill((byte)blockPadding);
    }

    private static void EncryptPiece(
        ReadOnlySpan<byte> key, Span<byte> iv, ReadOnlySpan<byte> plain, PipeWriter blob, IncrementalHash mac, IncrementalHash digest)
    {
        Span<byte> ciphertext = blob.GetSpan(plain.Length)[..plain.Length];
        AesCbc.EncryptBlocks(key, iv, plain, ciphertext);
        mac.AppendData(ciphertext);
        digest.AppendData(ciphertext);
        ciphertext[^AesCbc.BlockSize..].CopyTo(iv);
        blob.Advance(ciphertext.Length);
    }

    private static void Write(ReadOnlySpan<byte> bytes, PipeWriter blob, IncrementalHash? mac, IncrementalHash digest)
    {
        blob.Write(bytes);
        mac?.AppendData(bytes);
        digest.AppendData(bytes);
    }

    private static async ValueTask<AttachmentStatus> VerifyAsync(
        AttachmentPointer attachment, Stream blob, long ciphertextSize, byte[] piece, CancellationToken cancellationToken)
    {
        using var mac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, attachment.Key.Span[AesCbc.KeySize..]);
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (long left = LegacyLayout.IvSize + ciphertextSize; left > 0;)
        {
            Memory<byte> next = piece.AsMemory(0, (int)Math.Min(PieceSize, left));
            await blob.ReadExactlyAsync(next, cancellationToken).ConfigureAwait(false);
            mac.AppendData(next.Span);
            digest.AppendData(next.Span);
            left -= next.Length;
        }

        Memory<byte> found = piece.AsMemory(0, LegacyLayout.MacSize);
        await blob.ReadExactlyAsync(found, cancellationToken).ConfigureAwait(false);
        digest.AppendData(found.Span);
        if (!CryptographicOperations.FixedTimeEquals(mac.GetHashAndReset(), found.Span))
        {
            return AttachmentStatus.NotAuthentic;
        }

        if (!attachment.Digest.IsEmpty && !CryptographicOperations.FixedTimeEquals(digest.GetHashAndReset(), attachment.Digest.Span))
        {
            return AttachmentStatus.WrongDigest;
        }

        return ciphertextSize % AesCbc.BlockSize == 0 ? AttachmentStatus.None : AttachmentStatus.UnknownFormat;
    }

    // The zeros behind the promised size are cut, unread (protocol/13 §14.2).
    private static async ValueTask<AttachmentResult> DecryptVerifiedAsync(
        AttachmentPointer attachment, Stream blob, long ciphertextSize, Memory<byte> piece, PipeWriter data, CancellationToken cancellationToken)
    {
        byte[] iv = new byte[LegacyLayout.IvSize];
        await blob.ReadExactlyAsync(iv, cancellationToken).ConfigureAwait(false);
        long written = 0;
        for (long left = ciphertextSize; left > 0;)
        {
            Memory<byte> next = piece[..(int)Math.Min(piece.Length, left)];
            await blob.ReadExactlyAsync(next, cancellationToken).ConfigureAwait(false);
            left -= next.Length;
            int kept = DecryptPiece(attachment, iv, next.Span, isLast: left == 0, attachment.Size - written, data);
            if (kept < 0)
            {
                return new AttachmentResult(AttachmentStatus.BadPadding, written);
            }

            written += kept;
            await data.FlushOrFailAsync(cancellationToken).ConfigureAwait(false);
        }

        return new AttachmentResult(written == attachment.Size ? AttachmentStatus.Complete : AttachmentStatus.WrongSize, written);
    }

    private static int DecryptPiece(AttachmentPointer attachment, Span<byte> iv, ReadOnlySpan<byte> ciphertext, bool isLast, long wanted, PipeWriter data)
    {
        Span<byte> plain = data.GetSpan(ciphertext.Length)[..ciphertext.Length];
        AesCbc.DecryptBlocks(attachment.Key.Span[..AesCbc.KeySize], iv, ciphertext, plain);
        ciphertext[^AesCbc.BlockSize..].CopyTo(iv);
        int size = plain.Length;
        if (isLast && !AesCbc.TryUnpad(plain, out size))
        {
            plain.Clear();
            return -1;
        }

        int kept = (int)Math.Min(size, wanted);
        plain[kept..].Clear();
        data.Advance(kept);
        return kept;
    }
}
