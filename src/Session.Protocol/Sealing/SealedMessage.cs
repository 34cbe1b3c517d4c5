using System.Buffers;
using System.Security.Cryptography;
using Session.Protocol.Accounts;
using Session.Protocol.Cryptography;

namespace Session.Protocol.Sealing;

/// <summary>
/// One-to-one messages of protocol version 1, from Content bytes to the bytes that a swarm stores in namespace 0, and
/// back (protocol/12). Not forward secret: whoever has the recipient's phrase reads all of them. Stateless and safe for
/// concurrent use.
/// </summary>
public static class SealedMessage
{
    /// <summary>Most bytes that a service node stores: 102 400 characters of base64.</summary>
    public const int MaxStoredSize = 76_800;

    /// <summary>Most bytes of Content whose padded and wrapped form still fits <see cref="MaxStoredSize"/> (protocol/12 §11).</summary>
    public const int MaxContentSize = 76_478;

    // The ephemeral X25519 secret, then the two scalars of the decoy signature.
    private const int RandomSize = X25519.KeySize + DecoySignature.RandomSize;

    /// <summary>Seals a Content for one account, which may be the sender's own.</summary>
    /// <param name="content">The serialised Content, at most <see cref="MaxContentSize"/> bytes. Its field 15 <c>sigTimestamp</c> must be <paramref name="timestampMs"/>: recipients drop anything else.</param>
    /// <param name="sender">Signs the message.</param>
    /// <param name="recipient">An id with prefix <c>05</c>.</param>
    /// <param name="timestampMs">Network time when the message was made, in milliseconds since 1970. Never the same for two messages of one account.</param>
    /// <param name="random">The system's random numbers by default. One draw of 96 bytes: ephemeral secret, then r and s of the decoy signature, each 32 bytes.</param>
    /// <returns>The bytes to store; base64 of them goes into the store call.</returns>
    /// <exception cref="ArgumentException">One of the parameters is not as said above.</exception>
    /// <exception cref="ObjectDisposedException">The sender was disposed.</exception>
    public static byte[] Seal(ReadOnlySpan<byte> content, SessionIdentity sender, AccountId recipient, long timestampMs, IRandomSource? random = null)
    {
        RequireSealable(content, sender, recipient, timestampMs);
        byte[] stored = GC.AllocateUninitializedArray<byte>(StoredSize(content.Length, timestampMs));
        SealInto(stored, content, sender, recipient, timestampMs, random ?? RandomSource.System);
        return stored;
    }

    /// <summary>Seals a Content for one account without allocating; see <see cref="Seal"/> for the limits.</summary>
    /// <param name="content">The serialised Content.</param>
    /// <param name="sender">Signs the message.</param>
    /// <param name="recipient">An id with prefix <c>05</c>.</param>
    /// <param name="timestampMs">Network time when the message was made, in milliseconds since 1970.</param>
    /// <param name="output">Receives the bytes to store; not advanced when this method throws. Must not overlap the content.</param>
    /// <param name="random">As in <see cref="Seal"/>.</param>
    /// <exception cref="ArgumentException">One of the parameters is not as <see cref="Seal"/> says.</exception>
    /// <exception cref="ObjectDisposedException">The sender was disposed.</exception>
    public static void SealTo(
        ReadOnlySpan<byte> content, SessionIdentity sender, AccountId recipient, long timestampMs, IBufferWriter<byte> output, IRandomSource? random = null)
    {
        ArgumentNullException.ThrowIfNull(output);
        RequireSealable(content, sender, recipient, timestampMs);
        int size = StoredSize(content.Length, timestampMs);
        SealInto(output.GetSpan(size)[..size], content, sender, recipient, timestampMs, random ?? RandomSource.System);
        output.Advance(size);
    }

    /// <summary>Opens what was stored for an account. Never throws on the bytes, whatever they are.</summary>
    /// <param name="stored">The bytes from the swarm, base64 removed.</param>
    /// <param name="recipient">The account that they were stored for.</param>
    /// <param name="options">What to accept; strict by default.</param>
    /// <returns>The Content with sender and time, or the reason why there is none.</returns>
    /// <exception cref="ObjectDisposedException">The recipient was disposed.</exception>
    public static OpenedMessage Open(ReadOnlySpan<byte> stored, SessionIdentity recipient, OpenOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(recipient);
        OpenStatus status = StoredEnvelope.Read(stored, out StoredEnvelope envelope);
        if (status != OpenStatus.Opened)
        {
            return new OpenedMessage(status, default, default);
        }

        int size = PlainSize(envelope);
        byte[] rented = ArrayPool<byte>.Shared.Rent(size);
        Span<byte> plain = rented.AsSpan(0, size);
        try
        {
            status = OpenInto(plain, envelope, recipient, options ?? OpenOptions.Default, out MessageOrigin origin, out int contentSize);
            return status == OpenStatus.Opened
                ? new OpenedMessage(status, origin, plain[..contentSize].ToArray())
                : new OpenedMessage(status, default, default);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plain);
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    /// <summary>Opens what was stored for an account without allocating. Never throws on the bytes, whatever they are.</summary>
    /// <param name="stored">The bytes from the swarm, base64 removed.</param>
    /// <param name="recipient">The account that they were stored for.</param>
    /// <param name="content">Receives the Content; not advanced unless the message was opened. Must not overlap the stored bytes.</param>
    /// <param name="origin">Sender and time, or the default value.</param>
    /// <param name="options">What to accept; strict by default.</param>
    /// <returns><see cref="OpenStatus.Opened"/>, or the reason why there is nothing.</returns>
    /// <exception cref="ObjectDisposedException">The recipient was disposed.</exception>
    public static OpenStatus OpenTo(
        ReadOnlySpan<byte> stored, SessionIdentity recipient, IBufferWriter<byte> content, out MessageOrigin origin, OpenOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(recipient);
        ArgumentNullException.ThrowIfNull(content);
        origin = default;
        OpenStatus status = StoredEnvelope.Read(stored, out StoredEnvelope envelope);
        if (status != OpenStatus.Opened)
        {
            return status;
        }

        int size = PlainSize(envelope);
        Span<byte> plain = size == 0 ? default : content.GetSpan(size)[..size];
        status = OpenInto(plain, envelope, recipient, options ?? OpenOptions.Default, out origin, out int contentSize);
        plain[contentSize..].Clear();
        content.Advance(contentSize);
        return status;
    }

    private static int StoredSize(int contentSize, long timestampMs) =>
        StoredEnvelope.Size(timestampMs, MessagePadding.PaddedSize(contentSize) + SignedBox.Overhead);

    private static int PlainSize(StoredEnvelope envelope) => Math.Max(0, envelope.Content.Length - SignedBox.MessageOffset);

    private static void RequireSealable(ReadOnlySpan<byte> content, SessionIdentity sender, AccountId recipient, long timestampMs)
    {
        ArgumentNullException.ThrowIfNull(sender);
        if (content.IsEmpty || content.Length > MaxContentSize)
        {
            throw new ArgumentException($"Expected 1 to {MaxContentSize} bytes, got {content.Length}.", nameof(content));
        }

        if (recipient.Prefix != AccountIdPrefix.Standard)
        {
            throw new ArgumentException("Expected an account id with prefix 05.", nameof(recipient));
        }

        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(timestampMs);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(timestampMs, StoredEnvelope.MaxTimestampMs);
        if (!SignedTimestamp.TryRead(content, out ulong signed) || signed != (ulong)timestampMs)
        {
            throw new ArgumentException("Expected a serialised Content whose sigTimestamp is the message's timestamp: recipients drop any other.", nameof(content));
        }
    }

    private static void SealInto(
        Span<byte> stored, ReadOnlySpan<byte> content, SessionIdentity sender, AccountId recipient, long timestampMs, IRandomSource random)
    {
        int padded = MessagePadding.PaddedSize(content.Length);
        Span<byte> draw = stackalloc byte[RandomSize];
        try
        {
            random.Fill(draw);
            StoredEnvelope.Write(stored, timestampMs, padded + SignedBox.Overhead, out Span<byte> box, out Span<byte> proSignature);
            MessagePadding.Pad(content, box.Slice(SignedBox.MessageOffset, padded));
            SignedBox.Seal(sender, new X25519PublicKey(recipient.KeySpan()), draw[..X25519.KeySize], box);
            DecoySignature.Write(draw[X25519.KeySize..], proSignature);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(draw);
        }
    }

    private static OpenStatus OpenInto(
        Span<byte> plain, StoredEnvelope envelope, SessionIdentity recipient, OpenOptions options, out MessageOrigin origin, out int contentSize)
    {
        origin = default;
        contentSize = 0;
        Span<byte> secret = stackalloc byte[X25519.KeySize];
        OpenStatus status;
        Ed25519PublicKey senderKey;
        AccountId sender;
        try
        {
            recipient.CopyEncryptionSecret(secret);
            status = SignedBox.Open(secret, recipient.EncryptionKey, envelope.Content, plain, out senderKey, out sender);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }

        if (status != OpenStatus.Opened)
        {
            return status;
        }

        if (!MessagePadding.TryUnpad(plain[..(envelope.Content.Length - SignedBox.Overhead)], out int size))
        {
            return OpenStatus.BadPadding;
        }

        status = CheckContent(plain[..size], envelope.TimestampMs, options, out bool isSigned);
        if (status == OpenStatus.Opened)
        {
            contentSize = size;
            origin = new MessageOrigin { Sender = sender, SenderKey = senderKey, TimestampMs = envelope.TimestampMs, IsTimestampSigned = isSigned };
        }

        return status;
    }

    private static OpenStatus CheckContent(ReadOnlySpan<byte> content, long timestampMs, OpenOptions options, out bool isSigned)
    {
        isSigned = false;
        if (content.IsEmpty)
        {
            return OpenStatus.Empty;
        }

        if (!SignedTimestamp.TryRead(content, out ulong signed))
        {
            return OpenStatus.NotContent;
        }

        if (signed == 0)
        {
            return options.AllowUnsignedTimestamp ? OpenStatus.Opened : OpenStatus.UnsignedTimestamp;
        }

        isSigned = signed == (ulong)timestampMs;
        return isSigned ? OpenStatus.Opened : OpenStatus.TimestampMismatch;
    }
}
