using Session.Protocol.Cryptography;

namespace Session.Protocol.Onion.Requests;

/// <summary>
/// Reads a part of a ciphertext that lies in another stream, and whose tag was compared before, as its plaintext: a key stream can begin
/// anywhere, so this can seek. Not safe for concurrent use.
/// </summary>
/// <param name="ciphertext">Where the bytes are; not disposed. Nobody else uses it meanwhile.</param>
/// <param name="start">Where the ciphertext begins there.</param>
/// <param name="length">Its length in bytes.</param>
/// <param name="cipher">Decrypts; disposed with this.</param>
internal sealed class DecryptingStream(Stream ciphertext, long start, long length, IncrementalXChaCha20Poly1305 cipher) : Stream
{
    private long _first;
    private long _length = length;
    private long _position;

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => _length;

    public override long Position
    {
        get => _position;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            _position = value;
        }
    }

    /// <summary>From now on only a part of the text is there, at its beginning.</summary>
    public void Narrow(long first, long size)
    {
        _first += first;
        _length = size;
        _position = 0;
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Memory<byte> place = buffer[..Fitting(buffer.Length)];
        ciphertext.Position = start + _first + _position;
        int read = await ciphertext.ReadAsync(place, cancellationToken).ConfigureAwait(false);
        return Took(place.Span[..read]);
    }

    public override int Read(Span<byte> buffer)
    {
        Span<byte> place = buffer[..Fitting(buffer.Length)];
        ciphertext.Position = start + _first + _position;
        return Took(place[..ciphertext.Read(place)]);
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override long Seek(long offset, SeekOrigin origin) => Position = offset + origin switch
    {
        SeekOrigin.Begin => 0,
        SeekOrigin.Current => _position,
        _ => _length,
    };

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            cipher.Dispose();
        }

        base.Dispose(disposing);
    }

    private int Fitting(int size) => (int)Math.Clamp(_length - _position, 0, size);

    private int Took(Span<byte> bytes)
    {
        cipher.Xor(_first + _position, bytes);
        _position += bytes.Length;
        return bytes.Length;
    }
}
