namespace Session.Protocol.Sqlite.Database;

/// <summary>One step from a version of the layout to the next. Steps that were released never change.</summary>
/// <param name="Version">The version that it leads to.</param>
/// <param name="Sql">What it does.</param>
internal sealed record Migration(int Version, string Sql)
{
    /// <summary>All steps, in order.</summary>
    public static IReadOnlyList<Migration> All { get; } =
    [
        // Keys are keyed hashes and days are too, so neither names nor times show; see docs/persistence.md. Rows have no rowid, which
        // would keep the order in which they came.
        new(1, """
            CREATE TABLE header (
                id INTEGER PRIMARY KEY CHECK (id = 1),
                salt BLOB NOT NULL,
                passes INTEGER NOT NULL,
                memory INTEGER NOT NULL,
                proof BLOB NOT NULL,
                sweep BLOB);
            CREATE TABLE handled (key BLOB PRIMARY KEY, day BLOB NOT NULL) WITHOUT ROWID;
            CREATE INDEX handled_day ON handled (day);
            CREATE TABLE position (key BLOB PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
            CREATE TABLE state (key BLOB PRIMARY KEY, kind INTEGER NOT NULL, day BLOB, label BLOB NOT NULL, value BLOB NOT NULL) WITHOUT ROWID;
            CREATE INDEX state_kind ON state (kind);
            CREATE INDEX state_day ON state (day) WHERE day IS NOT NULL;
            """),
        new(2, "CREATE TABLE onion (key BLOB PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;"),
        new(3, """
            CREATE TABLE message (conversation BLOB NOT NULL, number INTEGER NOT NULL, key BLOB NOT NULL, day BLOB, value BLOB NOT NULL, PRIMARY KEY (conversation, number)) WITHOUT ROWID;
            CREATE UNIQUE INDEX message_key ON message (key);
            CREATE INDEX message_day ON message (day) WHERE day IS NOT NULL;
            """),
    ];
}
