using Session.Protocol.Accounts;
using Session.Protocol.Client.Stores;
using Session.Protocol.Onion.Swarms;

namespace Session.Protocol.Sqlite.Tests;

/// <summary>A store whose disk has no room left, or cannot be written.</summary>
public sealed class DiskFullTests : IDisposable
{
    private static readonly AccountId Friend = AccountId.Parse("05" + new string('d', 64));
    private static readonly Ed25519PublicKey Node = Ed25519PublicKey.Parse(new string('c', 64));
    private static readonly AccountStateKey Device = new(AccountStateKind.Device, "self"), Session = new(AccountStateKind.Session, "a name to keep secret");
    private static readonly DateTimeOffset Later = TimeProvider.System.GetUtcNow().AddDays(7);

    /// <summary>One change of each kind, with what no page has room for.</summary>
    private static readonly AccountChanges TooMuch = new()
    {
        Handled = [new HandledMessage("h2", Later, new MessageKey(Friend, 2))],
        Positions = [new RetrievePosition(Node, Friend, SwarmNamespace.Default, "h2")],
        States = [new(Device, default), new(Session, new byte[100_000])],
        Messages = [new MessageChange(MessageChangeKind.Delete, Friend, new MessageKey(Friend, 1)), Message(2)],
    };

    private readonly StoreFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task CommitAsync_DiskFull_SaysSoAndAppliesNothingOfIt()
    {
        await using (SqliteAccountStore store = await OpenAsync())
        {
            await store.AllowAsync(await store.PragmaAsync("page_count"));

            SqliteStoreException e = await Assert.ThrowsAsync<SqliteStoreException>(() => store.CommitAsync(TooMuch).AsTask());

            Assert.Equal(SqliteStoreFault.DiskFull, e.Fault);
            Assert.Contains("make room and try again", e.Message, StringComparison.Ordinal);
            Assert.DoesNotContain(Session.Name, e.ToString(), StringComparison.Ordinal);
            Assert.DoesNotContain(Friend.ToString(), e.ToString(), StringComparison.Ordinal);
            Assert.DoesNotContain(_folder.Path, e.ToString(), StringComparison.Ordinal);
            await RequireBeforeAsync(store);
        }

        await using SqliteAccountStore again = _folder.Open();
        await RequireBeforeAsync(again);
    }

    [Fact]
    public async Task CommitAsync_RoomAgain_SameStoreTakesTheSameCommit()
    {
        await using (SqliteAccountStore store = await OpenAsync())
        {
            await store.FillAsync();
            for (int i = 0; i < 3; i++)
            {
                await Assert.ThrowsAsync<SqliteStoreException>(() => store.CommitAsync(TooMuch).AsTask());
            }

            await store.MakeRoomAsync();
            await store.CommitAsync(TooMuch);
            await RequireAfterAsync(store);
        }

        await using SqliteAccountStore again = _folder.Open();
        await RequireAfterAsync(again);
    }

    [Fact]
    public async Task CommitAsync_OneOfManyDoesNotFit_TheOthersAreWritten()
    {
        using var time = new HeldTime();
        await using SqliteAccountStore store = _folder.Open(time);
        await store.CommitAsync(new AccountChanges { States = [new(Device, new byte[] { 7 })] });
        await store.AllowAsync(await store.PragmaAsync("page_count"));

        // The first holds the disk until the others have gathered.
        time.Hold();
        var first = Task.Run(() => store.CommitAsync(Small(0)).AsTask());
        time.WaitUntilHeld();
        Task before = store.CommitAsync(Small(1)).AsTask(), large = store.CommitAsync(TooMuch).AsTask(), after = store.CommitAsync(Small(2)).AsTask();
        Assert.False(before.IsCompleted || large.IsCompleted || after.IsCompleted);
        time.Release();

        await Task.WhenAll(first, before, after);
        Assert.Equal(SqliteStoreFault.DiskFull, (await Assert.ThrowsAsync<SqliteStoreException>(() => large)).Fault);
        Assert.True(await store.IsHashHandledAsync("small 0") && await store.IsHashHandledAsync("small 1") && await store.IsHashHandledAsync("small 2"));
        Assert.False(await store.IsHashHandledAsync("h2"));
        Assert.Equal([7], await store.LoadStateAsync(Device));

        static AccountChanges Small(int i) => new() { Handled = [new HandledMessage($"small {i}", Later, Key: null)] };
    }

    [Fact]
    public async Task CommitAsync_ReadOnly_IsUnavailableUntilItCanBeWritten()
    {
        await using SqliteAccountStore store = await OpenAsync();
        await store.PragmaAsync("query_only = 1");

        SqliteStoreException e = await Assert.ThrowsAsync<SqliteStoreException>(() => store.CommitAsync(TooMuch).AsTask());

        Assert.Equal(SqliteStoreFault.Unavailable, e.Fault);
        Assert.Contains("read-only", e.Message, StringComparison.Ordinal);
        await RequireBeforeAsync(store);
        await store.PragmaAsync("query_only = 0");
        await store.CommitAsync(TooMuch);
        await RequireAfterAsync(store);
    }

    [Fact]
    public async Task DestroyAsync_CannotBeWritten_IsDoneLater()
    {
        await using SqliteAccountStore store = await OpenAsync();
        await store.PragmaAsync("query_only = 1");

        await Assert.ThrowsAsync<SqliteStoreException>(() => store.DestroyAsync().AsTask());

        await RequireBeforeAsync(store);
        await store.PragmaAsync("query_only = 0");
        await store.DestroyAsync();
        Assert.Empty(_folder.Files());
    }

    private static MessageChange Message(byte number) => new(MessageChangeKind.Put, Friend, new MessageKey(Friend, number)) { Value = new[] { number }, ExpiresAt = Later };

    private async Task<SqliteAccountStore> OpenAsync()
    {
        SqliteAccountStore store = _folder.Open();
        await store.CommitAsync(new AccountChanges
        {
            Handled = [new HandledMessage("h1", Later, new MessageKey(Friend, 1))],
            Positions = [new RetrievePosition(Node, Friend, SwarmNamespace.Default, "h1")],
            States = [new(Device, new byte[] { 7 }), new(Session, new byte[] { 8 })],
            Messages = [Message(1)],
        });
        return store;
    }

    private static async Task RequireBeforeAsync(SqliteAccountStore store)
    {
        Assert.True(await store.IsHashHandledAsync("h1"));
        Assert.False(await store.IsHashHandledAsync("h2"));
        Assert.False(await store.IsMessageHandledAsync(new MessageKey(Friend, 2)));
        Assert.Equal("h1", await store.GetLastHashAsync(Node, Friend, SwarmNamespace.Default));
        Assert.Equal([7], await store.LoadStateAsync(Device));
        Assert.Equal([8], await store.LoadStateAsync(Session));
        Assert.Equal([1], (await store.ListMessagesAsync(Friend, long.MaxValue, 10)).Select(x => x.Value.Span[0]));
    }

    private static async Task RequireAfterAsync(SqliteAccountStore store)
    {
        Assert.True(await store.IsHashHandledAsync("h1") && await store.IsHashHandledAsync("h2"));
        Assert.True(await store.IsMessageHandledAsync(new MessageKey(Friend, 2)));
        Assert.Equal("h2", await store.GetLastHashAsync(Node, Friend, SwarmNamespace.Default));
        Assert.Null(await store.LoadStateAsync(Device));
        Assert.Equal(100_000, (await store.LoadStateAsync(Session))!.Length);
        Assert.Equal([2], (await store.ListMessagesAsync(Friend, long.MaxValue, 10)).Select(x => x.Value.Span[0]));
    }

    /// <summary>A clock that holds whoever asks for the time: the store does within a commit.</summary>
    private sealed class HeldTime : TimeProvider, IDisposable
    {
        private readonly ManualResetEventSlim _open = new(true), _held = new();

        public void Hold() => _open.Reset();

        public void Release() => _open.Set();

        public void WaitUntilHeld() => _held.Wait(TestContext.Current.CancellationToken);

        public override DateTimeOffset GetUtcNow()
        {
            if (!_open.IsSet)
            {
                _held.Set();
            }

            _open.Wait();
            return base.GetUtcNow();
        }

        public void Dispose()
        {
            _open.Dispose();
            _held.Dispose();
        }
    }
}
