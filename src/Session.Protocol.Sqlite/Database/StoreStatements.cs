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

    public Statement PutMessage { get; } = new(
        connection,
        """
        INSERT INTO message (conversation, number, key, day, value)
        VALUES ($0, (SELECT coalesce(max(number), 0) + 1 FROM message WHERE conversation = $0), $1, $2, $3)
        ON CONFLICT (key) DO UPDATE SET day = excluded.day, value = excluded.value
        """,
        4);

    public Statement TrimMessages { get; } = new(
        connection, "DELETE FROM message WHERE conversation = $0 AND number <= (SELECT max(number) FROM message WHERE conversation = $0) - $1", 2);

    public Statement FindMessage { get; } = new(connection, "SELECT value FROM message WHERE key = $0", 1);

    public Statement DateMessage { get; } = new(connection, "UPDATE message SET day = $1, value = $2 WHERE key = $0", 3);

    public Statement DeleteMessage { get; } = new(connection, "DELETE FROM message WHERE key = $0 AND ($1 IS NULL OR conversation = $1)", 2);

    public Statement ClearMessages { get; } = new(connection, "DELETE FROM message WHERE conversation = $0", 1);

    public Statement ListMessages { get; } = new(
        connection, "SELECT number, key, value FROM message WHERE conversation = $0 AND number < $1 ORDER BY number DESC", 2);

    public Statement GetSweep { get; } = new(connection, "SELECT sweep FROM header");

    public Statement SetSweep { get; } = new(connection, "UPDATE header SET sweep = $0", 1);

    public Statement SweepHandled { get; } = new(connection, "DELETE FROM handled WHERE key IN (SELECT key FROM handled WHERE day = $0 LIMIT $1)", 2);

    public Statement SweepStates { get; } = new(connection, "DELETE FROM state WHERE key IN (SELECT key FROM state WHERE day = $0 LIMIT $1)", 2);

    public Statement SweepMessages { get; } = new(connection, "DELETE FROM message WHERE key IN (SELECT key FROM message WHERE day = $0 LIMIT $1)", 2);

    public void Dispose()
    {
        Statement[] all =
        [
            Begin, Commit, Rollback, AddHandled, FindHandled, SetPosition, FindPosition, SetState, DeleteState, FindState, ListStates,
            SetOnion, FindOnion, PutMessage, TrimMessages, FindMessage, DateMessage, DeleteMessage, ClearMessages, ListMessages,
            GetSweep, SetSweep, SweepHandled, SweepStates, SweepMessages,
        ];
        foreach (Statement statement in all)
        {
            statement.Dispose();
        }
    }
}
