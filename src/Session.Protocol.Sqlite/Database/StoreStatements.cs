using Microsoft.Data.Sqlite;

namespace Session.Protocol.Sqlite.Database;

/// <summary>All statements of a running store, prepared once.</summary>
internal sealed class StoreStatements(SqliteConnection connection) : IDisposable
{
    public Statement Begin { get; } = new(connection, "BEGIN IMMEDIATE");

    public Statement Commit { get; } = new(connection, "COMMIT");

    public Statement Rollback { get; } = new(connection, "ROLLBACK");

    public Statement AddHandled { get; } = new(connection, "INSERT INTO handled (key, day) VALUES ($0, $1) ON CONFLICT (key) DO UPDATE SET day = excluded.day", 2);

    public Statement FindHandled { get; } = new(connection, "SELECT 1 FROM handled WHERE key = $0", 1);

    public Statement SetPosition { get; } = new(connection, "INSERT INTO position (key, value) VALUES ($0, $1) ON CONFLICT (key) DO UPDATE SET value = excluded.value", 2);

    public Statement FindPosition { get; } = new(connection, "SELECT value FROM position WHERE key = $0", 1);

    public Statement SetState { get; } = new(
        connection,
        """
        INSERT INTO state (key, kind, day, label, value) VALUES ($0, $1, $2, $3, $4)
        ON CONFLICT (key) DO UPDATE SET day = excluded.day, label = excluded.label, value = excluded.value
        """,
        5);

    public Statement DeleteState { get; } = new(connection, "DELETE FROM state WHERE key = $0", 1);

    public Statement FindState { get; } = new(connection, "SELECT value FROM state WHERE key = $0", 1);

    public Statement ListStates { get; } = new(connection, "SELECT key, label FROM state WHERE kind = $0", 1);

    public Statement SetOnion { get; } = new(connection, "INSERT INTO onion (key, value) VALUES ($0, $1) ON CONFLICT (key) DO UPDATE SET value = excluded.value", 2);

    public Statement FindOnion { get; } = new(connection, "SELECT value FROM onion WHERE key = $0", 1);

    public Statement GetSweep { get; } = new(connection, "SELECT sweep FROM header");

    public Statement SetSweep { get; } = new(connection, "UPDATE header SET sweep = $0", 1);

    public Statement SweepHandled { get; } = new(connection, "DELETE FROM handled WHERE key IN (SELECT key FROM handled WHERE day = $0 LIMIT $1)", 2);

    public Statement SweepStates { get; } = new(connection, "DELETE FROM state WHERE key IN (SELECT key FROM state WHERE day = $0 LIMIT $1)", 2);

    public void Dispose()
    {
        Statement[] all =
        [
            Begin, Commit, Rollback, AddHandled, FindHandled, SetPosition, FindPosition, SetState, DeleteState, FindState, ListStates,
            SetOnion, FindOnion, GetSweep, SetSweep, SweepHandled, SweepStates,
        ];
        foreach (Statement statement in all)
        {
            statement.Dispose();
        }
    }
}
