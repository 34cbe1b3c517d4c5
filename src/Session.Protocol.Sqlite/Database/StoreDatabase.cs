using System.Security.Cryptography;
using Microsoft.Data.Sqlite;
using Session.Protocol.Sqlite.Sealing;

namespace Session.Protocol.Sqlite.Database;

/// <summary>An open file: lease, connection, keys. Opening checks the key and the version before anything is written.</summary>
internal sealed class StoreDatabase : IDisposable
{
    /// <summary>Marks a file as ours: "Sess" in ASCII.</summary>
    private const long ApplicationId = 0x53657373;

    private readonly StoreLease _lease;

    private StoreDatabase(string path, StoreLease lease, SqliteConnection connection, RowSealer sealer)
    {
        Path = path;
        _lease = lease;
        Connection = connection;
        Sealer = sealer;
    }

    public string Path { get; }

    public SqliteConnection Connection { get; }

    public RowSealer Sealer { get; }

    private static ReadOnlySpan<byte> Proof => "this is the key"u8;

    /// <summary>Opens a file, or makes it where there is none.</summary>
    /// <exception cref="SqliteStoreException">It cannot be used.</exception>
    public static StoreDatabase Open(string path, SqliteStoreKey key, IReadOnlyList<Migration> migrations)
    {
        StoreLease lease = StoreLease.Take(path);
        SqliteConnection? connection = null;
        RowSealer? sealer = null;
        try
        {
            CreateWhereMissing(path);
            connection = Connect(path);
            if (IsEmpty(connection))
            {
                Create(connection, key, migrations);
            }

            sealer = Check(connection, key, migrations);
            Execute(connection, "PRAGMA journal_mode = WAL");
            Migrate(connection, migrations);
            return new StoreDatabase(path, lease, connection, sealer);
        }
        catch (Exception e)
        {
            sealer?.Dispose();
            connection?.Dispose();
            lease.Dispose();
            if (e is SqliteException trouble)
            {
                throw Translate(trouble);
            }

            throw;
        }
    }

    /// <summary>What SQLite's trouble means to the caller.</summary>
    public static SqliteStoreException Translate(SqliteException e) => e.SqliteErrorCode switch
    {
        SQLitePCL.raw.SQLITE_BUSY or SQLitePCL.raw.SQLITE_LOCKED => new SqliteStoreException(SqliteStoreFault.InUse, "Another process uses the file.", e),
        SQLitePCL.raw.SQLITE_CORRUPT => new SqliteStoreException(SqliteStoreFault.Damaged, "The file is damaged.", e),
        SQLitePCL.raw.SQLITE_NOTADB => new SqliteStoreException(SqliteStoreFault.NotAStore, "The file is no database.", e),
        SQLitePCL.raw.SQLITE_FULL => new SqliteStoreException(SqliteStoreFault.DiskFull, "The disk is full, nothing was written: make room and try again. The store need not be opened anew.", e),
        SQLitePCL.raw.SQLITE_READONLY => new SqliteStoreException(SqliteStoreFault.Unavailable, "The file is read-only, nothing was written: let this user write to it, and look whether its disk was mounted read-only.", e),
        SQLitePCL.raw.SQLITE_IOERR => new SqliteStoreException(SqliteStoreFault.Unavailable, "The disk cannot be read or written: look for a defect, a quota, or a mount that has gone.", e),
        _ => new SqliteStoreException(SqliteStoreFault.Unavailable, "The file cannot be read or written.", e),
    };

    /// <summary>
    /// Deletes the file and its content: every page is overwritten with zeros, the salt without which the key is of no use too, before
    /// the name goes. Disposes this.
    /// </summary>
    public void Destroy()
    {
        // Deleting overwrites (secure_delete); VACUUM gives back the pages, and the truncated log holds none of them.
        Execute(Connection, """
            BEGIN IMMEDIATE;
            DELETE FROM state;
            DELETE FROM handled;
            DELETE FROM position;
            DELETE FROM onion;
            DELETE FROM message;
            DELETE FROM header;
            COMMIT;
            VACUUM;
            PRAGMA wal_checkpoint(TRUNCATE);
            """);
        Sealer.Dispose();
        Connection.Dispose();
        foreach (string suffix in new[] { string.Empty, "-wal", "-shm", "-journal" })
        {
            File.Delete(Path + suffix);
        }

        _lease.Dispose();
    }

    public void Dispose()
    {
        Sealer.Dispose();
        Connection.Dispose();
        _lease.Dispose();
    }

    private static void CreateWhereMissing(string path)
    {
        // SQLite would make it readable for everybody.
        using var file = new FileStream(path, StoreLease.OwnerOnly(FileMode.OpenOrCreate));
    }

    /// <summary>Also where the making of a store was interrupted.</summary>
    private static bool IsEmpty(SqliteConnection connection) =>
        Scalar(connection, "SELECT count(*) FROM sqlite_schema") is 0L && Scalar(connection, "PRAGMA application_id") is 0L;

    private static SqliteConnection Connect(string path)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = SqliteOpenMode.ReadWrite,

            // A pooled connection would stay open after the store is closed.
            Pooling = false,

            // The lease is taken: whoever has the file locked now keeps it.
            DefaultTimeout = 1,
        }.ToString());
        try
        {
            connection.Open();

            // FULL, because a commit that was reported must survive a loss of power: a ratchet that goes back uses keys twice.
            Execute(connection, """
                PRAGMA locking_mode = EXCLUSIVE;
                PRAGMA synchronous = FULL;
                PRAGMA secure_delete = ON;
                PRAGMA temp_store = MEMORY;
                PRAGMA trusted_schema = OFF;
                PRAGMA cache_size = -1024;
                """);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private static void Create(SqliteConnection connection, SqliteStoreKey key, IReadOnlyList<Migration> migrations)
    {
        KeyDerivation derivation = key.NewDerivation();
        using RowSealer? sealer = Derive(key, derivation);
        Execute(connection, FormattableString.Invariant($"""
            BEGIN IMMEDIATE;
            PRAGMA application_id = {ApplicationId};
            CREATE TABLE version (version INTEGER PRIMARY KEY);
            {migrations[0].Sql}
            INSERT INTO version VALUES (1);
            """));
        using var insert = new Statement(connection, "INSERT INTO header (id, salt, passes, memory, proof) VALUES (1, $0, $1, $2, $3)", 4);
        insert.Run(derivation.Salt, derivation.Passes, derivation.MemoryKib, sealer!.Seal(RowKind.Proof, derivation.Salt, Proof));
        Execute(connection, "COMMIT");
    }

    private static RowSealer Check(SqliteConnection connection, SqliteStoreKey key, IReadOnlyList<Migration> migrations)
    {
        if (Scalar(connection, "PRAGMA application_id") is not ApplicationId)
        {
            throw new SqliteStoreException(SqliteStoreFault.NotAStore, "The file is a database, but no store of this library.");
        }

        if (Version(connection) > migrations[^1].Version)
        {
            throw new SqliteStoreException(
                SqliteStoreFault.NewerVersion,
                FormattableString.Invariant($"The file has layout {Version(connection)}, this version of the library knows those up to {migrations[^1].Version}."));
        }

        (KeyDerivation derivation, byte[] proof) = ReadHeader(connection);
        var wrong = new SqliteStoreException(
            SqliteStoreFault.WrongKey,
            derivation.IsFromPassphrase ? "The store was made with another passphrase." : "The store was made with another key, and with no passphrase.");
        RowSealer sealer = Derive(key, derivation) ?? throw wrong;
        if (IsProven(sealer, derivation, proof))
        {
            return sealer;
        }

        sealer.Dispose();
        throw wrong;
    }

    private static bool IsProven(RowSealer sealer, KeyDerivation derivation, byte[] proof)
    {
        Span<byte> opened = stackalloc byte[Proof.Length];
        return proof.Length == RowSealer.Overhead + opened.Length && sealer.TryOpen(RowKind.Proof, derivation.Salt, proof, opened) && opened.SequenceEqual(Proof);
    }

    private static (KeyDerivation Derivation, byte[] Proof) ReadHeader(SqliteConnection connection)
    {
        using var statement = new Statement(connection, "SELECT salt, passes, memory, proof FROM header");
        using SqliteDataReader row = statement.ReadRows();
        if (row.Read() && row.GetInt64(1) is var passes and >= 0 and <= int.MaxValue && row.GetInt64(2) is var memory and >= 0 and <= int.MaxValue)
        {
            var derivation = new KeyDerivation(row.GetFieldValue<byte[]>(0), (int)passes, (int)memory);
            if (derivation.IsUsable)
            {
                return (derivation, row.GetFieldValue<byte[]>(3));
            }
        }

        throw new SqliteStoreException(SqliteStoreFault.Damaged, "The store's header is missing or altered.");
    }

    private static void Migrate(SqliteConnection connection, IReadOnlyList<Migration> migrations)
    {
        long version = Version(connection);
        foreach (Migration step in migrations.Where(x => x.Version > version))
        {
            Execute(connection, FormattableString.Invariant($"BEGIN IMMEDIATE; {step.Sql} INSERT INTO version VALUES ({step.Version}); COMMIT;"));
        }
    }

    private static RowSealer? Derive(SqliteStoreKey key, KeyDerivation derivation)
    {
        Span<byte> root = stackalloc byte[SqliteStoreKey.Size];
        try
        {
            return key.TryDerive(derivation, root) ? RowSealer.Create(root, derivation) : null;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(root);
        }
    }

    private static long Version(SqliteConnection connection) => Scalar(connection, "SELECT max(version) FROM version") as long? ?? 0;

    private static object? Scalar(SqliteConnection connection, string sql)
    {
        using var statement = new Statement(connection, sql);
        return statement.Read();
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        // Not prepared: a statement may need what the one before it makes.
        using SqliteCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // Texts are constants of this package.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }
}
