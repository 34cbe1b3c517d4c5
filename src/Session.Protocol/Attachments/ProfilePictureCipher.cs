using System.Buffers;
using System.Security.Cryptography;
using Session.Protocol.Accounts;
using Session.Protocol.Cryptography;
using Session.Protocol.Messages;

namespace Session.Protocol.Attachments;

/// <summary>
/// Encrypts pictures of profiles and decrypts them (protocol/13 §12, protocol/18 §9). The older encryption is one piece of
/// AES-256-GCM, so pictures are handled in memory; official clients keep them below 600×600 pixels. Stateless and safe for
/// concurrent use.
/// </summary>
public static class ProfilePictureCipher
{
    /// <summary>Size in bytes of the key, in both encryptions.</summary>
    public const int KeySize = UserProfile.PictureKeySize;

    /// <summary>Largest picture that can be encrypted, in bytes.</summary>
    public const int MaxSize = LegacyLayout.MaxSize;

    private const int LegacyOverhead = Aes256Gcm.NonceSize + Aes256Gcm.TagSize;

    /// <summary>Encrypts a picture in the older encryption, which every client reads.</summary>
    /// <param name="picture">The picture, 1 to <see cref="MaxSize"/> bytes.</param>
    /// <param name="key">32 random bytes, new for each picture.</param>
    /// <param name="random">The system's random numbers by default. One draw of 12 bytes.</param>
    /// <returns>What goes to the server: 28 bytes more than the picture.</returns>
    /// <exception cref="ArgumentException">A length is wrong.</exception>
    public static byte[] EncryptLegacy(ReadOnlySpan<byte> picture, ReadOnlySpan<byte> key, IRandomSource? random = null)
    {
        RequirePicture(picture);
        Error.RequireLength(key.Length, KeySize, nameof(key));
        byte[] blob = GC.AllocateUninitializedArray<byte>(picture.Length + LegacyOverhead);
        (random ?? RandomSource.System).Fill(blob.AsSpan(0, Aes256Gcm.NonceSize));
        Aes256Gcm.Encrypt(key, blob.AsSpan(0, Aes256Gcm.NonceSize), picture, blob.AsSpan(Aes256Gcm.NonceSize));
        return blob;
    }

    /// <summary>Encrypts a picture in the stream encryption; the key follows from sender and picture.</summary>
    /// <param name="picture">The picture, 1 to <see cref="MaxSize"/> bytes.</param>
    /// <param name="sender">Whose picture it is.</param>
    /// <param name="key">Receives the 32 bytes for <see cref="UserProfile.PictureKey"/>.</param>
    /// <returns>What goes to the server.</returns>
    /// <exception cref="ArgumentException">A length is wrong.</exception>
    /// <exception cref="ObjectDisposedException">The sender was disposed.</exception>
    public static byte[] EncryptStream(ReadOnlySpan<byte> picture, SessionIdentity sender, Span<byte> key)
    {
        RequirePicture(picture);
        Error.RequireLength(key.Length, KeySize, nameof(key));
        using AttachmentKey derived = AttachmentKey.Derive(sender, AttachmentPurpose.ProfilePicture, picture);
        derived.Key.CopyTo(key);
        var blob = new ArrayBufferWriter<byte>((int)derived.EncryptedSize);
        using var encryptor = new StreamEncryptor(derived.Key, derived.Start, picture.Length, blob);
        for (int position = 0; !encryptor.IsDone;)
        {
            int size = encryptor.NextDataSize;
            encryptor.WriteChunk(picture.Slice(position, size), blob);
            position += size;
        }

        return blob.WrittenSpan.ToArray();
    }

    /// <summary>Decrypts the picture of a profile; its URL tells the encryption.</summary>
    /// <param name="profile">The profile that names the picture.</param>
    /// <param name="blob">What the server gave.</param>
    /// <param name="picture">Receives the picture; not advanced unless it is genuine.</param>
    /// <returns>Whether the picture is genuine and complete. Never an exception for the bytes of others.</returns>
    /// <exception cref="ArgumentException">The profile has no picture.</exception>
    public static AttachmentResult Decrypt(UserProfile profile, ReadOnlySpan<byte> blob, IBufferWriter<byte> picture)
    {
        ArgumentNullException.ThrowIfNull(profile);
        ArgumentNullException.ThrowIfNull(picture);
        if (!profile.HasPicture)
        {
            throw new ArgumentException("The profile has no picture.", nameof(profile));
        }

        return AttachmentCipher.SchemeOf(profile.PictureUrl!) == AttachmentScheme.Stream
            ? DecryptStream(profile.PictureKey.Span, blob, picture)
            : DecryptLegacy(profile.PictureKey.Span, blob, picture);
    }

    private static AttachmentResult DecryptLegacy(ReadOnlySpan<byte> key, ReadOnlySpan<byte> blob, IBufferWriter<byte> picture)
    {
        int size = blob.Length - LegacyOverhead;
        if (size < 1)
        {
            return new AttachmentResult(AttachmentStatus.TooShort, 0);
        }

        if (!Aes256Gcm.TryDecrypt(key, blob[..Aes256Gcm.NonceSize], blob[Aes256Gcm.NonceSize..], picture.GetSpan(size)[..size]))
        {
            return new AttachmentResult(AttachmentStatus.NotAuthentic, 0);
        }

        picture.Advance(size);
        return new AttachmentResult(AttachmentStatus.Complete, size);
    }

    private static AttachmentResult DecryptStream(ReadOnlySpan<byte> key, ReadOnlySpan<byte> blob, IBufferWriter<byte> picture)
    {
        if (blob.Length < StreamLayout.PrefixSize + SecretStream.Overhead)
        {
            return new AttachmentResult(AttachmentStatus.TooShort, 0);
        }

        if (blob[0] != StreamLayout.TypeByte)
        {
            return new AttachmentResult(AttachmentStatus.UnknownFormat, 0);
        }

        using var decryptor = new StreamDecryptor(key, blob[..StreamLayout.PrefixSize], expectedSize: 0);
        var parts = new ArrayBufferWriter<byte>(blob.Length);
        for (ReadOnlySpan<byte> left = blob[StreamLayout.PrefixSize..]; ;)
        {
            int size = Math.Min(left.Length, StreamLayout.EncryptedChunkSize);
            AttachmentStatus status = decryptor.Read(left[..size], isLast: size == left.Length, parts);
            left = left[size..];
            if (status == AttachmentStatus.Complete)
            {
                picture.Write(parts.WrittenSpan);
            }

            if (status != AttachmentStatus.None)
            {
                parts.Clear();
                return new AttachmentResult(status, status == AttachmentStatus.Complete ? decryptor.Size : 0);
            }
        }
    }

    private static void RequirePicture(ReadOnlySpan<byte> picture)
    {
        if (picture.IsEmpty || picture.Length > MaxSize)
        {
            throw new ArgumentException($"Expected 1 to {MaxSize} bytes, got {picture.Length}.", nameof(picture));
        }
    }
}
