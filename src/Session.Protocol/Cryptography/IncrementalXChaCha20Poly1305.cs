using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Session.Protocol.Cryptography;

/// <summary>
/// XChaCha20-Poly1305 (IETF form, no additional data) of a text that comes in pieces because it is too long for memory: the same bytes
/// as <see cref="XChaCha20Poly1305"/> gives. libsodium has the construction in one piece only, so this joins its HChaCha20, ChaCha20 and
/// Poly1305 (RFC 8439 §2.8, draft-irtf-cfrg-xchacha-03 §2). Not safe for concurrent use. Disposing zeroes the state.
/// </summary>
internal sealed class IncrementalXChaCha20Poly1305 : IDisposable
{
    private const int BlockSize = 64;
    private const int SubNonceSize = 12;
    private const int HChaChaInputSize = 16;

    /// <summary>Where the tail of the long nonce stands in the short one.</summary>
    private const int SubNonceOffset = 4;

    // crypto_onetimeauth_poly1305_statebytes(); the type is declared with this alignment.
    private const int MacStateSize = 256;
    private const int MacAlignment = 16;

    private readonly SecretBytes _key = new(XChaCha20Poly1305.KeySize);
    private readonly byte[] _nonce = new byte[SubNonceSize];
    private readonly byte[] _macMemory = GC.AllocateArray<byte>(MacStateSize + MacAlignment, pinned: true);
    private readonly int _macOffset;
    private long _length;

    public IncrementalXChaCha20Poly1305(ReadOnlySpan<byte> key, ReadOnlySpan<byte> nonce)
    {
        Error.RequireLength(key.Length, XChaCha20Poly1305.KeySize, nameof(key));
        Error.RequireLength(nonce.Length, XChaCha20Poly1305.NonceSize, nameof(nonce));
        _ = SodiumNative.crypto_core_hchacha20(_key.Span, nonce[..HChaChaInputSize], key, 0);
        nonce[HChaChaInputSize..].CopyTo(_nonce.AsSpan(SubNonceOffset));

        // The first block of the key stream is the key of the MAC.
        Span<byte> macKey = stackalloc byte[32];
        macKey.Clear();
        XorBlocks(0, macKey);
        _macOffset = MacAlignment - (int)(Marshal.UnsafeAddrOfPinnedArrayElement(_macMemory, 0) % MacAlignment);
        _ = SodiumNative.crypto_onetimeauth_poly1305_init(Mac, macKey);
        CryptographicOperations.ZeroMemory(macKey);
    }

    private Span<byte> Mac => _macMemory.AsSpan(_macOffset, MacStateSize);

    /// <summary>Encrypts the next piece where it stands.</summary>
    public void Encrypt(Span<byte> piece)
    {
        Xor(_length, piece);
        Authenticate(piece);
    }

    /// <summary>Takes the next piece of a ciphertext into the tag.</summary>
    public void Authenticate(ReadOnlySpan<byte> ciphertext)
    {
        _ = SodiumNative.crypto_onetimeauth_poly1305_update(Mac, ciphertext, (ulong)ciphertext.Length);
        _length += ciphertext.Length;
    }

    /// <summary>The tag over all pieces, 16 bytes. Nothing can follow.</summary>
    public void Finish(Span<byte> tag)
    {
        Error.RequireLength(tag.Length, XChaCha20Poly1305.TagSize, nameof(tag));

        // Zeros to a multiple of 16, the length of the additional data, which is 0, and that of the ciphertext.
        Span<byte> end = stackalloc byte[16 + 16];
        end.Clear();
        int padding = (int)(-_length & 15);
        BinaryPrimitives.WriteInt64LittleEndian(end[(padding + 8)..], _length);
        _ = SodiumNative.crypto_onetimeauth_poly1305_update(Mac, end[..(padding + 16)], (ulong)(padding + 16));
        _ = SodiumNative.crypto_onetimeauth_poly1305_final(Mac, tag);
    }

    /// <summary>
    /// Encrypts or decrypts a part anywhere in the text, where it stands, without touching the tag. What comes out of a ciphertext is
    /// authentic only if the tag over all of it was compared before.
    /// </summary>
    /// <param name="position">Where the part begins in the text.</param>
    /// <param name="part">The bytes.</param>
    public void Xor(long position, Span<byte> part)
    {
        uint block = checked((uint)(position / BlockSize) + 1);
        int begun = (int)(position % BlockSize);
        if (begun > 0)
        {
            Span<byte> whole = stackalloc byte[BlockSize];
            int size = Math.Min(BlockSize - begun, part.Length);
            part[..size].CopyTo(whole[begun..]);
            XorBlocks(block++, whole);
            whole.Slice(begun, size).CopyTo(part);
            CryptographicOperations.ZeroMemory(whole);
            part = part[size..];
        }

        XorBlocks(block, part);
    }

    public void Dispose()
    {
        _key.Dispose();
        CryptographicOperations.ZeroMemory(_macMemory);
    }

    private void XorBlocks(uint first, Span<byte> text) =>
        _ = SodiumNative.crypto_stream_chacha20_ietf_xor_ic(text, text, (ulong)text.Length, _nonce, first, _key.Span);
}
