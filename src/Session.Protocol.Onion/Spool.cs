namespace Session.Protocol.Onion;

/// <summary>
/// Bytes that are written once, front to back, and then read as often as it takes: in memory while they are few, otherwise in a
/// temporary file that only this user may read and that is gone when the spool is, or when the process dies. Put only encrypted bytes into
/// it. Reading is safe for concurrent use, writing is not. Trouble with the file is an <see cref="IOException"/>.
/// </summary>
/// <param name="folder">Where the file goes; null for <see cref="Path.GetTempPath"/>.</param>
internal sealed class Spool(string? folder = null) : Stream
{
    /// <summary>Most bytes that stay in memory.</summary>
    public const int MemoryLimit = 256 * 1024;

    private byte[] _memory = [];
    private FileStream? _file;
    private long _length;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => _length;

    public override long Position { get => _length; set => throw new NotSupportedException(); }

    /// <summary>A reader with a position of its own; the spool must live longer.</summary>
    public Stream OpenRead() => new SpoolReader(this);

    /// <summary>Reads at a position; 0 at the end.</summary>
    public ValueTask<int> ReadAsync(long position, Memory<byte> buffer, CancellationToken cancellationToken) => _file is null
        ? ValueTask.FromResult(ReadMemory(position, buffer.Span))
        : RandomAccess.ReadAsync(_file.SafeFileHandle, buffer, position, cancellationToken);

    /// <summary>Reads at a position; 0 at the end.</summary>
    public int Read(long position, Span<byte> buffer) => _file is null ? ReadMemory(position, buffer) : RandomAccess.Read(_file.SafeFileHandle, buffer, position);

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (FitsMemory(buffer.Span))
        {
            return;
        }

        await RandomAccess.WriteAsync(OpenFile().SafeFileHandle, buffer, _length, cancellationToken).ConfigureAwait(false);
        _length += buffer.Length;
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (FitsMemory(buffer))
        {
            return;
        }

        RandomAccess.Write(OpenFile().SafeFileHandle, buffer, _length);
        _length += buffer.Length;
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _file?.Dispose();
        }

        base.Dispose(disposing);
    }

    private bool FitsMemory(ReadOnlySpan<byte> bytes)
    {
        if (_file is not null || _length + bytes.Length > MemoryLimit)
        {
            return false;
        }

        int needed = (int)_length + bytes.Length;
        if (needed > _memory.Length)
        {
            Array.Resize(ref _memory, Math.Min(Math.Max(needed, 2 * _memory.Length), MemoryLimit));
        }

        bytes.CopyTo(_memory.AsSpan((int)_length));
        _length = needed;
        return true;
    }

    private int ReadMemory(long position, Span<byte> buffer)
    {
        if (position >= _length)
        {
            return 0;
        }

        int size = (int)Math.Min(buffer.Length, _length - position);
        _memory.AsSpan((int)position, size).CopyTo(buffer);
        return size;
    }

    // What was in memory goes first.
    private FileStream OpenFile()
    {
        if (_file is null)
        {
            _file = CreateFile();
            RandomAccess.Write(_file.SafeFileHandle, _memory.AsSpan(0, (int)_length), 0);
            _memory = [];
        }

        return _file;
    }

    // On Unix the file loses its name at once, so that nothing stays behind when the process is killed; Windows sees to that itself.
    private FileStream CreateFile()
    {
        string path = Path.Combine(folder ?? Path.GetTempPath(), Path.GetRandomFileName());
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Share = FileShare.None, BufferSize = 0 };
        if (OperatingSystem.IsWindows())
        {
            options.Options = FileOptions.DeleteOnClose;
            return new FileStream(path, options);
        }

        options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        var file = new FileStream(path, options);
        File.Delete(path);
        return file;
    }
}
