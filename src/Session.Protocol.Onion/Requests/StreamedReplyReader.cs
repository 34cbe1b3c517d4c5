using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Session.Protocol.Cryptography;

namespace Session.Protocol.Onion.Requests;

/// <summary>
/// Opens the reply of a server in v4 form that lies in a stream (protocol/22 §5, §6): one pass over it for the tag, and only then may
/// somebody read what it decrypts to. As <see cref="OnionReplyReader"/>, never throws on what a server sent.
/// </summary>
internal static class StreamedReplyReader
{
    private const int PieceSize = 64 * 1024;

    /// <summary>Reads the reply.</summary>
    /// <param name="reply">The body that the guard returned with status 200; can seek. The result reads from it.</param>
    /// <param name="key">The key of the request.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>The answer, or null when it is unreadable.</returns>
    [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "The reader goes over to the answer; without one it is disposed.")]
    public static async ValueTask<StreamedServerResponse?> ReadAsync(Stream reply, OnionReplyKey key, CancellationToken cancellationToken)
    {
        if (await VerifyAsync(reply, key, cancellationToken).ConfigureAwait(false) is not { } cipher)
        {
            return await ReadWholeAsync(reply, key, cancellationToken).ConfigureAwait(false);
        }

        var text = new DecryptingStream(reply, XChaCha20Poly1305.NonceSize, reply.Length - OnionLayer.Overhead(OnionCipher.XChaCha20), cipher);
        StreamedServerResponse? response = null;
        try
        {
            if (await V4Message.ReadResponseAsync(text, cancellationToken).ConfigureAwait(false) is var (head, start, length))
            {
                text.Narrow(start, length);
                response = new StreamedServerResponse(head.Code, head.Headers, text);
            }

            return response;
        }
        finally
        {
            if (response is null)
            {
                await text.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    // Null when the tag is not that of this key.
    private static async ValueTask<IncrementalXChaCha20Poly1305?> VerifyAsync(Stream reply, OnionReplyKey key, CancellationToken cancellationToken)
    {
        long length = reply.Length - OnionLayer.Overhead(OnionCipher.XChaCha20);
        if (length < 0)
        {
            return null;
        }

        byte[] piece = ArrayPool<byte>.Shared.Rent(PieceSize);
        IncrementalXChaCha20Poly1305? cipher = null;
        bool isGenuine = false;
        try
        {
            reply.Position = 0;
            await reply.ReadExactlyAsync(piece.AsMemory(0, XChaCha20Poly1305.NonceSize), cancellationToken).ConfigureAwait(false);
            cipher = key.OpenInPieces(piece.AsSpan(0, XChaCha20Poly1305.NonceSize));
            for (long left = length; left > 0;)
            {
                int size = (int)Math.Min(PieceSize, left);
                await reply.ReadExactlyAsync(piece.AsMemory(0, size), cancellationToken).ConfigureAwait(false);
                cipher.Authenticate(piece.AsSpan(0, size));
                left -= size;
            }

            await reply.ReadExactlyAsync(piece.AsMemory(0, OnionLayer.TagSize), cancellationToken).ConfigureAwait(false);
            isGenuine = IsTag(cipher, piece.AsSpan(0, OnionLayer.TagSize));
            return isGenuine ? cipher : null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(piece);
            if (!isGenuine)
            {
                cipher?.Dispose();
            }
        }
    }

    private static bool IsTag(IncrementalXChaCha20Poly1305 cipher, ReadOnlySpan<byte> given)
    {
        Span<byte> tag = stackalloc byte[OnionLayer.TagSize];
        cipher.Finish(tag);
        return CryptographicOperations.FixedTimeEquals(tag, given);
    }

    // Some servers answer in AES-GCM whatever they were asked, and that works in one piece only.
    private static async ValueTask<StreamedServerResponse?> ReadWholeAsync(Stream reply, OnionReplyKey key, CancellationToken cancellationToken)
    {
        byte[] whole = new byte[reply.Length];
        reply.Position = 0;
        await reply.ReadExactlyAsync(whole, cancellationToken).ConfigureAwait(false);
        return key.TryOpenInPlace(OnionCipher.AesGcm, whole, out ReadOnlyMemory<byte> plaintext) && V4Message.TryDecodeResponse(plaintext, out ServerResponse? response)
            ? StreamedServerResponse.InMemory(response)
            : null;
    }
}
