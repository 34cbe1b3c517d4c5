using BenchmarkDotNet.Attributes;
using Microsoft.Data.Sqlite;
using Session.Protocol.Client.Stores;
using Session.Protocol.Sqlite;

namespace Session.Protocol.Benchmarks.Stores;

/// <summary>
/// What receiving a ratcheted message commits: its hash, the session, the message. The floor is the same SQLite with the same settings and
/// rows of the same sizes, unsealed: both wait for the disk.
/// </summary>
public class StoreCommit
{
    private const int SealSize = 40;

    private readonly string _folder = Directory.CreateTempSubdirectory("session-store-benchmark-").FullName;
    private SqliteAccountStore? _store;
    private SqliteConnection? _raw;
    private int _next;

    [GlobalSetup]
    public void Open()
    {
        using var key = SqliteStoreKey.FromBytes(new byte[SqliteStoreKey.Size]);
        _store = SqliteAccountStore.Open(Path.Combine(_folder, "account.db"), key);
        _raw = new SqliteConnection($"Data Source={Path.Combine(_folder, "raw.db")};Pooling=False");
        _raw.Open();
        using SqliteCommand create = _raw.CreateCommand();
        create.CommandText = """
            PRAGMA journal_mode = WAL;
            PRAGMA locking_mode = EXCLUSIVE;
            PRAGMA synchronous = FULL;
            PRAGMA secure_delete = ON;
            CREATE TABLE handled (key BLOB PRIMARY KEY, day BLOB NOT NULL) WITHOUT ROWID;
            CREATE TABLE state (key BLOB PRIMARY KEY, label BLOB NOT NULL, value BLOB NOT NULL) WITHOUT ROWID;
            """;
        _ = create.ExecuteNonQuery();
    }

    [GlobalCleanup]
    public async Task CloseAsync()
    {
        await _store!.DisposeAsync();
        await _raw!.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Benchmark(Baseline = true)]
    public async Task FloorAsync()
    {
        _next++;
        await using SqliteTransaction transaction = _raw!.BeginTransaction();
        Insert(transaction, "INSERT INTO handled VALUES ($0, $1)", BitConverter.GetBytes(_next), new byte[16]);
        Insert(transaction, "INSERT OR REPLACE INTO state VALUES ($0, $1, $2)", BitConverter.GetBytes(_next % 100), new byte[SealSize], new byte[2_000 + SealSize]);
        Insert(transaction, "INSERT OR REPLACE INTO state VALUES ($0, $1, $2)", BitConverter.GetBytes(1_000 + (_next % 1_000)), new byte[SealSize], new byte[500 + SealSize]);
        transaction.Commit();
    }

    [Benchmark]
    public async Task StepAsync() => await _store!.CommitAsync(StoreMeasurement.StepOf(_next++));

    private static void Insert(SqliteTransaction transaction, string sql, params ReadOnlySpan<byte[]> values)
    {
        using SqliteCommand command = transaction.Connection!.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = sql;
        for (int i = 0; i < values.Length; i++)
        {
            _ = command.Parameters.AddWithValue($"${i}", values[i]);
        }

        _ = command.ExecuteNonQuery();
    }
}
