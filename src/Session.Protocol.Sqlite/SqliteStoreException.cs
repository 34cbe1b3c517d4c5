namespace Session.Protocol.Sqlite;

/// <summary>A store could not be opened or used. Texts never hold keys, ids or content.</summary>
/// <param name="fault">Why.</param>
/// <param name="message">A sentence for a developer.</param>
/// <param name="innerException">What caused it.</param>
public sealed class SqliteStoreException(SqliteStoreFault fault, string message, Exception? innerException = null) : IOException(message, innerException)
{
    /// <summary>Why.</summary>
    public SqliteStoreFault Fault { get; } = fault;
}
