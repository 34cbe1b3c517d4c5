namespace Session.Protocol.Sqlite;

/// <summary>Why a store could not be opened or used.</summary>
public enum SqliteStoreFault
{
    /// <summary>The key or passphrase is not the one that the store was made with. The store is unchanged.</summary>
    WrongKey = 0,

    /// <summary>Another process, or another store object of this one, has the file open.</summary>
    InUse,

    /// <summary>A later version of this library wrote the file. It is unchanged.</summary>
    NewerVersion,

    /// <summary>The file is something else than a store of this library. It is unchanged.</summary>
    NotAStore,

    /// <summary>The file, or a value in it, was altered or damaged.</summary>
    Damaged,

    /// <summary>The file cannot be read or written: the disk has failed, say, or is read-only. What was to be written was not.</summary>
    Unavailable,

    /// <summary>There is no room for what was to be written, and nothing of it was. The store stays usable: the same works once there is room.</summary>
    DiskFull,
}
