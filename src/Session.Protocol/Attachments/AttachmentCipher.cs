using System.Buffers;
using System.IO.Pipelines;
using Session.Protocol.Messages;

namespace Session.Protocol.Attachments;

/// <summary>
/// Encrypts files for attachments and decrypts them, in both encryptions (protocol/18, protocol/13 §14.2), in constant memory:
/// about 200 KB, whatever the size. Stateless and safe for concurrent use.
/// </summary>
public static class AttachmentCipher
{
    /// <summary>Largest file that can be encrypted, in bytes: what servers take after encryption.</summary>
    /// <param name="scheme">The encryption.</param>
    /// <returns>9 999 949 or 10 218 286.</returns>
    /// <exception cref="ArgumentOutOfRangeException">No such encryption.</exception>
    public static long MaxSize(AttachmentScheme scheme) =>
        Limits.RequireDefined(scheme, nameof(scheme)) == AttachmentScheme.Stream ? StreamLayout.MaxSize : LegacyLayout.MaxSize;

    /// <summary>Size of an encrypted file in bytes, padding included: all that a server learns about the size.</summary>
    /// <param name="scheme">The encryption.</param>
    /// <param name="size">Size of the file, at most <see cref="MaxSize"/>.</param>
    /// <returns>The size of the blob.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The size is negative or too large, or there is no such encryption.</exception>
    public static long EncryptedSize(AttachmentScheme scheme, long size)
    {
        RequireSize(scheme, size);
        return scheme == AttachmentScheme.Stream ? StreamLayout.EncryptedSize((int)size) : LegacyLayout.EncryptedSize((int)size);
    }

    /// <summary>Encrypts a file.</summary>
    /// <param name="key">Made for this very file.</param>
    /// <param name="data">The file: exactly <see cref="AttachmentKey.Size"/> bytes. Read to its end, not completed.</param>
    /// <param name="blob">Receives what goes to the server, <see cref="AttachmentKey.EncryptedSize"/> bytes. Flushed, not completed.</param>
    /// <param name="cancellationToken">Ends the work between two pieces.</param>
    /// <returns>The digest for the pointer: 32 bytes in the older encryption, otherwise empty.</returns>
    /// <exception cref="ArgumentException">The file has another size than the key was made for. Part of the blob may be written.</exception>
    /// <exception cref="IOException">The reader of <paramref name="blob"/> has gone.</exception>
    public static async ValueTask<ReadOnlyMemory<byte>> EncryptAsync(
        AttachmentKey key, PipeReader data, PipeWriter blob, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(blob);
        ReadOnlyMemory<byte> digest = default;
        if (key.Scheme == AttachmentScheme.Stream)
        {
            await StreamPipes.EncryptAsync(key, data, blob, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            digest = await LegacyPipes.EncryptAsync(key, data, blob, cancellationToken).ConfigureAwait(false);
        }

        ReadResult rest = await data.ReadAsync(cancellationToken).ConfigureAwait(false);
        bool isLonger = !rest.Buffer.IsEmpty;
        data.AdvanceTo(rest.Buffer.Start, rest.Buffer.End);
        return isLonger ? throw new ArgumentException($"The file is longer than the {key.Size} bytes of its key.", nameof(data)) : digest;
    }

    /// <summary>
    /// Decrypts a file whose pointer came in a message; its URL tells the encryption. In the stream encryption every written byte
    /// is authentic, but only the end proves that none is missing; the older encryption is verified in full, MAC and digest,
    /// before the first byte is written. So show nothing before <see cref="AttachmentStatus.Complete"/>.
    /// </summary>
    /// <param name="attachment">URL, key, digest and size of the file.</param>
    /// <param name="blob">
    /// What the server gave, from the current position to the end. The older encryption reads it twice and needs a stream that
    /// can seek.
    /// </param>
    /// <param name="data">Receives the file. Flushed, not completed.</param>
    /// <param name="cancellationToken">Ends the work between two pieces.</param>
    /// <returns>Whether the file is genuine and complete. Never an exception for the bytes of others.</returns>
    /// <exception cref="ArgumentException">The older encryption in a stream that cannot seek.</exception>
    /// <exception cref="IOException">The blob cannot be read, or the reader of <paramref name="data"/> has gone.</exception>
    public static ValueTask<AttachmentResult> DecryptAsync(
        AttachmentPointer attachment, Stream blob, PipeWriter data, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(attachment);
        ArgumentNullException.ThrowIfNull(blob);
        ArgumentNullException.ThrowIfNull(data);
        if (SchemeOf(attachment.Url) == AttachmentScheme.Stream)
        {
            return StreamPipes.DecryptAsync(attachment.Key, attachment.Size, blob, data, cancellationToken);
        }

        return blob.CanSeek
            ? LegacyPipes.DecryptAsync(attachment, blob, data, cancellationToken)
            : throw new ArgumentException("The older encryption is verified before it is decrypted, so the stream must be able to seek.", nameof(blob));
    }

    /// <summary>The encryption of a file, from its URL (protocol/11 §6).</summary>
    /// <param name="url">The URL of a pointer or profile; it need not be valid.</param>
    /// <returns>The stream encryption if there is a fragment <c>d</c>, otherwise the older one.</returns>
    public static AttachmentScheme SchemeOf(string url)
    {
        ArgumentNullException.ThrowIfNull(url);
        int fragment = url.IndexOf('#', StringComparison.Ordinal);
        return fragment >= 0 && AttachmentUrl.HasStreamMark(url.AsSpan(fragment + 1)) ? AttachmentScheme.Stream : AttachmentScheme.Legacy;
    }

    internal static void RequireSize(AttachmentScheme scheme, long size)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(size);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(size, MaxSize(scheme));
    }
}
