using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.IO.Pipelines;
using System.Security.Cryptography;
using Session.Protocol.Accounts;
using Session.Protocol.Attachments;
using Session.Protocol.Cryptography;
using Session.Protocol.Messages;
using Session.Protocol.Onion;
using Session.Protocol.Onion.Files;

namespace Session.Protocol.Client.Attachments;

/// <summary>The files of one account. Made by <see cref="SessionClient"/>; the identity and the onion client stay their owner's.</summary>
internal sealed class AttachmentClient : IAttachmentClient
{
    // As much as is encrypted in one go, so that progress moves with the work.
    private const int PieceSize = 64 * 1024;

    private static readonly StreamPipeReaderOptions ReaderOptions = new(bufferSize: PieceSize, leaveOpen: true);
    private static readonly StreamPipeWriterOptions WriterOptions = new(minimumBufferSize: PieceSize, leaveOpen: true);

    private readonly SessionIdentity _identity;
    private readonly IOnionClient _onion;
    private readonly AttachmentOptions _options;
    private readonly FileServer _ownServer;
    private readonly RetriedTransfer _transfers;

    public AttachmentClient(SessionIdentity identity, IOnionClient onion, AttachmentOptions options, TimeProvider time)
    {
        _identity = identity;
        _onion = onion;
        _options = options;
        _ownServer = new FileServer(onion, options.FileServer);
        _transfers = new RetriedTransfer(options, time);
    }

    public async ValueTask<AttachmentPointer> UploadAsync(
        Stream file, AttachmentDescription? description = null, IProgress<AttachmentProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        using AttachmentUpload upload = await PrepareAsync(file, description, progress, cancellationToken).ConfigureAwait(false);
        return await upload.SendAsync(progress, cancellationToken).ConfigureAwait(false);
    }

    [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "The spool goes over to the upload; without one it is disposed.")]
    public async ValueTask<AttachmentUpload> PrepareAsync(
        Stream file, AttachmentDescription? description = null, IProgress<AttachmentProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        long size = RequireFile(file);
        long start = file.Position;
        using AttachmentKey key = await MakeKeyAsync(file, size, cancellationToken).ConfigureAwait(false);
        var blob = new Spool();
        AttachmentUpload? upload = null;
        try
        {
            PipeReader reader = PipeReader.Create(new ProgressStream(file, AttachmentStage.Encrypting, size, progress), ReaderOptions);
            PipeWriter writer = PipeWriter.Create(blob, WriterOptions);
            ReadOnlyMemory<byte> digest = await AttachmentCipher.EncryptAsync(key, reader, writer, cancellationToken).ConfigureAwait(false);
            await writer.CompleteAsync().ConfigureAwait(false);
            await reader.CompleteAsync().ConfigureAwait(false);
            await RequireUnchangedAsync(file, start, key, cancellationToken).ConfigureAwait(false);

            AttachmentPointer template = Describe(description ?? AttachmentDescription.None) with { Size = size, Digest = digest };
            upload = new AttachmentUpload(_transfers, _ownServer, key.Scheme, template, blob, key.Key.ToArray());
            return upload;
        }
        finally
        {
            if (upload is null)
            {
                await blob.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    public async ValueTask<AttachmentStatus> DownloadAsync(
        AttachmentPointer attachment, Stream destination, IProgress<AttachmentProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(attachment);
        ArgumentNullException.ThrowIfNull(destination);
        if (Find(attachment.Url) is not var (server, fileId))
        {
            return AttachmentStatus.BadUrl;
        }

        progress?.Report(new AttachmentProgress(AttachmentStage.Downloading, 0, 0));
        using var spool = new Spool();
        using Stream blob = await _transfers.RunAsync(token => server.DownloadStreamAsync(fileId, spool, token), cancellationToken).ConfigureAwait(false);
        progress?.Report(new AttachmentProgress(AttachmentStage.Downloading, blob.Length, blob.Length));

        // Once for the proof and once for the bytes: the decryption costs little beside the three hops.
        AttachmentResult proof = await DecryptAsync(attachment, blob, Stream.Null, cancellationToken).ConfigureAwait(false);
        if (proof.IsComplete)
        {
            var output = new ProgressStream(destination, AttachmentStage.Writing, proof.Size, progress);
            await DecryptAsync(attachment, blob, output, cancellationToken).ConfigureAwait(false);
            await destination.FlushAsync(cancellationToken).ConfigureAwait(false);
        }

        return proof.Status;
    }

    public async ValueTask<StoredFile?> ExtendAsync(AttachmentPointer attachment, TimeSpan? timeToLive = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(attachment);
        if (Find(attachment.Url) is not var (server, fileId) || !FileServer.CanExtend(fileId))
        {
            return null;
        }

        return await _transfers.RunAsync(token => server.ExtendAsync(fileId, timeToLive, token), cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<ProfilePicture> UploadPictureAsync(ReadOnlyMemory<byte> picture, CancellationToken cancellationToken = default)
    {
        byte[] key = new byte[ProfilePictureCipher.KeySize];
        byte[] blob;
        if (_options.Scheme == AttachmentScheme.Stream)
        {
            blob = ProfilePictureCipher.EncryptStream(picture.Span, _identity, key);
        }
        else
        {
            RandomSource.System.Fill(key);
            blob = ProfilePictureCipher.EncryptLegacy(picture.Span, key);
        }

        StoredFile stored = await _transfers.RunAsync(token => _ownServer.UploadAsync(blob, cancellationToken: token), cancellationToken).ConfigureAwait(false);
        return new ProfilePicture(_ownServer.Server.UrlOf(stored.Id, _options.Scheme).Format(), key);
    }

    public async ValueTask<AttachmentStatus> DownloadPictureAsync(UserProfile profile, Stream destination, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(profile);
        ArgumentNullException.ThrowIfNull(destination);
        if (!profile.HasPicture)
        {
            throw new ArgumentException("The profile has no picture.", nameof(profile));
        }

        if (Find(profile.PictureUrl!) is not var (server, fileId))
        {
            return AttachmentStatus.BadUrl;
        }

        ReadOnlyMemory<byte> blob = await _transfers.RunAsync(token => server.DownloadAsync(fileId, token), cancellationToken).ConfigureAwait(false);
        var picture = new ArrayBufferWriter<byte>();
        AttachmentResult result = ProfilePictureCipher.Decrypt(profile, blob.Span, picture);
        if (result.IsComplete)
        {
            await destination.WriteAsync(picture.WrittenMemory, cancellationToken).ConfigureAwait(false);
            await destination.FlushAsync(cancellationToken).ConfigureAwait(false);
        }

        return result.Status;
    }

    private static AttachmentPointer Describe(AttachmentDescription description) => new()
    {
        Url = string.Empty,
        ContentType = description.ContentType,
        FileName = description.FileName,
        Caption = description.Caption,
        Width = description.Width,
        Height = description.Height,
        IsVoiceMessage = description.IsVoiceMessage,
    };

    private static async ValueTask<AttachmentResult> DecryptAsync(
        AttachmentPointer attachment, Stream blob, Stream destination, CancellationToken cancellationToken)
    {
        blob.Position = 0;
        PipeWriter writer = PipeWriter.Create(destination, WriterOptions);
        AttachmentResult result = await AttachmentCipher.DecryptAsync(attachment, blob, writer, cancellationToken).ConfigureAwait(false);
        await writer.CompleteAsync().ConfigureAwait(false);
        return result;
    }

    private long RequireFile(Stream file)
    {
        ArgumentNullException.ThrowIfNull(file);
        if (!file.CanRead || !file.CanSeek)
        {
            throw new ArgumentException("The file must be readable and able to seek: its size is checked before it is read.", nameof(file));
        }

        long size = file.Length - file.Position;
        if (size <= 0)
        {
            throw new ArgumentException("There is nothing in the file; recipients refuse an empty one.", nameof(file));
        }

        long limit = AttachmentCipher.MaxSize(_options.Scheme);
        return size <= limit && AttachmentCipher.EncryptedSize(_options.Scheme, size) <= _options.FileServer.MaxUploadSize
            ? size
            : throw new OnionException(OnionFault.TooLarge, $"The file has {size} bytes, which is more than a server takes.");
    }

    private async ValueTask<AttachmentKey> MakeKeyAsync(Stream file, long size, CancellationToken cancellationToken)
    {
        if (_options.Scheme == AttachmentScheme.Legacy)
        {
            return AttachmentKey.CreateLegacy(size);
        }

        long start = file.Position;
        AttachmentKey key = await DeriveKeyAsync(file, cancellationToken).ConfigureAwait(false);
        file.Position = start;
        return key;
    }

    // A key that follows from the file must not encrypt another one: that is the same key stream for two texts. So a file that somebody
    // wrote to meanwhile is refused. The random key of the older encryption is used once in any case.
    private async ValueTask RequireUnchangedAsync(Stream file, long start, AttachmentKey key, CancellationToken cancellationToken)
    {
        if (key.Scheme == AttachmentScheme.Legacy)
        {
            return;
        }

        file.Position = start;
        using AttachmentKey again = await DeriveKeyAsync(file, cancellationToken).ConfigureAwait(false);
        if (!CryptographicOperations.FixedTimeEquals(key.Key, again.Key))
        {
            throw new ArgumentException("The file changed while it was read.", nameof(file));
        }
    }

    private async ValueTask<AttachmentKey> DeriveKeyAsync(Stream file, CancellationToken cancellationToken)
    {
        PipeReader reader = PipeReader.Create(file, ReaderOptions);
        AttachmentKey key = await AttachmentKey.DeriveAsync(_identity, AttachmentPurpose.Attachment, reader, cancellationToken).ConfigureAwait(false);
        await reader.CompleteAsync().ConfigureAwait(false);
        return key;
    }

    // Where the sender says that the file lies; null for no URL, no known key, or a server that is not allowed.
    private (IFileServer Server, string FileId)? Find(string text)
    {
        if (!AttachmentUrl.TryParse(text, out AttachmentUrl? url) || FileServerAddress.Find(url, _ownServer.Server) is not { } address)
        {
            return null;
        }

        if (address == _ownServer.Server)
        {
            return (_ownServer, url.FileId);
        }

        return _options.AllowOtherServers ? (new FileServer(_onion, _options.FileServer with { Server = address }), url.FileId) : null;
    }
}
