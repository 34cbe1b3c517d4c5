using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.ExceptionServices;
using System.Security.Cryptography;
using Session.Protocol.Cryptography;

namespace Session.Protocol.Onion.Requests;

/// <summary>
/// An onion request to a server whose body is too long for memory: encrypted through all layers while it is written, piece by piece
/// (protocol/22 §5). Every writing gives the same bytes. Made by <see cref="OnionRequestBuilder"/>. Writing is safe for concurrent use;
/// disposing zeroes the keys.
/// </summary>
/// <param name="start">The request as far as its body.</param>
/// <param name="body">Its body, or null for none.</param>
internal sealed class StreamedOnionRequest(ReadOnlyMemory<byte> start, StreamedBody? body) : IDisposable
{
    private const int PieceSize = 64 * 1024;
    private const int LengthSize = sizeof(uint);

    // The destination's first, the guard's last.
    private readonly List<Layer> _layers = [];

    /// <summary>Length of what <see cref="WriteAsync"/> writes, in bytes.</summary>
    public long Length { get; private set; } = TextLength(start, body);

    /// <summary>What went wrong with the body itself, which is the caller's and not the network's; null while nothing did.</summary>
    public ExceptionDispatchInfo? BodyFailure { get; private set; }

    /// <summary>Length of what the destination decrypts.</summary>
    public static long TextLength(ReadOnlyMemory<byte> start, StreamedBody? body) => start.Length + (body?.Length ?? 0) + V4Message.End.Length;

    /// <summary>Puts one more layer around; the arguments are copied.</summary>
    [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "Dispose does.")]
    public void AddLayer(ReadOnlySpan<byte> key, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> control)
    {
        uint length = checked((uint)(Length + OnionLayer.Overhead(OnionCipher.XChaCha20)));
        _layers.Add(new Layer(new SecretBytes(key), nonce.ToArray(), control.ToArray(), length));
        Length = LengthSize + length + control.Length;
    }

    /// <summary>Writes the whole request, <see cref="Length"/> bytes, in pieces of at most 64 KiB.</summary>
    /// <exception cref="ArgumentException">The body has another length than it said.</exception>
    /// <exception cref="ObjectDisposedException">The keys are gone.</exception>
    public async ValueTask WriteAsync(Stream output, CancellationToken cancellationToken)
    {
        var ciphers = new List<IncrementalXChaCha20Poly1305>(_layers.Count);
        byte[] piece = ArrayPool<byte>.Shared.Rent(PieceSize);
        try
        {
            ciphers.AddRange(_layers.Select(x => new IncrementalXChaCha20Poly1305(x.Key.Span, x.Nonce)));
            for (int i = _layers.Count - 1; i >= 0; i--)
            {
                BinaryPrimitives.WriteUInt32LittleEndian(piece, _layers[i].Length);
                _layers[i].Nonce.CopyTo(piece, LengthSize);
                await SendAsync(LengthSize + _layers[i].Nonce.Length, i + 1).ConfigureAwait(false);
            }

            for (ReadOnlyMemory<byte> left = start; !left.IsEmpty;)
            {
                int size = Math.Min(left.Length, PieceSize);
                left[..size].CopyTo(piece);
                left = left[size..];
                await SendAsync(size, 0).ConfigureAwait(false);
            }

            await SendBodyAsync().ConfigureAwait(false);
            V4Message.End.CopyTo(piece);
            await SendAsync(V4Message.End.Length, 0).ConfigureAwait(false);
            for (int i = 0; i < _layers.Count; i++)
            {
                ciphers[i].Finish(piece.AsSpan(0, OnionLayer.TagSize));
                _layers[i].Control.CopyTo(piece, OnionLayer.TagSize);
                await SendAsync(OnionLayer.TagSize + _layers[i].Control.Length, i + 1).ConfigureAwait(false);
            }
        }
        finally
        {
            ciphers.ForEach(x => x.Dispose());
            CryptographicOperations.ZeroMemory(piece);
            ArrayPool<byte>.Shared.Return(piece);
        }

        // What stands in the piece goes through its own layer and all around it, then out.
        async ValueTask SendAsync(int size, int layer)
        {
            for (; layer < ciphers.Count; layer++)
            {
                ciphers[layer].Encrypt(piece.AsSpan(0, size));
            }

            await output.WriteAsync(piece.AsMemory(0, size), cancellationToken).ConfigureAwait(false);
        }

        async ValueTask SendBodyAsync()
        {
            if (body is null)
            {
                return;
            }

            using Stream source = await FromBodyAsync(() => ValueTask.FromResult(body.Open())).ConfigureAwait(false);
            for (long left = body.Length; ;)
            {
                // One byte more than there should be shows a body that is longer.
                Memory<byte> place = piece.AsMemory(0, (int)Math.Min(PieceSize, left + 1));
                int read = await FromBodyAsync(() => source.ReadAsync(place, cancellationToken)).ConfigureAwait(false);
                left -= read;
                if (left < 0 || (read == 0 && left > 0))
                {
                    throw BufferedServerCall.WrongLength(body);
                }

                if (read == 0)
                {
                    return;
                }

                await SendAsync(read, 0).ConfigureAwait(false);
            }
        }

        async ValueTask<T> FromBodyAsync<T>(Func<ValueTask<T>> read)
        {
            try
            {
                return await read().ConfigureAwait(false);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                BodyFailure ??= ExceptionDispatchInfo.Capture(e);
                throw;
            }
        }
    }

    /// <summary>Zeroes the keys. Calling it again does nothing.</summary>
    public void Dispose() => _layers.ForEach(x => x.Key.Dispose());

    // The length is that of nonce, ciphertext and tag.
    private sealed record Layer(SecretBytes Key, byte[] Nonce, byte[] Control, uint Length);
}
