using System.Security.Cryptography;

namespace Session.Protocol.Cryptography;

/// <summary>
/// libsodium's secretstream (XChaCha20-Poly1305): a sequence of chunks, each authenticated together with its place, without
/// additional data. One object works in one direction.
/// </summary>
internal sealed class SecretStream : IDisposable
{
    public const int KeySize = 32;
    public const int HeaderSize = 24;

    /// <summary>What a chunk costs: an encrypted tag byte and 16 bytes of MAC.</summary>
    public const int Overhead = 17;

    /// <summary>Where the text stands in an encrypted chunk, after the tag byte.</summary>
    public const int TextOffset = 1;

    /// <summary>The tag of all chunks but the last.</summary>
    public const byte MessageTag = 0;

    /// <summary>The tag of the last chunk.</summary>
    public const byte FinalTag = 3;

    // crypto_secretstream_xchacha20poly1305_statebytes()
    private const int StateSize = 52;

    private readonly SecretBytes _state = new(StateSize);

    /// <summary>
    /// For both directions: what the library prepares for reading, from a given header, is also the state for writing. Its own
    /// preparation for writing draws a random header.
    /// </summary>
    public SecretStream(ReadOnlySpan<byte> key, ReadOnlySpan<byte> header)
    {
        Error.RequireLength(key.Length, KeySize, nameof(key));
        Error.RequireLength(header.Length, HeaderSize, nameof(header));
        _ = SodiumNative.crypto_secretstream_xchacha20poly1305_init_pull(_state.Span, header, key);
    }

    /// <summary>Encrypts the next chunk; the plaintext may be the part of <paramref name="ciphertext"/> at <see cref="TextOffset"/>.</summary>
    public void Push(ReadOnlySpan<byte> plaintext, byte tag, Span<byte> ciphertext)
    {
        Error.RequireLength(ciphertext.Length, plaintext.Length + Overhead, nameof(ciphertext));
        _ = SodiumNative.crypto_secretstream_xchacha20poly1305_push(_state.Span, ciphertext, 0, plaintext, (ulong)plaintext.Length, default, 0, tag);
    }

    /// <summary>False when the chunk is too short or not authentic at this place; the output is then zeroed.</summary>
    public bool TryPull(ReadOnlySpan<byte> ciphertext, Span<byte> plaintext, out byte tag)
    {
        tag = default;
        if (ciphertext.Length < Overhead)
        {
            return false;
        }

        Error.RequireLength(plaintext.Length, ciphertext.Length - Overhead, nameof(plaintext));
        if (SodiumNative.crypto_secretstream_xchacha20poly1305_pull(_state.Span, plaintext, 0, out tag, ciphertext, (ulong)ciphertext.Length, default, 0) == 0)
        {
            return true;
        }

        CryptographicOperations.ZeroMemory(plaintext);
        return false;
    }

    public void Dispose() => _state.Dispose();
}
