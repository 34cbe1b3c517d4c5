using System.Security.Cryptography;
using Session.Protocol.Attachments;
using Session.Protocol.Messages;
using Session.Protocol.Onion;
using Session.Protocol.Onion.Files;
using Session.Protocol.Onion.Requests;

namespace Session.Protocol.Client.Attachments;

/// <summary>
/// A file that is encrypted and on its way. <see cref="SendAsync"/> may be called again after it failed: it sends the same bytes, so a
/// server that had stored them after all stores nothing new. One call at a time.
/// </summary>
public sealed class AttachmentUpload : IDisposable
{
    private readonly RetriedTransfer _transfers;
    private readonly IFileServer _server;
    private readonly AttachmentScheme _scheme;
    private readonly AttachmentPointer _template;
    private readonly Spool _blob;
    private readonly byte[] _key;
    private bool _disposed;

    internal AttachmentUpload(RetriedTransfer transfers, IFileServer server, AttachmentScheme scheme, AttachmentPointer template, Spool blob, byte[] key)
    {
        _transfers = transfers;
        _server = server;
        _scheme = scheme;
        _template = template;
        _blob = blob;
        _key = key;
    }

    /// <summary>Size of the encrypted file in bytes: what goes to the server.</summary>
    public long EncryptedSize => _blob.Length;

    /// <summary>Uploads the file; transient trouble is tried again as the options say.</summary>
    /// <param name="progress">Told how much has gone out; begins again with each attempt. Called from any thread.</param>
    /// <param name="cancellationToken">Ends the wait; the server may have stored the file all the same.</param>
    /// <returns>What to put into <see cref="TextMessage.Attachments"/>.</returns>
    /// <exception cref="ObjectDisposedException">After <see cref="Dispose"/>.</exception>
    /// <exception cref="OnionException">The network or the server did not take it.</exception>
    /// <exception cref="IOException">The temporary file that holds the encrypted file could not be read.</exception>
    public async ValueTask<AttachmentPointer> SendAsync(IProgress<AttachmentProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        progress?.Report(new AttachmentProgress(AttachmentStage.Uploading, 0, EncryptedSize));
        var content = new StreamedBody(EncryptedSize, () => new ProgressStream(_blob.OpenRead(), AttachmentStage.Uploading, EncryptedSize, progress));
        StoredFile stored = await _transfers.RunAsync(token => _server.UploadStreamAsync(content, cancellationToken: token), cancellationToken).ConfigureAwait(false);
        return _template with { Url = _server.Server.UrlOf(stored.Id, _scheme).Format(), Key = _key };
    }

    /// <summary>Zeroes the key and deletes the encrypted file; pointers that were returned keep their key.</summary>
    public void Dispose()
    {
        _disposed = true;
        CryptographicOperations.ZeroMemory(_key);
        _blob.Dispose();
    }
}
