using System.Buffers;
using System.Security.Cryptography;
using Session.Protocol.Cryptography;

namespace Session.Protocol.Attachments;

/// <summary>
/// Reads one blob of the stream encryption, chunk by chunk, with every rejection of protocol/18 §5. Each byte that it gives
/// out is authentic and at its place; only <see cref="AttachmentStatus.Complete"/> says that none is missing.
/// </summary>
internal sealed class StreamDecryptor : IDisposable
{
    private readonly SecretStream _stream;
    private readonly long _expectedSize;
    private bool _inPadding = true;

    /// <param name="key">32 bytes.</param>
    /// <param name="prefix">The type byte, which the caller has checked, and the header.</param>
    /// <param name="expectedSize">Size of the file, or 0 if nobody said.</param>
    public StreamDecryptor(ReadOnlySpan<byte> key, ReadOnlySpan<byte> prefix, long expectedSize)
    {
        _stream = new SecretStream(key, prefix[1..]);
        _expectedSize = expectedSize;
    }

    /// <summary>Bytes of the file that were given out.</summary>
    public long Size { get; private set; }

    /// <summary>Decrypts the next chunk.</summary>
    /// <param name="chunk">Full, unless it is the last.</param>
    /// <param name="isLast">Whether the blob ends here.</param>
    /// <param name="data">Receives bytes of the file; not advanced when the chunk is refused.</param>
    /// <returns><see cref="AttachmentStatus.None"/> to go on, <see cref="AttachmentStatus.Complete"/>, or what is wrong.</returns>
    public AttachmentStatus Read(ReadOnlySpan<byte> chunk, bool isLast, IBufferWriter<byte> data)
    {
        int size = chunk.Length - SecretStream.Overhead;
        if (size < 0)
        {
            return AttachmentStatus.Truncated;
        }

        Span<byte> plain = size == 0 ? default : data.GetSpan(size)[..size];
        if (!_stream.TryPull(chunk, plain, out byte tag))
        {
            return AttachmentStatus.NotAuthentic;
        }

        AttachmentStatus status = tag switch
        {
            SecretStream.FinalTag => isLast ? AttachmentStatus.Complete : AttachmentStatus.TrailingData,
            SecretStream.MessageTag => isLast ? AttachmentStatus.Truncated : AttachmentStatus.None,
            _ => AttachmentStatus.UnknownFormat,
        };
        if (status is AttachmentStatus.Complete or AttachmentStatus.None)
        {
            status = Deliver(plain, data, status);
        }

        if (status is not (AttachmentStatus.Complete or AttachmentStatus.None))
        {
            CryptographicOperations.ZeroMemory(plain);
        }

        return status;
    }

    public void Dispose() => _stream.Dispose();

    private AttachmentStatus Deliver(Span<byte> plain, IBufferWriter<byte> data, AttachmentStatus status)
    {
        int start = 0;
        if (_inPadding)
        {
            start = plain.IndexOfAnyExcept((byte)0);
            if (start < 0)
            {
                return status == AttachmentStatus.Complete ? AttachmentStatus.BadPadding : status;
            }

            if (plain[start] != 1)
            {
                return AttachmentStatus.BadPadding;
            }

            _inPadding = false;
            start++;
        }

        // What is beyond the promised size may only be zeros, another form of padding, and is cut (protocol/11 §6).
        int kept = plain.Length - start;
        if (_expectedSize > 0 && kept > _expectedSize - Size)
        {
            kept = (int)(_expectedSize - Size);
            if (plain[(start + kept)..].ContainsAnyExcept((byte)0))
            {
                return AttachmentStatus.WrongSize;
            }
        }

        if (status == AttachmentStatus.Complete && Size + kept < _expectedSize)
        {
            return AttachmentStatus.WrongSize;
        }

        plain.Slice(start, kept).CopyTo(plain);
        CryptographicOperations.ZeroMemory(plain[kept..]);
        data.Advance(kept);
        Size += kept;
        return status;
    }
}
