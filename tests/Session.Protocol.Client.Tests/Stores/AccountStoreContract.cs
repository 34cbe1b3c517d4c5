using CsCheck;
using Microsoft.Extensions.Time.Testing;
using Session.Protocol.Accounts;
using Session.Protocol.Client.Stores;
using Session.Protocol.Onion.Swarms;

namespace Session.Protocol.Client.Tests.Stores;

/// <summary>What every <see cref="IAccountStore"/> must do. Each store's tests derive from this.</summary>
public abstract class AccountStoreContract
{
    protected static readonly AccountId Account = AccountId.Parse("05" + new string('b', 64));
    protected static readonly Ed25519PublicKey Node = Ed25519PublicKey.Parse(new string('c', 64));

    protected FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero));

    private CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task CommitAsync_AllParts_AreThereAfterwards()
    {
        IAccountStore store = Open();
        var key = new MessageKey(Account, 1_790_000_000_000);

        await store.CommitAsync(
            new AccountChanges
            {
                Handled = [new HandledMessage("h1", Time.GetUtcNow().AddDays(1), key)],
                Positions = [new RetrievePosition(Node, Account, SwarmNamespace.Default, "h1")],
            },
            Cancel);

        Assert.True(await store.IsHashHandledAsync("h1", Cancel));
        Assert.True(await store.IsMessageHandledAsync(key, Cancel));
        Assert.False(await store.IsMessageHandledAsync(key with { SentMilliseconds = key.SentMilliseconds + 1 }, Cancel));
        Assert.Equal("h1", await store.GetLastHashAsync(Node, Account, SwarmNamespace.Default, Cancel));
        Assert.Null(await store.GetLastHashAsync(Node, Account, SwarmNamespace.GroupMessages, Cancel));
        Assert.False(await store.IsHashHandledAsync("h2", Cancel));
    }

    [Fact]
    public async Task CommitAsync_PositionAgain_ReplacesTheFirst()
    {
        IAccountStore store = Open();
        foreach (string hash in new[] { "h1", "h2" })
        {
            await store.CommitAsync(new AccountChanges { Positions = [new RetrievePosition(Node, Account, SwarmNamespace.Default, hash)] }, Cancel);
        }

        Assert.Equal("h2", await store.GetLastHashAsync(Node, Account, SwarmNamespace.Default, Cancel));
    }

    [Fact]
    public async Task CommitAsync_States_AreCopiedReplacedDeletedAndExpire()
    {
        IAccountStore store = Open();
        AccountStateKey session = new(AccountStateKind.Session, "a"), pending = new(AccountStateKind.PendingMessage, "a");
        byte[] value = [1, 2, 3];
        await store.CommitAsync(new AccountChanges { States = [new(session, value), new(pending, value, Time.GetUtcNow().AddDays(1))] }, Cancel);
        Array.Clear(value);

        Assert.Equal([1, 2, 3], await store.LoadStateAsync(session, Cancel));
        Assert.Equal([pending], await store.ListStatesAsync(AccountStateKind.PendingMessage, Cancel));
        Assert.Null(await store.LoadStateAsync(new(AccountStateKind.Session, "b"), Cancel));

        Time.Advance(TimeSpan.FromDays(1));
        Assert.Null(await store.LoadStateAsync(pending, Cancel));
        Assert.Empty(await store.ListStatesAsync(AccountStateKind.PendingMessage, Cancel));

        await store.CommitAsync(new AccountChanges { States = [new(session, new byte[] { 9 })] }, Cancel);
        Assert.Equal([9], await store.LoadStateAsync(session, Cancel));
        await store.CommitAsync(new AccountChanges { States = [new(session, default)] }, Cancel);
        Assert.Null(await store.LoadStateAsync(session, Cancel));
        Assert.DoesNotContain("a", new AccountState(session, value).ToString().Replace("Session", string.Empty, StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public async Task LoadStateAsync_ItsResultZeroed_LeavesTheStore()
    {
        IAccountStore store = Open();
        AccountStateKey key = new(AccountStateKind.Device, "self");
        await store.CommitAsync(new AccountChanges { States = [new(key, new byte[] { 1, 2, 3 })] }, Cancel);

        Array.Clear((await store.LoadStateAsync(key, Cancel))!);

        Assert.Equal([1, 2, 3], await store.LoadStateAsync(key, Cancel));
    }

    [Fact]
    public async Task CommitAsync_Cancelled_ChangesNothing()
    {
        IAccountStore store = Open();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => store.CommitAsync(
            new AccountChanges { Handled = [new HandledMessage("h1", Time.GetUtcNow().AddDays(1), null)] }, new CancellationToken(true)).AsTask());

        Assert.False(await store.IsHashHandledAsync("h1", Cancel));
    }

    [Fact]
    public async Task CommitAsync_ManyAtOnce_AllAreThere()
    {
        IAccountStore store = Open();

        await Task.WhenAll(Enumerable.Range(0, 200).Select(i => Task.Run(
            async () => await store.CommitAsync(
                new AccountChanges
                {
                    Handled = [new HandledMessage($"h{i}", Time.GetUtcNow().AddDays(14), new MessageKey(Account, i))],
                    States = [new(new(AccountStateKind.SentMessage, $"{i}"), BitConverter.GetBytes(i))],
                },
                Cancel),
            Cancel)));

        Assert.Equal(200, (await store.ListStatesAsync(AccountStateKind.SentMessage, Cancel)).Count);
        for (int i = 0; i < 200; i++)
        {
            Assert.True(await store.IsHashHandledAsync($"h{i}", Cancel));
            Assert.True(await store.IsMessageHandledAsync(new MessageKey(Account, i), Cancel));
            Assert.Equal(BitConverter.GetBytes(i), await store.LoadStateAsync(new(AccountStateKind.SentMessage, $"{i}"), Cancel));
        }
    }

    /// <summary>Any order of writes, deletions and passing time leaves what a plain dictionary would hold.</summary>
    [Fact]
    public async Task States_AnyOperations_AreThoseOfADictionary()
    {
        IAccountStore store = Open();
        var model = new Dictionary<AccountStateKey, (byte[] Value, DateTimeOffset Expires)>();
        Gen<(AccountStateKind Kind, int Name, byte[] Value, int Hours)> operations = Gen.Select(
            Gen.Bool.Select(x => x ? AccountStateKind.Session : AccountStateKind.Handshake), Gen.Int[0, 5], Gen.Byte.Array[0, 40], Gen.Int[0, 72]);
        foreach ((AccountStateKind kind, int name, byte[] value, int hours) in operations.Array[300].Single())
        {
            var key = new AccountStateKey(kind, $"n{name}");
            DateTimeOffset? expires = hours == 0 ? null : Time.GetUtcNow().AddHours(hours);
            await store.CommitAsync(new AccountChanges { States = [new(key, value, expires)] }, Cancel);
            model[key] = (value, expires ?? DateTimeOffset.MaxValue);
            Time.Advance(TimeSpan.FromHours(hours / 8));
            foreach ((AccountStateKey known, (byte[] expected, DateTimeOffset until)) in model)
            {
                byte[]? found = await store.LoadStateAsync(known, Cancel);
                Assert.Equal(expected.Length == 0 || until <= Time.GetUtcNow() ? null : expected, found);
            }

            Assert.Equal(
                model.Where(x => x.Key.Kind == kind && x.Value.Value.Length > 0 && x.Value.Expires > Time.GetUtcNow()).Select(x => x.Key.Name).Order(),
                (await store.ListStatesAsync(kind, Cancel)).Select(x => x.Name).Order());
        }
    }

    [Fact]
    public async Task CommitAsync_YearsOfMessages_DoesNotGrow()
    {
        IAccountStore store = Open();
        for (int i = 0; i < Years.Messages; i++)
        {
            await store.CommitAsync(new AccountChanges { Handled = [new HandledMessage($"h{i}", Time.GetUtcNow().AddDays(14), new MessageKey(Account, i))] }, Cancel);
            Time.Advance(TimeSpan.FromDays(1));
        }

        Assert.True(await store.IsHashHandledAsync($"h{Years.Messages - 1}", Cancel));
        Assert.False(await store.IsHashHandledAsync("h0", Cancel));

        // 14 days of one message a day, and what was not swept out yet.
        Assert.InRange(CountHandled(store), 14, 14 + Years.Unswept);
    }

    [Fact]
    public async Task DestroyAsync_AfterIt_NothingCanBeReadOrWritten()
    {
        IAccountStore store = Open();
        await store.CommitAsync(new AccountChanges { States = [new(new(AccountStateKind.Device, "self"), new byte[] { 1 })] }, Cancel);

        await store.DestroyAsync(Cancel);

        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await store.LoadStateAsync(new(AccountStateKind.Device, "self"), Cancel));
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await store.CommitAsync(new AccountChanges(), Cancel));
    }

    /// <summary>How many messages, one a day, show that it forgets, and how many it may keep longer than it must.</summary>
    protected abstract (int Messages, int Unswept) Years { get; }

    /// <summary>A new, empty store on <see cref="Time"/>; closed after the test.</summary>
    protected abstract IAccountStore Open();

    /// <summary>How many handled messages it remembers. The store is not used afterwards.</summary>
    protected abstract int CountHandled(IAccountStore store);
}
