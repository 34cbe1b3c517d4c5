using System.Buffers;
using System.Security.Cryptography;
using Session.Protocol.Accounts;
using Session.Protocol.Cryptography;

namespace Session.Protocol.Sealing;

/// <summary>
/// The encryption of one-to-one messages: a sealed box of message ‖ A ‖ signature, where A is the sender's Ed25519 key
/// and the signature runs over message ‖ A ‖ Y, Y the recipient's X25519 key (protocol/12 §2 steps 3 to 5). Everything
/// happens in place: the message stands at <see cref="MessageOffset"/> of the box before and is ciphertext after.
/// </summary>
internal static class SignedBox
{
    /// <summary>Where the message stands in the box: behind the ephemeral key and the tag.</summary>
    public const int MessageOffset = X25519.KeySize + CryptoBox.TagSize;

    /// <summary>How much longer the box is than the message.</summary>
    public const int Overhead = MessageOffset + Trailer;

    // The sender's key and the signature.
    private const int Trailer = Ed25519.PublicKeySize + Ed25519.SignatureSize;

    private static ReadOnlySpan<byte> DeterministicKey => "SessionBoxEphemeralHashKey"u8;

    /// <summary>Seals with a given ephemeral secret of 32 random bytes, used once.</summary>
    /// <exception cref="ArgumentException">The recipient's key is of small order: nobody holds its secret.</exception>
    public static void Seal(SessionIdentity sender, X25519PublicKey recipient, ReadOnlySpan<byte> ephemeralSecret, Span<byte> box)
    {
        Span<byte> nonce = stackalloc byte[CryptoBox.NonceSize];
        Span<byte> key = stackalloc byte[CryptoBox.KeySize];
        bool done = false;
        try
        {
            Span<byte> signed = box[MessageOffset..];
            Sign(sender, recipient, signed);
            Span<byte> ephemeral = box[..X25519.KeySize];
            X25519.PublicKey(ephemeralSecret, ephemeral);
            if (!CryptoBox.TryAgree(ephemeralSecret, recipient.AsSpan(), key))
            {
                throw new ArgumentException("The recipient's key is of small order: nobody can read what is sealed to it.", nameof(recipient));
            }

            CryptoBox.SealNonce(ephemeral, recipient.AsSpan(), nonce);
            CryptoBox.Encrypt(key, nonce, signed, box[X25519.KeySize..]);
            done = true;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
            if (!done)
            {
                CryptographicOperations.ZeroMemory(box);
            }
        }
    }

    /// <summary>
    /// Seals with an ephemeral key that follows from sender, recipient and message: the same input gives the same bytes.
    /// Only for configs sent to oneself.
    /// </summary>
    public static void SealDeterministic(SessionIdentity sender, X25519PublicKey recipient, Span<byte> box)
    {
        Span<byte> hash = stackalloc byte[SHA512.HashSizeInBytes];
        Span<byte> seed = stackalloc byte[Bytes32.Size];
        ReadOnlySpan<byte> message = box[MessageOffset..^Trailer];
        int inputSize = SessionIdentity.SeedSize + X25519.KeySize + message.Length;
        byte[] rented = ArrayPool<byte>.Shared.Rent(inputSize);
        Span<byte> input = rented.AsSpan(0, inputSize);
        try
        {
            sender.CopySeed(input[..SessionIdentity.SeedSize]);
            recipient.AsSpan().CopyTo(input[SessionIdentity.SeedSize..]);
            message.CopyTo(input[(SessionIdentity.SeedSize + X25519.KeySize)..]);
            Blake2b.Hash(input, DeterministicKey, seed);
            SHA512.HashData(seed, hash);
            Seal(sender, recipient, hash[..X25519.KeySize], box);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(input);
            CryptographicOperations.ZeroMemory(seed);
            CryptographicOperations.ZeroMemory(hash);
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    /// <summary>Fills the trailer of message ‖ A ‖ signature, of which only the message is there.</summary>
    public static void Sign(SessionIdentity sender, X25519PublicKey recipient, Span<byte> signed)
    {
        Span<byte> signature = stackalloc byte[Ed25519.SignatureSize];
        Span<byte> trailer = signed[^Trailer..];
        sender.SigningKey.AsSpan().CopyTo(trailer);
        Span<byte> place = trailer[Ed25519.PublicKeySize..];

        // Y is signed in the place where the signature goes; it is not sent.
        recipient.AsSpan().CopyTo(place);
        sender.Sign(signed[..^(Ed25519.SignatureSize - X25519.KeySize)], signature);
        signature.CopyTo(place);
    }

    /// <summary>
    /// Opens a box with the secret of <paramref name="recipient"/>. The message is the first <c>box.Length - Overhead</c>
    /// bytes of <paramref name="signed"/>, which is <see cref="MessageOffset"/> shorter than the box and zeroed on failure.
    /// </summary>
    /// <returns>Opened, TooShort, CannotOpen, BadSignature or BadSenderKey.</returns>
    public static OpenStatus Open(
        ReadOnlySpan<byte> secret, X25519PublicKey recipient, ReadOnlySpan<byte> box, Span<byte> signed, out Ed25519PublicKey senderKey, out AccountId sender)
    {
        senderKey = default;
        sender = default;
        if (box.Length < Overhead)
        {
            return OpenStatus.TooShort;
        }

        OpenStatus status = Decrypt(secret, recipient, box, signed) ? Verify(recipient, signed, out senderKey, out sender) : OpenStatus.CannotOpen;
        if (status != OpenStatus.Opened)
        {
            CryptographicOperations.ZeroMemory(signed);
        }

        return status;
    }

    private static bool Decrypt(ReadOnlySpan<byte> secret, X25519PublicKey recipient, ReadOnlySpan<byte> box, Span<byte> signed)
    {
        Span<byte> nonce = stackalloc byte[CryptoBox.NonceSize];
        Span<byte> key = stackalloc byte[CryptoBox.KeySize];
        try
        {
            ReadOnlySpan<byte> ephemeral = box[..X25519.KeySize];
            CryptoBox.SealNonce(ephemeral, recipient.AsSpan(), nonce);
            return CryptoBox.TryAgree(secret, ephemeral, key) && CryptoBox.TryDecrypt(key, nonce, box[X25519.KeySize..], signed);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    private static OpenStatus Verify(X25519PublicKey recipient, Span<byte> signed, out Ed25519PublicKey senderKey, out AccountId sender)
    {
        sender = default;
        Span<byte> signature = stackalloc byte[Ed25519.SignatureSize];
        Span<byte> trailer = signed[^Trailer..];
        Span<byte> place = trailer[Ed25519.PublicKeySize..];
        senderKey = new Ed25519PublicKey(trailer[..Ed25519.PublicKeySize]);
        place.CopyTo(signature);
        recipient.AsSpan().CopyTo(place);
        if (!Ed25519.Verify(senderKey.AsSpan(), signed[..^(Ed25519.SignatureSize - X25519.KeySize)], signature))
        {
            return OpenStatus.BadSignature;
        }

        return SenderAccountCache.TryGet(senderKey, out sender) ? OpenStatus.Opened : OpenStatus.BadSenderKey;
    }
}
