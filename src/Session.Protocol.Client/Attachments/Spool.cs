namespace Session.Protocol.Client.Attachments;

/// <summary>
/// A place for encrypted bytes on their way: in memory while they are few, otherwise in a temporary file that only this user may read and
/// that is gone when the spool is, or when the process dies. Trouble with the file is an <see cref="IOException"/>. Once it is written,
/// <see cref="OpenRead"/> is safe for concurrent use; all else is not.
/// </summary>
/// <param name="folder">Where the file goes; null for <see cref="Path.GetTempPath"/>.</param>
internal sealed class Spool(string? folder = null) : Stream
{
    /// <summary>Most bytes that stay in memory.</summary>
    public const int MemoryLimit = 256 * 1024;

    // One of them is there.
    private MemoryStream? _memory = new();
    private FileStream? _file;

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => true;

    public override long Length => Inner.Length;

    public override long Position { get => Inner.Position; set => Inner.Position = value; }

    private Stream Inner => _file as Stream ?? _memory!;

    /// <summary>A reader of its own for everything; the spool must live longer.</summary>
    public Stream OpenRead() => _file is null
        ? new MemoryStream(_memory!.GetBuffer(), 0, (int)_memory.Length, writable: false)
        : new SpoolFileReader(_file.SafeFileHandle);

    public override int Read(byte[] buffer, int offset, int count) => Inner.Read(buffer, offset, count);

    public override int Read(Span<byte> buffer) => Inner.Read(buffer);

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => Inner.ReadAsync(buffer, cancellationToken);

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => Inner.ReadAsync(buffer, offset, count, cancellationToken);

    public override void Write(ReadOnlySpan<byte> buffer) => Room(buffer.Length).Write(buffer);

    public override void Write(byte[] buffer, int offset, int count) => Room(count).Write(buffer, offset, count);

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => Room(buffer.Length).WriteAsync(buffer, cancellationToken);

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => Room(count).WriteAsync(buffer, offset, count, cancellationToken);

    public override void Flush() => Inner.Flush();

    public override long Seek(long offset, SeekOrigin origin) => Inner.Seek(offset, origin);

    public override void SetLength(long value) => Inner.SetLength(value);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _memory?.Dispose();
            _file?.Dispose();
        }

        base.Dispose(disposing);
    }

    // Moves to a file when there is no room in memory.
    private Stream Room(int size)
    {
        if (_file is null && _memory!.Position + size > MemoryLimit)
        {
            FileStream file = CreateFile();
            try
            {
                long position = _memory.Position;
                _memory.WriteTo(file);
                file.Position = position;
            }
            catch
            {
                file.Dispose();
                throw;
            }

            _file = file;
            _memory.Dispose();
            _memory = null;
        }

        return Inner;
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
