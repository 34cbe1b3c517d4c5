using Session.Protocol.Onion;

namespace Session.Protocol.Client.Stores;

/// <summary>
/// Keeps node list and guards as two files in a folder. A file is replaced as a whole: after a crash it is the old or the new one.
/// Safe for concurrent use; two programs have a folder each.
/// </summary>
public sealed class FileOnionStore : IOnionStore, IDisposable
{
    /// <summary>Twice what the largest node list takes: more was not written by this library.</summary>
    private const int MaxFileSize = 2 * 1024 * 1024;

    private readonly string _folder;
    private readonly SemaphoreSlim _turn = new(1, 1);

    /// <summary>Chooses the folder; it is made when something is saved.</summary>
    /// <param name="folder">A folder of the application's own.</param>
    /// <exception cref="ArgumentException">No folder.</exception>
    public FileOnionStore(string folder)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        _folder = Path.GetFullPath(folder);
    }

    /// <inheritdoc/>
    public async ValueTask<ReadOnlyMemory<byte>?> LoadAsync(OnionStoreItem item, CancellationToken cancellationToken = default)
    {
        string path = PathOf(item);
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var file = new FileInfo(path);
            return !file.Exists ? (ReadOnlyMemory<byte>?)null
                : file.Length <= MaxFileSize ? await File.ReadAllBytesAsync(path, cancellationToken).ConfigureAwait(false)
                : throw new IOException($"{file.Name} has {file.Length} bytes, which this library did not write.");
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException("The file cannot be read.", e);
        }
        finally
        {
            _ = _turn.Release();
        }
    }

    /// <inheritdoc/>
    public async ValueTask SaveAsync(OnionStoreItem item, ReadOnlyMemory<byte> value, CancellationToken cancellationToken = default)
    {
        string path = PathOf(item), fresh = path + ".new";
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            _ = OperatingSystem.IsWindows()
                ? Directory.CreateDirectory(_folder)
                : Directory.CreateDirectory(_folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            await WriteAsync(fresh, value, cancellationToken).ConfigureAwait(false);
            File.Move(fresh, path, overwrite: true);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException("The file cannot be written.", e);
        }
        finally
        {
            _ = _turn.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();

    // On the disk (that is what write-through means) before it gets its name: the name is what says that it is whole.
    private static async Task WriteAsync(string path, ReadOnlyMemory<byte> value, CancellationToken cancellationToken)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, Options = FileOptions.Asynchronous | FileOptions.WriteThrough };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        var stream = new FileStream(path, options);
        await using (stream.ConfigureAwait(false))
        {
            await stream.WriteAsync(value, cancellationToken).ConfigureAwait(false);
        }
    }

    private string PathOf(OnionStoreItem item) => Path.Combine(_folder, item switch
    {
        OnionStoreItem.Nodes => "nodes.bin",
        OnionStoreItem.Guards => "guards.bin",
        _ => throw new ArgumentOutOfRangeException(nameof(item)),
    });
}
