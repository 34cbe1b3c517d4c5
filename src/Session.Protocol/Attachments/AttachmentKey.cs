using System.Buffers;
using System.IO.Pipelines;
using System.Security.Cryptography;
using Session.Protocol.Accounts;
using Session.Protocol.Cryptography;
using Session.Protocol.Messages;

namespace Session.Protocol.Attachments;

/// <summary>
/// The key for one file of one size. Encrypting the same file with it again gives the same bytes, so a failed upload can be
/// repeated. Never use it for another file. Zeroed by <see cref="Dispose"/>; not safe for concurrent disposal and use.
/// </summary>
public sealed class AttachmentKey : IDisposable
{
    /// <summary>Size in bytes of the key of <see cref="AttachmentScheme.Stream"/>.</summary>
    public const int StreamKeySize = SecretStream.KeySize;

    /// <summary>Size in bytes of the key of <see cref="AttachmentScheme.Legacy"/>.</summary>
    public const int LegacyKeySize = LegacyLayout.KeySize;

    // The public start of the blob, then the key: both come out of one hash, or one draw.
    private readonly SecretBytes _bytes;
    private readonly int _keySize;

    private AttachmentKey(AttachmentScheme scheme, long size, int startSize, int keySize)
    {
        Scheme = scheme;
        Size = size;
        _keySize = keySize;
        _bytes = new SecretBytes(startSize + keySize);
    }

    /// <summary>The encryption it is for.</summary>
    public AttachmentScheme Scheme { get; }

    /// <summary>Size of the file in bytes.</summary>
    public long Size { get; }

    /// <summary>Size of the encrypted file in bytes, padding included.</summary>
    public long EncryptedSize => AttachmentCipher.EncryptedSize(Scheme, Size);

    /// <summary>The key as the recipient needs it: <see cref="StreamKeySize"/> or <see cref="LegacyKeySize"/> bytes. Secret.</summary>
    /// <exception cref="ObjectDisposedException">After <see cref="Dispose"/>.</exception>
    public ReadOnlySpan<byte> Key => _bytes.Span[^_keySize..];

    /// <summary>The header of the stream, or the IV of the older encryption.</summary>
    internal ReadOnlySpan<byte> Start => _bytes.Span[..^_keySize];

    /// <summary>A random key for <see cref="AttachmentScheme.Legacy"/>.</summary>
    /// <param name="size">Size of the file in bytes, at most <see cref="AttachmentCipher.MaxSize"/>.</param>
    /// <param name="random">The system's random numbers by default. One draw of 80 bytes: IV, AES key, MAC key.</param>
    /// <returns>The key; the caller disposes it.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The size is negative or too large.</exception>
    public static AttachmentKey CreateLegacy(long size, IRandomSource? random = null)
    {
        AttachmentCipher.RequireSize(AttachmentScheme.Legacy, size);
        var key = new AttachmentKey(AttachmentScheme.Legacy, size, LegacyLayout.IvSize, LegacyLayout.KeySize);
        (random ?? RandomSource.System).Fill(key._bytes.Span);
        return key;
    }

    /// <summary>The key for <see cref="AttachmentScheme.Stream"/>, derived from the sender's seed and the file (protocol/18 §2).</summary>
    /// <param name="sender">Whose file it is; other accounts get other keys.</param>
    /// <param name="purpose">What the file is for.</param>
    /// <param name="data">The file, at most <see cref="AttachmentCipher.MaxSize"/> bytes. Read to its end, not completed.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>The key; the caller disposes it.</returns>
    /// <exception cref="ArgumentException">The file is too large, or the purpose is none.</exception>
    /// <exception cref="ObjectDisposedException">The sender was disposed.</exception>
    public static async ValueTask<AttachmentKey> DeriveAsync(
        SessionIdentity sender, AttachmentPurpose purpose, PipeReader data, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(sender);
        ArgumentNullException.ThrowIfNull(data);
        using IncrementalBlake2b hash = StartDerivation(sender, purpose);
        long size = 0;
        while (true)
        {
            ReadResult read = await data.ReadAsync(cancellationToken).ConfigureAwait(false);
            foreach (ReadOnlyMemory<byte> piece in read.Buffer)
            {
                hash.Append(piece.Span);
            }

            size += read.Buffer.Length;
            data.AdvanceTo(read.Buffer.End);
            AttachmentCipher.RequireSize(AttachmentScheme.Stream, size);
            if (read.IsCompleted)
            {
                return Finish(hash, size);
            }
        }
    }

    /// <summary>As <see cref="DeriveAsync"/>, for a file in memory.</summary>
    /// <param name="sender">Whose file it is.</param>
    /// <param name="purpose">What the file is for.</param>
    /// <param name="data">The file, at most <see cref="AttachmentCipher.MaxSize"/> bytes.</param>
    /// <returns>The key; the caller disposes it.</returns>
    /// <exception cref="ArgumentException">The file is too large, or the purpose is none.</exception>
    /// <exception cref="ObjectDisposedException">The sender was disposed.</exception>
    public static AttachmentKey Derive(SessionIdentity sender, AttachmentPurpose purpose, ReadOnlySpan<byte> data)
    {
        ArgumentNullException.ThrowIfNull(sender);
        AttachmentCipher.RequireSize(AttachmentScheme.Stream, data.Length);
        using IncrementalBlake2b hash = StartDerivation(sender, purpose);
        hash.Append(data);
        return Finish(hash, data.Length);
    }

    /// <summary>Zeroes the key.</summary>
    public void Dispose() => _bytes.Dispose();

    /// <summary>The scheme only.</summary>
    /// <returns>A text without the key.</returns>
    public override string ToString() => $"{Scheme} key";

    private static IncrementalBlake2b StartDerivation(SessionIdentity sender, AttachmentPurpose purpose)
    {
        byte domain = (byte)Limits.RequireDefined(purpose, nameof(purpose));
        Span<byte> seed = stackalloc byte[SessionIdentity.SeedSize];
        try
        {
            sender.CopySeed(seed);
            var hash = new IncrementalBlake2b([domain], SecretStream.HeaderSize + SecretStream.KeySize);
            hash.Append(seed);
            return hash;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(seed);
        }
    }

    private static AttachmentKey Finish(IncrementalBlake2b hash, long size)
    {
        var key = new AttachmentKey(AttachmentScheme.Stream, size, SecretStream.HeaderSize, SecretStream.KeySize);
        hash.Finish(key._bytes.Span);
        return key;
    }
}
