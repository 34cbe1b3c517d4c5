using Microsoft.Extensions.DependencyInjection;
using Session.Protocol.Accounts;
using Session.Protocol.Client.Stores;
using Session.Protocol.Sqlite.Database;

namespace Session.Protocol.Sqlite.Tests;

public sealed class OpeningTests : IDisposable
{
    private static readonly AccountStateKey Device = new(AccountStateKind.Device, "self");

    private readonly StoreFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Open_Again_HasWhatWasCommitted()
    {
        await FillAsync();

        await using SqliteAccountStore store = _folder.Open();

        Assert.Equal([7], await store.LoadStateAsync(Device));
        Assert.True(await store.IsHashHandledAsync("h1"));
    }

    [Fact]
    public async Task Open_WrongKey_IsRefusedAndChangesNothing()
    {
        await FillAsync();
        IReadOnlyDictionary<string, byte[]> before = _folder.Files();
        using SqliteStoreKey wrong = SqliteStoreKey.FromBytes(new byte[32]);
        using SqliteStoreKey passphrase = SqliteStoreKey.FromPassphrase("secret");

        Assert.Equal(SqliteStoreFault.WrongKey, Assert.Throws<SqliteStoreException>(() => SqliteAccountStore.Open(_folder.Path, wrong)).Fault);
        Assert.Equal(SqliteStoreFault.WrongKey, Assert.Throws<SqliteStoreException>(() => SqliteAccountStore.Open(_folder.Path, passphrase)).Fault);

        Assert.Equal(before, _folder.Files());
        await using SqliteAccountStore store = _folder.Open();
        Assert.Equal([7], await store.LoadStateAsync(Device));
    }

    [Fact]
    public async Task Open_Passphrase_OpensWithTheSameOneOnly()
    {
        using (SqliteStoreKey key = SqliteStoreKey.FromPassphrase("Grüße, correct horse"))
        {
            await using SqliteAccountStore store = SqliteAccountStore.Open(_folder.Path, key);
            await store.CommitAsync(new AccountChanges { States = [new(Device, new byte[] { 7 })] });
        }

        using SqliteStoreKey wrong = SqliteStoreKey.FromPassphrase("Grüße, correct Horse");
        using SqliteStoreKey right = SqliteStoreKey.FromPassphrase("Grüße, correct horse");
        Assert.Equal(SqliteStoreFault.WrongKey, Assert.Throws<SqliteStoreException>(() => SqliteAccountStore.Open(_folder.Path, wrong)).Fault);
        Assert.Equal(SqliteStoreFault.WrongKey, Assert.Throws<SqliteStoreException>(() => _folder.Open()).Fault);
        await using SqliteAccountStore again = SqliteAccountStore.Open(_folder.Path, right);
        Assert.Equal([7], await again.LoadStateAsync(Device));
    }

    [Fact]
    public void Open_SecondTimeWhileOpen_IsRefusedUntilTheFirstIsClosed()
    {
        using (_folder.Open())
        {
            Assert.Equal(SqliteStoreFault.InUse, Assert.Throws<SqliteStoreException>(() => _folder.Open()).Fault);
        }

        _folder.Open().Dispose();
    }

    [Fact]
    public async Task Open_NewerVersion_IsRefusedAndChangesNothing()
    {
        await FillAsync();
        _folder.Tamper($"INSERT INTO version VALUES ({Migration.All[^1].Version + 1})");
        IReadOnlyDictionary<string, byte[]> before = _folder.Files();

        SqliteStoreException e = Assert.Throws<SqliteStoreException>(() => _folder.Open());

        Assert.Equal(SqliteStoreFault.NewerVersion, e.Fault);
        Assert.Equal(before, _folder.Files());
    }

    /// <summary>The files were written by the versions of the library that had these layouts.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Open_FileOfAnEarlierVersion_HasItsContentAndTheNewestLayout(int version)
    {
        File.Copy(Path.Combine(AppContext.BaseDirectory, "Fixtures", $"version-{version}.db"), _folder.Path);

        await using SqliteAccountStore store = _folder.Open();

        Assert.Equal([7], await store.LoadStateAsync(Device));
        Assert.Equal([Device], await store.ListStatesAsync(AccountStateKind.Device));
        Assert.True(await store.IsHashHandledAsync("h1"));
        await store.CommitAsync(new AccountChanges { States = [new(Device, new byte[] { 8 })] });
        Assert.Equal([8], await store.LoadStateAsync(Device));
        AccountId friend = AccountId.Parse("05" + new string('d', 64));
        await store.CommitAsync(new AccountChanges { Messages = [new MessageChange(MessageChangeKind.Put, friend, new MessageKey(friend, 1)) { Value = new byte[] { 9 } }] });
        Assert.Single(await store.ListMessagesAsync(friend, long.MaxValue, 10));
    }

    [Fact]
    public async Task Open_AfterAMigration_KeepsTheContentAndAppliesEachStepOnce()
    {
        await FillAsync();
        Migration[] next = [.. Migration.All, new(Migration.All[^1].Version + 1, "CREATE TABLE later (id INTEGER PRIMARY KEY);")];
        using SqliteStoreKey key = SqliteStoreKey.FromBytes(StoreFolder.Key);
        for (int i = 0; i < 2; i++)
        {
            await using SqliteAccountStore store = SqliteAccountStore.Open(_folder.Path, key, null, next);
            Assert.Equal([7], await store.LoadStateAsync(Device));
        }

        Assert.Equal(SqliteStoreFault.NewerVersion, Assert.Throws<SqliteStoreException>(() => _folder.Open()).Fault);
    }

    [Fact]
    public void Open_FailingMigration_ChangesNothing()
    {
        _folder.Open().Dispose();
        Migration[] broken = [.. Migration.All, new(Migration.All[^1].Version + 1, "CREATE TABLE later (id INTEGER); INSERT INTO nothing VALUES (1);")];
        using SqliteStoreKey key = SqliteStoreKey.FromBytes(StoreFolder.Key);

        Assert.Throws<SqliteStoreException>(() => SqliteAccountStore.Open(_folder.Path, key, null, broken));

        _folder.Open().Dispose();
    }

    [Theory]
    [InlineData("this is a text file, and long enough to be taken for a database by its length alone ..............")]
    [InlineData("SQLite format 3\0 and then nothing that belongs there, though it begins like a database; padding, padding, padding")]
    public void Open_SomethingElse_IsRefusedAndUnchanged(string content)
    {
        File.WriteAllText(_folder.Path, content);

        SqliteStoreException e = Assert.Throws<SqliteStoreException>(() => _folder.Open());

        Assert.True(e.Fault is SqliteStoreFault.NotAStore or SqliteStoreFault.Damaged, $"{e.Fault}");
        Assert.Equal(content, File.ReadAllText(_folder.Path));
    }

    [Fact]
    public void Open_SomebodyElsesDatabase_IsRefused()
    {
        _folder.Tamper("CREATE TABLE header (id INTEGER); CREATE TABLE version (version INTEGER)");

        Assert.Equal(SqliteStoreFault.NotAStore, Assert.Throws<SqliteStoreException>(() => _folder.Open()).Fault);
    }

    [Fact]
    public void Open_FileWhoseMakingWasInterrupted_IsMade()
    {
        File.WriteAllBytes(_folder.Path, []);

        _folder.Open().Dispose();
        _folder.Open().Dispose();
    }

    [Theory]
    [InlineData("UPDATE header SET passes = 1000000000, memory = 64")]
    [InlineData("UPDATE header SET passes = 4, memory = 1000000000")]
    [InlineData("UPDATE header SET passes = -1")]
    [InlineData("UPDATE header SET salt = x'00'")]
    [InlineData("DELETE FROM header")]
    public void Open_AlteredHeader_IsRefusedAtOnce(string tampering)
    {
        _folder.Open().Dispose();
        _folder.Tamper(tampering);

        Assert.Equal(SqliteStoreFault.Damaged, Assert.Throws<SqliteStoreException>(() => _folder.Open()).Fault);
    }

    [Fact]
    public void Open_Misuse_Throws()
    {
        using SqliteStoreKey key = SqliteStoreKey.FromBytes(StoreFolder.Key);

        Assert.Throws<ArgumentException>(() => SqliteStoreKey.FromBytes(new byte[31]));
        Assert.Throws<ArgumentException>(() => SqliteStoreKey.FromPassphrase(""));
        Assert.Throws<ArgumentException>(() => SqliteAccountStore.Open("", key));
        Assert.Throws<DirectoryNotFoundException>(() => SqliteAccountStore.Open(Path.Combine(_folder.Path, "missing", "account.db"), key));
        Assert.Equal("[secret]", key.ToString());
        key.Dispose();
        Assert.Throws<ObjectDisposedException>(() => SqliteAccountStore.Open(_folder.Path, key));
    }

    [Fact]
    public void Open_NewFile_IsReadableForItsOwnerOnly()
    {
        using SqliteAccountStore store = _folder.Open();
        foreach (string file in Directory.GetFiles(Path.GetDirectoryName(_folder.Path)!))
        {
            // Windows has no modes.
            Assert.True(OperatingSystem.IsWindows() || File.GetUnixFileMode(file) == (UnixFileMode.UserRead | UnixFileMode.UserWrite), file);
        }
    }

    [Fact]
    public async Task AddSqliteStore_Container_GivesTheStoreAndClosesIt()
    {
        await using (ServiceProvider services = new ServiceCollection().AddSqliteStore(_folder.Path, _ => SqliteStoreKey.FromBytes(StoreFolder.Key)).BuildServiceProvider())
        {
            await services.GetRequiredService<IAccountStore>().CommitAsync(new AccountChanges { States = [new(Device, new byte[] { 7 })] });
        }

        await using SqliteAccountStore store = _folder.Open();
        Assert.Equal([7], await store.LoadStateAsync(Device));
    }

    private async Task FillAsync()
    {
        await using SqliteAccountStore store = _folder.Open();
        await store.CommitAsync(new AccountChanges
        {
            States = [new(Device, new byte[] { 7 })],
            Handled = [new HandledMessage("h1", new DateTimeOffset(2100, 1, 1, 0, 0, 0, TimeSpan.Zero), null)],
        });
    }
}
