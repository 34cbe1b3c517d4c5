using Microsoft.Data.Sqlite;
using Session.Protocol.Client.Stores;
using Session.Protocol.Client.Tests.Stores;

namespace Session.Protocol.Sqlite.Tests;

public sealed class SqliteAccountStoreTests : MessageStoreContract, IDisposable
{
    private readonly StoreFolder _folder = new();
    private SqliteAccountStore? _store;

    public void Dispose()
    {
        _store?.Dispose();
        _folder.Dispose();
    }

    protected override (int Messages, int Unswept) Years => (500, 2);

    protected override IAccountStore Open() => _store = _folder.Open(Time);

    protected override int CountHandled(IAccountStore store)
    {
        _store!.Dispose();
        using var connection = new SqliteConnection($"Data Source={_folder.Path};Pooling=False");
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = "SELECT count(*) FROM handled";
        int count = (int)(long)command.ExecuteScalar()! / 2; // by hash, and by author and time
        connection.Close();
        return count;
    }
}
