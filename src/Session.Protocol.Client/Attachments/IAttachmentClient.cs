using Session.Protocol.Attachments;
using Session.Protocol.Messages;
using Session.Protocol.Onion;
using Session.Protocol.Onion.Files;

namespace Session.Protocol.Client.Attachments;

/// <summary>
/// Sends and fetches files: encrypts, uploads, downloads, verifies. Transient trouble on the network is tried again with the same
/// bytes. Safe for concurrent use. A transfer works in constant memory: files above 256 KiB wait in a temporary file, always encrypted, that
/// goes when the transfer ends (<see cref="Path.GetTempPath"/>). Pictures of profiles are small and stay in memory.
/// </summary>
public interface IAttachmentClient
{
    /// <summary>Encrypts a file and uploads it.</summary>
    /// <param name="file">The file, from the current position to the end; it must be able to seek. Not disposed.</param>
    /// <param name="description">What the message says about it; null for nothing.</param>
    /// <param name="progress">Told how far it is; called from any thread.</param>
    /// <param name="cancellationToken">Ends the work; the server may have stored the file all the same.</param>
    /// <returns>What to put into <see cref="TextMessage.Attachments"/>.</returns>
    /// <exception cref="ArgumentException">The stream cannot seek, is empty or changes while it is read.</exception>
    /// <exception cref="OnionException"><see cref="OnionFault.TooLarge"/>: known before anything is read, or said by the server. Otherwise the network did not take it.</exception>
    /// <exception cref="IOException">The file could not be read, or the temporary file not be written.</exception>
    ValueTask<AttachmentPointer> UploadAsync(
        Stream file, AttachmentDescription? description = null, IProgress<AttachmentProgress>? progress = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Only encrypts a file. What comes back can be sent as often as it takes, always as the same bytes, and does not need the stream
    /// any more.
    /// </summary>
    /// <param name="file">As in <see cref="UploadAsync"/>.</param>
    /// <param name="description">What the message says about it; null for nothing.</param>
    /// <param name="progress">Told how far it is; called from any thread.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>The file on its way; the caller disposes it.</returns>
    /// <exception cref="ArgumentException">As in <see cref="UploadAsync"/>.</exception>
    /// <exception cref="OnionException"><see cref="OnionFault.TooLarge"/>: nothing was read.</exception>
    /// <exception cref="IOException">As in <see cref="UploadAsync"/>.</exception>
    ValueTask<AttachmentUpload> PrepareAsync(
        Stream file, AttachmentDescription? description = null, IProgress<AttachmentProgress>? progress = null, CancellationToken cancellationToken = default);

    /// <summary>Fetches a file. Nothing is written before the whole of it was verified.</summary>
    /// <param name="attachment">From a received message.</param>
    /// <param name="destination">Receives the file. Flushed, not disposed.</param>
    /// <param name="progress">Told how far it is; called from any thread.</param>
    /// <param name="cancellationToken">Ends the work; part of a verified file may be written.</param>
    /// <returns><see cref="AttachmentStatus.Complete"/>; with anything else nothing was written, and trying again is of no use.</returns>
    /// <exception cref="OnionException"><see cref="OnionFault.NotFound"/>: the server has it no longer. Otherwise the network did not give it.</exception>
    /// <exception cref="IOException">The temporary file or the destination could not be written.</exception>
    ValueTask<AttachmentStatus> DownloadAsync(
        AttachmentPointer attachment, Stream destination, IProgress<AttachmentProgress>? progress = null, CancellationToken cancellationToken = default);

    /// <summary>Lets the server keep a file longer; anyone who knows the file may ask.</summary>
    /// <param name="attachment">A file that was sent or received.</param>
    /// <param name="timeToLive">From now on, in whole seconds; null for the option's.</param>
    /// <param name="cancellationToken">Ends the wait; the server may have acted all the same.</param>
    /// <returns>The new expiry, or null when the file is of a kind that cannot be renewed: upload it again.</returns>
    /// <exception cref="OnionException">As in <see cref="DownloadAsync"/>.</exception>
    ValueTask<StoredFile?> ExtendAsync(AttachmentPointer attachment, TimeSpan? timeToLive = null, CancellationToken cancellationToken = default);

    /// <summary>Encrypts a picture for the profile and uploads it.</summary>
    /// <param name="picture">The picture, at most <see cref="ProfilePictureCipher.MaxSize"/> bytes; official clients send at most 600×600 pixels.</param>
    /// <param name="cancellationToken">Ends the work; the server may have stored it all the same.</param>
    /// <returns>What to put into the profile.</returns>
    /// <exception cref="ArgumentException">It is empty or too large.</exception>
    /// <exception cref="OnionException">As in <see cref="UploadAsync"/>.</exception>
    ValueTask<ProfilePicture> UploadPictureAsync(ReadOnlyMemory<byte> picture, CancellationToken cancellationToken = default);

    /// <summary>Fetches the picture of a profile. Nothing is written before the whole of it was verified.</summary>
    /// <param name="profile">A profile with a picture.</param>
    /// <param name="destination">Receives the picture. Flushed, not disposed.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>As in <see cref="DownloadAsync"/>.</returns>
    /// <exception cref="ArgumentException">The profile has no picture.</exception>
    /// <exception cref="OnionException">As in <see cref="DownloadAsync"/>.</exception>
    ValueTask<AttachmentStatus> DownloadPictureAsync(UserProfile profile, Stream destination, CancellationToken cancellationToken = default);
}
