using System.Security.Cryptography;
using Session.Protocol.Cryptography;

namespace Session.Protocol.Onion.Requests;

/// <summary>
/// What the sender and the destination of one onion request share: it opens the reply, and the destination seals the reply with it
/// (protocol/22 §5). Filled by <see cref="OnionRequestBuilder"/> or <see cref="OnionHopRequest"/>, which may fill it again.
/// Lives in pinned memory that is zeroed by <see cref="Dispose"/>. Not safe for concurrent use.
/// </summary>
internal sealed class OnionReplyKey : IDisposable
{
    /// <summary>Shared secret, client's public key, recipient's public key.</summary>
    internal const int AgreementSize = 3 * X25519.KeySize;

    private readonly byte[] _agreement = GC.AllocateArray<byte>(AgreementSize, pinned: true);
    private OnionCipher _cipher;
    private State _state;

    private enum State
    {
        Empty,
        Filled,
        Disposed,
    }

    /// <summary>The cipher of the request; the reply uses the same.</summary>
    public OnionCipher Cipher => _cipher;

    /// <summary>What a reply that does not open with <see cref="Cipher"/> may be in; null for nothing else.</summary>
    internal OnionCipher? SecondCipher => _cipher == OnionCipher.XChaCha20 ? OnionCipher.AesGcm : null;

    /// <summary>
    /// Opens a reply. When the key is for <see cref="OnionCipher.XChaCha20"/> and does not fit, <see cref="OnionCipher.AesGcm"/> is
    /// tried as well, because some servers answer so whatever they were asked.
    /// </summary>
    /// <param name="reply">The encrypted reply, without base64.</param>
    /// <param name="plaintext">At least as long as <paramref name="reply"/>.</param>
    /// <param name="written">Length of the plaintext, 0 on failure.</param>
    /// <returns>False when the reply was not made with this key.</returns>
    /// <exception cref="ArgumentException">The destination is too short.</exception>
    /// <exception cref="InvalidOperationException">No request was built with this object yet.</exception>
    /// <exception cref="ObjectDisposedException">The key is gone.</exception>
    public bool TryOpen(ReadOnlySpan<byte> reply, Span<byte> plaintext, out int written)
    {
        RequireFilled();
        if (plaintext.Length < reply.Length)
        {
            throw new ArgumentException("The destination is shorter than the reply.", nameof(plaintext));
        }

        return TryOpen(_cipher, reply, plaintext, out written)
            || (SecondCipher is { } second && TryOpen(second, reply, plaintext, out written));
    }

    /// <summary>Opens a reply in one cipher, where it stands. A failure leaves zeros there.</summary>
    /// <param name="cipher">The cipher.</param>
    /// <param name="reply">The encrypted reply, without base64; holds the plaintext afterwards.</param>
    /// <param name="plaintext">The part that is the plaintext, empty on failure.</param>
    /// <returns>False when the reply was not made with this key.</returns>
    /// <exception cref="InvalidOperationException">No request was built with this object yet.</exception>
    /// <exception cref="ObjectDisposedException">The key is gone.</exception>
    internal bool TryOpenInPlace(OnionCipher cipher, Memory<byte> reply, out ReadOnlyMemory<byte> plaintext)
    {
        RequireFilled();
        plaintext = default;
        int length = reply.Length - OnionLayer.Overhead(cipher);
        if (length < 0)
        {
            return false;
        }

        Memory<byte> place = reply.Slice(OnionLayer.NonceSize(cipher), length);
        bool opened = TryOpen(cipher, reply.Span, place.Span, out _);
        plaintext = opened ? place : default;
        return opened;
    }

    /// <summary>What opens a reply in XChaCha20-Poly1305 piece by piece; the caller disposes it.</summary>
    /// <param name="nonce">The first 24 bytes of the reply.</param>
    /// <exception cref="InvalidOperationException">No request was built with this object yet.</exception>
    /// <exception cref="ObjectDisposedException">The key is gone.</exception>
    internal IncrementalXChaCha20Poly1305 OpenInPieces(ReadOnlySpan<byte> nonce)
    {
        RequireFilled();
        Span<byte> key = stackalloc byte[OnionLayer.KeySize];
        try
        {
            OnionLayer.DeriveKey(OnionCipher.XChaCha20, _agreement, key);
            return new IncrementalXChaCha20Poly1305(key, nonce);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    /// <summary>Seals a reply, as the destination does.</summary>
    /// <param name="plaintext">The reply.</param>
    /// <param name="random">Where the nonce comes from.</param>
    /// <returns>The encrypted reply, without base64.</returns>
    /// <exception cref="InvalidOperationException">No request was opened with this object yet.</exception>
    /// <exception cref="ObjectDisposedException">The key is gone.</exception>
    public byte[] Seal(ReadOnlySpan<byte> plaintext, IRandomSource random) => Seal(_cipher, plaintext, random);

    /// <summary>The same with a cipher of one's own choice, as some servers do it.</summary>
    internal byte[] Seal(OnionCipher cipher, ReadOnlySpan<byte> plaintext, IRandomSource random)
    {
        ArgumentNullException.ThrowIfNull(random);
        RequireFilled();
        Span<byte> nonce = stackalloc byte[OnionLayer.MaxNonceSize];
        nonce = nonce[..OnionLayer.NonceSize(cipher)];
        random.Fill(nonce);
        byte[] reply = new byte[plaintext.Length + OnionLayer.Overhead(cipher)];
        Span<byte> key = stackalloc byte[OnionLayer.KeySize];
        try
        {
            OnionLayer.DeriveKey(cipher, _agreement, key);
            OnionLayer.Seal(cipher, key, nonce, plaintext, reply);
            return reply;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    /// <summary>Zeroes the key. Calling it again does nothing.</summary>
    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_agreement);
        _state = State.Disposed;
    }

    /// <summary>A line without the key.</summary>
    /// <returns>Fixed text.</returns>
    public override string ToString() => "[secret, onion reply key]";

    /// <summary>Takes over shared secret, client's public key and recipient's public key.</summary>
    internal void Fill(OnionCipher cipher, ReadOnlySpan<byte> agreement)
    {
        ObjectDisposedException.ThrowIf(_state == State.Disposed, this);
        agreement.CopyTo(_agreement);
        _cipher = cipher;
        _state = State.Filled;
    }

    private bool TryOpen(OnionCipher cipher, ReadOnlySpan<byte> reply, Span<byte> plaintext, out int written)
    {
        written = reply.Length - OnionLayer.Overhead(cipher);
        Span<byte> key = stackalloc byte[OnionLayer.KeySize];
        try
        {
            if (written >= 0)
            {
                OnionLayer.DeriveKey(cipher, _agreement, key);
                if (OnionLayer.TryOpen(cipher, key, reply, plaintext[..written]))
                {
                    return true;
                }
            }

            written = 0;
            return false;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    private void RequireFilled()
    {
        ObjectDisposedException.ThrowIf(_state == State.Disposed, this);
        if (_state == State.Empty)
        {
            throw new InvalidOperationException("No request was built or opened with this key yet.");
        }
    }
}
