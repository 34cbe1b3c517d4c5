using System.Text;
using Microsoft.Extensions.Time.Testing;
using Session.Protocol.Accounts;
using Session.Protocol.Client.Stores;
using Session.Protocol.Onion.Swarms;

namespace Session.Protocol.Sqlite.Tests;

/// <summary>What somebody learns who copies the files, or alters them.</summary>
public sealed class SecrecyTests : IDisposable
{
    private const string Hash = "SecretHashSecretHashSecretHashSecretHashSec";
    private const string Text = "nobody must read this, and it is long enough to be found";
    private static readonly AccountId Account = AccountId.Parse("05" + new string('b', 64));
    private static readonly AccountId Group = AccountId.Parse("03" + new string('e', 64));
    private static readonly Ed25519PublicKey Node = Ed25519PublicKey.Parse(new string('c', 64));
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    private readonly FakeTimeProvider _time = new(Now);
    private readonly StoreFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Files_OpenAndClosed_HoldNothingInClear()
    {
        await using (SqliteAccountStore store = _folder.Open(_time))
        {
            await store.CommitAsync(Changes("a"));
            Assert.Contains(_folder.Files().Keys, x => x.EndsWith("-wal", StringComparison.Ordinal));
            RequireNothingInClear();
        }

        RequireNothingInClear();
    }

    [Fact]
    public async Task Files_TwoStoresWithTheSameKeyAndContent_HaveNoRowInCommon()
    {
        using var other = new StoreFolder();
        foreach (StoreFolder folder in new[] { _folder, other })
        {
            await using SqliteAccountStore store = folder.Open(_time);
            await store.CommitAsync(Changes("a"));
        }

        Assert.Empty(Blobs(_folder).Intersect(Blobs(other)));
    }

    [Theory]
    [InlineData("state", "value")]
    [InlineData("state", "label")]
    [InlineData("position", "value")]
    [InlineData("message", "value")]
    public async Task Values_SwappedBetweenRows_AreRefused(string table, string column)
    {
        await using (SqliteAccountStore store = _folder.Open(_time))
        {
            await store.CommitAsync(Changes("a"));
            await store.CommitAsync(Changes("b"));
        }

        // Each row gets the value of the other one.
        _folder.Tamper($"CREATE TEMP TABLE t AS SELECT key, {column} AS v FROM {table}; UPDATE {table} SET {column} = (SELECT v FROM t WHERE t.key <> {table}.key)");

        await using SqliteAccountStore altered = _folder.Open(_time);
        SqliteStoreException e = await Assert.ThrowsAsync<SqliteStoreException>(async () =>
        {
            await altered.ListStatesAsync(AccountStateKind.Session);
            await altered.LoadStateAsync(Session("a"));
            await altered.GetLastHashAsync(Node, Account, SwarmNamespace.Default);
            await altered.ListMessagesAsync(Account, long.MaxValue, 10);
        });
        Assert.Equal(SqliteStoreFault.Damaged, e.Fault);
    }

    [Fact]
    public async Task Message_MovedToAnotherConversation_IsRefused()
    {
        await using (SqliteAccountStore store = _folder.Open(_time))
        {
            await store.CommitAsync(Changes("a"));
            await store.CommitAsync(Changes("b"));
        }

        _folder.Tamper("UPDATE message SET number = 7, conversation = (SELECT conversation FROM message m WHERE m.key <> message.key) WHERE key = (SELECT min(key) FROM message)");

        await using SqliteAccountStore altered = _folder.Open(_time);
        SqliteStoreException e = await Assert.ThrowsAsync<SqliteStoreException>(async () =>
        {
            await altered.ListMessagesAsync(Account, long.MaxValue, 10);
            await altered.ListMessagesAsync(Group, long.MaxValue, 10);
        });
        Assert.Equal(SqliteStoreFault.Damaged, e.Fault);
    }

    [Theory]
    [InlineData("zeroblob(length(value))")]
    [InlineData("substr(value, 1, length(value) - 1)")]
    [InlineData("x''")]
    [InlineData("substr(value, 1, 24)")]
    public async Task Value_Altered_IsRefused(string altered)
    {
        await using (SqliteAccountStore store = _folder.Open(_time))
        {
            await store.CommitAsync(Changes("a"));
        }

        _folder.Tamper($"UPDATE state SET value = {altered}; UPDATE position SET value = {altered}; UPDATE message SET value = {altered}");

        await using SqliteAccountStore opened = _folder.Open(_time);
        Assert.Equal(SqliteStoreFault.Damaged, (await Assert.ThrowsAsync<SqliteStoreException>(() => opened.LoadStateAsync(Session("a")).AsTask())).Fault);
        Assert.Equal(SqliteStoreFault.Damaged, (await Assert.ThrowsAsync<SqliteStoreException>(
            () => opened.GetLastHashAsync(Node, Account, SwarmNamespace.Default).AsTask())).Fault);
        Assert.Equal(SqliteStoreFault.Damaged, (await Assert.ThrowsAsync<SqliteStoreException>(() => opened.ListMessagesAsync(Account, long.MaxValue, 10).AsTask())).Fault);
    }

    [Theory]
    [InlineData(MessageChangeKind.Put)]
    [InlineData(MessageChangeKind.Expire)]
    [InlineData(MessageChangeKind.Delete)]
    [InlineData(MessageChangeKind.Clear)]
    public async Task MessagesThatGo_AreOverwritten(MessageChangeKind kind)
    {
        await using (SqliteAccountStore store = _folder.Open(_time))
        {
            await store.CommitAsync(Changes("a"));
        }

        byte[] first = Sealed("message");
        Assert.True(_folder.Contains(first));
        await using (SqliteAccountStore store = _folder.Open(_time))
        {
            await store.CommitAsync(new AccountChanges { Messages = [Message("a") with { Kind = kind, ExpiresAt = Now.AddDays(1) }] });
        }

        Assert.False(_folder.Contains(first));
    }

    [Fact]
    public async Task MessagesThatExpired_AreOverwrittenOnceTheirDayIsOver()
    {
        await using (SqliteAccountStore store = _folder.Open(_time))
        {
            await store.CommitAsync(new AccountChanges { Messages = [Message("a") with { ExpiresAt = Now.AddHours(1) }] });
        }

        byte[] first = Sealed("message");
        _time.Advance(TimeSpan.FromDays(1));
        await using (SqliteAccountStore store = _folder.Open(_time))
        {
            await store.CommitAsync(new AccountChanges());
        }

        Assert.False(_folder.Contains(first));
    }

    [Fact]
    public async Task DeletedAndReplacedValues_AreOverwritten()
    {
        byte[] first, second;
        await using (SqliteAccountStore store = _folder.Open(_time))
        {
            await store.CommitAsync(Changes("a"));
        }

        first = Sealed("state");
        await using (SqliteAccountStore store = _folder.Open(_time))
        {
            await store.CommitAsync(Changes("a"));
        }

        second = Sealed("state");
        await using (SqliteAccountStore store = _folder.Open(_time))
        {
            await store.CommitAsync(new AccountChanges { States = [new(Session("a"), default)] });
        }

        Assert.NotEqual(first, second);
        Assert.False(_folder.Contains(first));
        Assert.False(_folder.Contains(second));
    }

    [Fact]
    public async Task DestroyAsync_LeavesNoFileAndAnOldCopyWithoutUse()
    {
        SqliteAccountStore store = _folder.Open(_time);
        await store.CommitAsync(Changes("a"));
        string wal = _folder.Path + "-wal", link = _folder.Path + ".kept", walLink = wal + ".kept";
        CreateHardLink(_folder.Path, link);
        CreateHardLink(wal, walLink);
        byte[] box = [.. _folder.Files()["account.db-wal"]];

        await store.DestroyAsync();

        Assert.False(File.Exists(_folder.Path));
        Assert.False(File.Exists(wal));

        // The bytes on the disk, which the names led to, are gone as well.
        Assert.Empty(File.ReadAllBytes(walLink));
        byte[] left = File.ReadAllBytes(link);
        Assert.True(box.Length > 0);
        Assert.Equal(0, CountRows(link));
        Assert.True(left.Length <= 16 * 4_096, $"{left.Length} bytes are left: the empty tables and nothing else.");
        _folder.Open(_time).Dispose();
    }

    private static AccountStateKey Session(string name) => new(AccountStateKind.Session, $"{Account}:{name}");

    private static MessageChange Message(string name) => new(MessageChangeKind.Put, name == "a" ? Account : Group, new MessageKey(Account, Now.ToUnixTimeMilliseconds() + name[0]))
    {
        Value = Encoding.UTF8.GetBytes(Text + name),
        ExpiresAt = Now.AddDays(14),
    };

    private static AccountChanges Changes(string name) => new()
    {
        Handled = [new HandledMessage(Hash, Now.AddDays(14), new MessageKey(Account, Now.ToUnixTimeMilliseconds()))],
        Positions = [new RetrievePosition(Node, Account, name == "a" ? SwarmNamespace.Default : SwarmNamespace.GroupMessages, Hash)],
        States = [new(Session(name), Encoding.UTF8.GetBytes(Text + name), Now.AddDays(14))],
        Messages = [Message(name)],
    };

    private void RequireNothingInClear()
    {
        Assert.False(_folder.Contains(Text));
        Assert.False(_folder.Contains(Hash[..12]));
        Assert.False(_folder.Contains(Account.ToString()[..16]));
        Assert.False(_folder.Contains(Account.AsSpan()[..8]));
        Assert.False(_folder.Contains(Node.AsSpan()[..8]));
        Assert.False(_folder.Contains(Group.ToString()[..16]));
        Assert.False(_folder.Contains(Group.AsSpan()[..8]));
        Assert.False(_folder.Contains(StoreFolder.Key));

        // Times in any form that a database uses.
        foreach (DateTimeOffset time in new[] { Now, Now.AddDays(14) })
        {
            foreach (long number in new[] { time.ToUnixTimeMilliseconds(), time.ToUnixTimeSeconds(), time.UtcTicks })
            {
                byte[] little = BitConverter.GetBytes(number);
                Assert.False(_folder.Contains(little.AsSpan(0, 6)));
                Array.Reverse(little);
                Assert.False(_folder.Contains(little.AsSpan(2)));
                Assert.False(_folder.Contains($"{number}"));
            }
        }
    }

    private byte[] Sealed(string table) => Convert.FromHexString(Query(_folder, $"SELECT hex(value) FROM {table}").Single());

    private static IReadOnlyList<string> Blobs(StoreFolder folder) => Query(
        folder,
        "SELECT hex(key) FROM handled UNION ALL SELECT hex(day) FROM handled UNION ALL SELECT hex(key) FROM position UNION ALL SELECT hex(value) FROM position "
        + "UNION ALL SELECT hex(key) FROM state UNION ALL SELECT hex(label) FROM state UNION ALL SELECT hex(value) FROM state UNION ALL SELECT hex(day) FROM state "
        + "UNION ALL SELECT hex(conversation) FROM message UNION ALL SELECT hex(key) FROM message UNION ALL SELECT hex(day) FROM message UNION ALL SELECT hex(value) FROM message");

    private static long CountRows(string path) => Query(path, "SELECT (SELECT count(*) FROM state) + (SELECT count(*) FROM handled) + (SELECT count(*) FROM header) + (SELECT count(*) FROM message)") is [string n] ? long.Parse(n, System.Globalization.CultureInfo.InvariantCulture) : -1;

    private static IReadOnlyList<string> Query(StoreFolder folder, string sql) => Query(folder.Path, sql);

    private static IReadOnlyList<string> Query(string path, string sql)
    {
        using var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        using Microsoft.Data.Sqlite.SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        using Microsoft.Data.Sqlite.SqliteDataReader rows = command.ExecuteReader();
        var found = new List<string>();
        while (rows.Read())
        {
            found.Add(rows.GetString(0));
        }

        return found;
    }

    private static void CreateHardLink(string file, string link)
    {
        using System.Diagnostics.Process ln = System.Diagnostics.Process.Start("ln", [file, link]);
        ln.WaitForExit();
        Assert.Equal(0, ln.ExitCode);
    }
}
