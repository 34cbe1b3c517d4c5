using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using Microsoft.Data.Sqlite;
using Session.Protocol.Accounts;
using Session.Protocol.Client.Stores;
using Session.Protocol.Onion;
using Session.Protocol.Onion.Swarms;
using Session.Protocol.Sqlite.Database;
using Session.Protocol.Sqlite.Sealing;

namespace Session.Protocol.Sqlite;

/// <summary>
/// An <see cref="IMessageStore"/> in one SQLite file, encrypted: who copies the file learns sizes and counts, nothing else. The file
/// belongs to one account and is open in one process at a time; it must never be restored from a backup, because a ratchet that goes
/// back uses keys twice (docs/persistence.md). It is an <see cref="IOnionStore"/> too, so that node list and guards lie in the same file, as
/// well hidden: give it to <see cref="OnionClientOptions.Store"/>, and dispose the client before the store. Safe for concurrent use.
/// </summary>
public sealed class SqliteAccountStore : IMessageStore, IOnionStore, IAsyncDisposable, IDisposable
{
    /// <summary>Commits that wait for the disk at the same time are written together, at most so many.</summary>
    private const int MaxBatch = 64;

    private readonly StoreDatabase _database;
    private readonly StoreStatements _statements;
    private readonly StoreWriter _writer;
    private readonly TimeProvider _time;

    [SuppressMessage("Usage", "CA2213:Disposable fields should be disposed", Justification = "Somebody may be waiting for it and is then told that the store is closed; it holds nothing but memory.")]
    private readonly SemaphoreSlim _turn = new(1, 1);

    private readonly ConcurrentQueue<SealedCommit> _waiting = new();
    private bool _isClosed;

    private SqliteAccountStore(StoreDatabase database, TimeProvider time)
    {
        _database = database;
        _time = time;
        _statements = new StoreStatements(database.Connection);
        _writer = new StoreWriter(_statements, database.Sealer, time);
    }

    /// <summary>Opens a store, or makes a new one where there is no file.</summary>
    /// <param name="path">The file; its folder exists. SQLite puts a <c>-wal</c> beside it, and this library a <c>.lock</c>.</param>
    /// <param name="key">What it is encrypted with; not needed afterwards.</param>
    /// <param name="timeProvider">Decides what has expired; null for the system's clock.</param>
    /// <returns>The store; dispose it to let another process use the file.</returns>
    /// <exception cref="SqliteStoreException">The key is wrong, the file is in use, newer, or not a store; it is unchanged then.</exception>
    /// <exception cref="IOException">The file cannot be opened or made.</exception>
    /// <exception cref="UnauthorizedAccessException">The user may not open it.</exception>
    public static SqliteAccountStore Open(string path, SqliteStoreKey key, TimeProvider? timeProvider = null) =>
        Open(path, key, timeProvider, Migration.All);

    internal static SqliteAccountStore Open(string path, SqliteStoreKey key, TimeProvider? timeProvider, IReadOnlyList<Migration> migrations)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(key);
        var database = StoreDatabase.Open(Path.GetFullPath(path), key, migrations);
        try
        {
            return new SqliteAccountStore(database, timeProvider ?? TimeProvider.System);
        }
        catch (SqliteException e)
        {
            database.Dispose();
            throw StoreDatabase.Translate(e);
        }
    }

    /// <inheritdoc/>
    public ValueTask<string?> GetLastHashAsync(Ed25519PublicKey node, AccountId account, SwarmNamespace space, CancellationToken cancellationToken = default)
    {
        byte[] key = RowName.Of(_database.Sealer, node, account, space);
        return ReadAsync(
            () => _statements.FindPosition.Read(key) is byte[] box ? Encoding.UTF8.GetString(_database.Sealer.Open(RowKind.Position, key, box)) : null,
            cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<bool> IsHashHandledAsync(string hash, CancellationToken cancellationToken = default) =>
        IsHandledAsync(RowName.Of(_database.Sealer, hash), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<bool> IsMessageHandledAsync(MessageKey message, CancellationToken cancellationToken = default) =>
        IsHandledAsync(RowName.Of(_database.Sealer, message), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<byte[]?> LoadStateAsync(AccountStateKey key, CancellationToken cancellationToken = default)
    {
        byte[] row = RowName.Of(_database.Sealer, key);
        return ReadAsync(
            () => _statements.FindState.Read(row) is byte[] box ? SealedState.Open(RowKind.StateValue, row, box, _database.Sealer, _time.GetUtcNow()) : null,
            cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<AccountStateKey>> ListStatesAsync(AccountStateKind kind, CancellationToken cancellationToken = default) => ReadAsync<IReadOnlyList<AccountStateKey>>(
        () =>
        {
            DateTimeOffset now = _time.GetUtcNow();
            var keys = new List<AccountStateKey>();
            using SqliteDataReader rows = _statements.ListStates.ReadRows((long)kind);
            while (rows.Read())
            {
                if (SealedState.Open(RowKind.StateLabel, rows.GetFieldValue<byte[]>(0), rows.GetFieldValue<byte[]>(1), _database.Sealer, now) is { } name)
                {
                    keys.Add(new AccountStateKey(kind, Encoding.UTF8.GetString(name)));
                }
            }

            return keys;
        },
        cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<MessageEntry>> ListMessagesAsync(AccountId conversation, long before, int limit, CancellationToken cancellationToken = default)
    {
        byte[] name = RowName.Of(_database.Sealer, conversation);
        return ReadAsync<IReadOnlyList<MessageEntry>>(
            () =>
            {
                DateTimeOffset now = _time.GetUtcNow();
                var entries = new List<MessageEntry>();
                using SqliteDataReader rows = _statements.ListMessages.ReadRows(name, before);
                while (entries.Count < limit && rows.Read())
                {
                    if (SealedMessageChange.Open(_database.Sealer, conversation, rows.GetInt64(0), rows.GetFieldValue<byte[]>(1), rows.GetFieldValue<byte[]>(2), now) is { } entry)
                    {
                        entries.Add(entry);
                    }
                }

                return entries;
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    /// <exception cref="SqliteStoreException">It could not be written; nothing of it was. The store stays usable, and the same may work later.</exception>
    public async ValueTask CommitAsync(AccountChanges changes, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(changes);
        cancellationToken.ThrowIfCancellationRequested();
        var commit = SealedCommit.Create(changes, _database.Sealer);
        _waiting.Enqueue(commit);

        // From here on it will be written, by this call or with the commit of another one, so the token no longer counts.
        await _turn.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        try
        {
            while (!commit.IsDone)
            {
                WriteWaiting();
            }
        }
        finally
        {
            _turn.Release();
        }

        if (commit.Failure is { } failure)
        {
            throw failure is SqliteException e ? StoreDatabase.Translate(e) : failure;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DestroyAsync(CancellationToken cancellationToken = default)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(_isClosed, this);
            _statements.Dispose();
            _database.Destroy();
            _isClosed = true;
        }
        catch (SqliteException e)
        {
            throw StoreDatabase.Translate(e);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc/>
    async ValueTask<ReadOnlyMemory<byte>?> IOnionStore.LoadAsync(OnionStoreItem item, CancellationToken cancellationToken) =>
        await OnionAsync<ReadOnlyMemory<byte>?>(
            () =>
            {
                byte[] key = RowName.Of(_database.Sealer, item);
                return _statements.FindOnion.Read(key) is byte[] box ? _database.Sealer.Open(RowKind.Onion, key, box) : (ReadOnlyMemory<byte>?)null;
            },
            cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    async ValueTask IOnionStore.SaveAsync(OnionStoreItem item, ReadOnlyMemory<byte> value, CancellationToken cancellationToken) =>
        _ = await OnionAsync(
            () =>
            {
                byte[] key = RowName.Of(_database.Sealer, item);
                return _statements.SetOnion.Run(key, _database.Sealer.Seal(RowKind.Onion, key, value.Span));
            },
            cancellationToken).ConfigureAwait(false);

    /// <summary>Closes the file, zeroes the keys and gives the lease back. A commit under way is finished first.</summary>
    public void Dispose()
    {
        _turn.Wait();
        Close();
    }

    /// <summary>Closes the file, zeroes the keys and gives the lease back. A commit under way is finished first.</summary>
    /// <returns>A task that ends when another process can open the file.</returns>
    public async ValueTask DisposeAsync()
    {
        await _turn.WaitAsync().ConfigureAwait(false);
        Close();
    }

    /// <summary>Sets one of SQLite's own limits on the store's connection, in turn with all else: a test has no other way to a disk that is full.</summary>
    /// <returns>What SQLite answers.</returns>
    internal ValueTask<long> PragmaAsync(string pragma) => ReadAsync(
        () =>
        {
            using var statement = new Statement(_database.Connection, "PRAGMA " + pragma);
            return statement.Read() as long? ?? 0;
        },
        CancellationToken.None);

    private ValueTask<bool> IsHandledAsync(byte[] key, CancellationToken cancellationToken) =>
        ReadAsync(() => _statements.FindHandled.Read(key) is not null, cancellationToken);

    // An onion client goes on without its store when that fails with what the contract names.
    private async ValueTask<T> OnionAsync<T>(Func<T> use, CancellationToken cancellationToken)
    {
        try
        {
            return await ReadAsync(use, cancellationToken).ConfigureAwait(false);
        }
        catch (ObjectDisposedException e)
        {
            throw new SqliteStoreException(SqliteStoreFault.Unavailable, "The store is closed.", e);
        }
    }

    private async ValueTask<T> ReadAsync<T>(Func<T> read, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(_isClosed, this);
            return read();
        }
        catch (SqliteException e)
        {
            throw StoreDatabase.Translate(e);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Writes what has gathered, in one transaction. Within the turn.</summary>
    private void WriteWaiting()
    {
        var batch = new List<SealedCommit>();
        while (batch.Count < MaxBatch && _waiting.TryDequeue(out SealedCommit? next))
        {
            batch.Add(next);
        }

        if (batch.Count > 1 && TryWrite(batch) is null)
        {
            batch.ForEach(x => x.Complete(failure: null));
            return;
        }

        // One that does not fit takes none of the others with it.
        batch.ForEach(x => x.Complete(TryWrite([x])));
    }

    private Exception? TryWrite(IReadOnlyList<SealedCommit> commits)
    {
        try
        {
            ObjectDisposedException.ThrowIf(_isClosed, this);
            _writer.Write(commits);
            return null;
        }
        catch (Exception e) when (e is SqliteException or SqliteStoreException or ObjectDisposedException)
        {
            return e;
        }
    }

    private void Close()
    {
        if (!_isClosed)
        {
            _isClosed = true;
            _statements.Dispose();
            _database.Dispose();
        }

        _turn.Release();
    }
}
