namespace Session.Protocol.Sqlite.Database;

/// <summary>
/// The right to use a store: a lock of the operating system on a file beside it, which goes with the process that holds it, however it
/// ends. The empty file stays: were it deleted, a second process could hold the lock of a file that has no name any more.
/// </summary>
internal sealed class StoreLease : IDisposable
{
    private const int WindowsSharingViolation = unchecked((int)0x80070020);

    /// <summary>EAGAIN of Linux and of macOS.</summary>
    private const int LinuxWouldBlock = 11;
    private const int MacWouldBlock = 35;

    private readonly FileStream _file;

    private StoreLease(FileStream file) => _file = file;

    /// <exception cref="SqliteStoreException">Somebody else holds it.</exception>
    public static StoreLease Take(string databasePath)
    {
        try
        {
            return new StoreLease(new FileStream(databasePath + ".lock", OwnerOnly(FileMode.OpenOrCreate)));
        }
        catch (IOException e) when (e.HResult is WindowsSharingViolation or LinuxWouldBlock or MacWouldBlock)
        {
            throw new SqliteStoreException(SqliteStoreFault.InUse, "The store is open already: one process, and one store object in it, may use it at a time.", e);
        }
    }

    /// <summary>A file that nobody but this user can read, and nobody else can open meanwhile.</summary>
    public static FileStreamOptions OwnerOnly(FileMode mode)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.ReadWrite, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return options;
    }

    public void Dispose() => _file.Dispose();
}
