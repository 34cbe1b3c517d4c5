using Session.Protocol.Cryptography;

namespace Session.Protocol.Onion;

/// <summary>
/// Reads a spool, or a part of one that it decrypts on the way: a key stream can begin anywhere, so this can seek. Not safe for
/// concurrent use.
/// </summary>
internal sealed class SpoolReader : Stream
{
    private readonly Spool _spool;
    private readonly IncrementalXChaCha20Poly1305? _cipher;
    private long _start;
    private long _cipherStart;
    private long _length;
    private long _position;

    /// <summary>Reads all of a spool, which must live longer.</summary>
    public SpoolReader(Spool spool)
    {
        _spool = spool;
        _length = spool.Length;
    }

    /// <summary>Decrypts a part of a spool. Spool and cipher are disposed with this.</summary>
    public SpoolReader(Spool spool, long start, long length, IncrementalXChaCha20Poly1305 cipher)
    {
        _spool = spool;
        _start = start;
        _length = length;
        _cipher = cipher;
    }

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

    /// <summary>From now on only a part is there, at its beginning.</summary>
    public void Narrow(long start, long length)
    {
        _start += start;
        _cipherStart += start;
        _length = length;
        _position = 0;
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Memory<byte> place = buffer[..Fitting(buffer.Length)];
        int read = await _spool.ReadAsync(_start + _position, place, cancellationToken).ConfigureAwait(false);
        return Took(place.Span[..read]);
    }

    public override int Read(Span<byte> buffer)
    {
        Span<byte> place = buffer[..Fitting(buffer.Length)];
        return Took(place[.._spool.Read(_start + _position, place)]);
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
        if (disposing && _cipher is not null)
        {
            _cipher.Dispose();
            _spool.Dispose();
        }

        base.Dispose(disposing);
    }

    private int Fitting(int size) => (int)Math.Clamp(_length - _position, 0, size);

    private int Took(Span<byte> bytes)
    {
        _cipher?.Xor(_cipherStart + _position, bytes);
        _position += bytes.Length;
        return bytes.Length;
    }
}
