using Session.Protocol.Accounts;
using Session.Protocol.Onion.Requests;

namespace Session.Protocol.Onion.Files;

/// <summary>
/// One file server, through three hops: it sees neither the address nor the account of who asks (protocol/23). It takes any bytes,
/// so encrypt them first. Implementations are safe for concurrent use.
/// </summary>
/// <remarks>
/// All calls throw <see cref="OnionException"/>: <see cref="OnionFault.TooLarge"/> for 413, <see cref="OnionFault.NotFound"/> for a
/// file that is unknown or has expired, <see cref="OnionFault.ClockOutOfSync"/> for 425 after one more try with a corrected clock.
/// What takes or gives memory holds request and answer in memory as a whole; what takes or gives a stream holds neither, if the onion
/// client can do that (<see cref="IOnionClient.SendStreamedToServerAsync"/>).
/// </remarks>
public interface IFileServer
{
    /// <summary>The server.</summary>
    FileServerAddress Server { get; }

    /// <summary>Stores bytes. Uploading the same bytes again gives the same id on newer servers, and a new time to live.</summary>
    /// <param name="content">1 to <see cref="FileServerOptions.MaxUploadSize"/> bytes.</param>
    /// <param name="timeToLive">How long to keep them, in whole seconds; null for <see cref="FileServerOptions.TimeToLive"/>.</param>
    /// <param name="cancellationToken">Ends the wait; the server may have stored the bytes all the same.</param>
    /// <returns>Its id, and what else the server says.</returns>
    /// <exception cref="OnionException">See the remarks of <see cref="IFileServer"/>.</exception>
    ValueTask<StoredFile> UploadAsync(ReadOnlyMemory<byte> content, TimeSpan? timeToLive = null, CancellationToken cancellationToken = default);

    /// <summary>Stores bytes that are too many for memory.</summary>
    /// <param name="content">1 to <see cref="FileServerOptions.MaxUploadSize"/> bytes.</param>
    /// <param name="timeToLive">How long to keep them, in whole seconds; null for <see cref="FileServerOptions.TimeToLive"/>.</param>
    /// <param name="cancellationToken">Ends the wait; the server may have stored the bytes all the same.</param>
    /// <returns>Its id, and what else the server says.</returns>
    /// <exception cref="ArgumentException">There are none, or other than <see cref="StreamedBody.Length"/> says.</exception>
    /// <exception cref="OnionException">See the remarks of <see cref="IFileServer"/>.</exception>
    /// <exception cref="IOException">The bytes could not be read.</exception>
    ValueTask<StoredFile> UploadStreamAsync(StreamedBody content, TimeSpan? timeToLive = null, CancellationToken cancellationToken = default);

    /// <summary>Fetches a file.</summary>
    /// <param name="fileId">The server's name for it.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Its bytes, unverified.</returns>
    /// <exception cref="ArgumentException">This cannot be a file's id.</exception>
    /// <exception cref="OnionException">See the remarks of <see cref="IFileServer"/>.</exception>
    ValueTask<ReadOnlyMemory<byte>> DownloadAsync(string fileId, CancellationToken cancellationToken = default);

    /// <summary>Fetches a file that is too large for memory: it goes into a stream of the caller, encrypted for this request.</summary>
    /// <param name="fileId">The server's name for it.</param>
    /// <param name="workspace">
    /// Where the encrypted answer may lie: can read, write and seek, for example a temporary file. Emptied first. The result reads from it, so it must
    /// live as long and be used by nobody else. Not disposed.
    /// </param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Its bytes as the server has them, unverified; can seek. The caller disposes it.</returns>
    /// <exception cref="ArgumentException">This cannot be a file's id, or the workspace cannot do all three.</exception>
    /// <exception cref="OnionException">See the remarks of <see cref="IFileServer"/>.</exception>
    /// <exception cref="IOException">The workspace could not be written.</exception>
    ValueTask<Stream> DownloadStreamAsync(string fileId, Stream workspace, CancellationToken cancellationToken = default);

    /// <summary>Asks for size and expiry of a file.</summary>
    /// <param name="fileId">The server's name for it.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>What the server says.</returns>
    /// <exception cref="ArgumentException">This cannot be a file's id.</exception>
    /// <exception cref="OnionException">See the remarks of <see cref="IFileServer"/>.</exception>
    ValueTask<StoredFile> GetInfoAsync(string fileId, CancellationToken cancellationToken = default);

    /// <summary>Starts the time to live of a file anew; nobody is asked who owns it.</summary>
    /// <param name="fileId">An id of 44 characters; files with old numbers cannot be renewed.</param>
    /// <param name="timeToLive">How long to keep it from now on, in whole seconds; null for <see cref="FileServerOptions.TimeToLive"/>.</param>
    /// <param name="cancellationToken">Ends the wait; the server may have acted all the same.</param>
    /// <returns>The new expiry.</returns>
    /// <exception cref="ArgumentException">Not an id of 44 characters.</exception>
    /// <exception cref="OnionException">See the remarks of <see cref="IFileServer"/>.</exception>
    ValueTask<StoredFile> ExtendAsync(string fileId, TimeSpan? timeToLive = null, CancellationToken cancellationToken = default);

    /// <summary>Asks which version of an official client is the newest.</summary>
    /// <param name="platform">The client.</param>
    /// <param name="identity">
    /// Signs the question with a key that is derived from the account but not linkable to it, as official clients do; null to ask
    /// without.
    /// </param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The newest release.</returns>
    /// <exception cref="OnionException">See the remarks of <see cref="IFileServer"/>.</exception>
    ValueTask<ClientRelease> GetClientReleaseAsync(ClientPlatform platform, SessionIdentity? identity = null, CancellationToken cancellationToken = default);
}
