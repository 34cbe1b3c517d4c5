using Microsoft.Extensions.Time.Testing;
using Session.Protocol.Accounts;
using Session.Protocol.Client.Stores;
using Session.Protocol.Onion.Swarms;

namespace Session.Protocol.Client.Tests.Stores;

public class InMemoryAccountStoreTests
{
    private static readonly AccountId Account = AccountId.Parse("05" + new string('b', 64));
    private static readonly Ed25519PublicKey Node = Ed25519PublicKey.Parse(new string('c', 64));

    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task CommitAsync_AllParts_AreThereAfterwards()
    {
        var store = new InMemoryAccountStore(_time);
        var key = new MessageKey(Account, 1_790_000_000_000);

        await store.CommitAsync(new AccountChanges
        {
            Handled = [new HandledMessage("h1", _time.GetUtcNow().AddDays(1), key)],
            Positions = [new RetrievePosition(Node, Account, SwarmNamespace.Default, "h1")],
        });

        Assert.True(await store.IsHashHandledAsync("h1"));
        Assert.True(await store.IsMessageHandledAsync(key));
        Assert.Equal("h1", await store.GetLastHashAsync(Node, Account, SwarmNamespace.Default));
        Assert.Null(await store.GetLastHashAsync(Node, Account, SwarmNamespace.GroupMessages));
        Assert.False(await store.IsHashHandledAsync("h2"));
    }

    [Fact]
    public async Task CommitAsync_States_AreCopiedReplacedDeletedAndExpire()
    {
        var store = new InMemoryAccountStore(_time);
        AccountStateKey session = new(AccountStateKind.Session, "a"), pending = new(AccountStateKind.PendingMessage, "a");
        byte[] value = [1, 2, 3];
        await store.CommitAsync(new AccountChanges { States = [new(session, value), new(pending, value, _time.GetUtcNow().AddDays(1))] });
        Array.Clear(value);

        Assert.Equal([1, 2, 3], await store.LoadStateAsync(session));
        Assert.Equal([pending], await store.ListStatesAsync(AccountStateKind.PendingMessage));
        Assert.Null(await store.LoadStateAsync(new(AccountStateKind.Session, "b")));

        _time.Advance(TimeSpan.FromDays(1));
        Assert.Null(await store.LoadStateAsync(pending));
        Assert.Empty(await store.ListStatesAsync(AccountStateKind.PendingMessage));

        await store.CommitAsync(new AccountChanges { States = [new(session, new byte[] { 9 })] });
        Assert.Equal([9], await store.LoadStateAsync(session));
        await store.CommitAsync(new AccountChanges { States = [new(session, default)] });
        Assert.Null(await store.LoadStateAsync(session));
        Assert.DoesNotContain("a", new AccountState(session, value).ToString().Replace("Session", string.Empty, StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public async Task CommitAsync_Cancelled_ChangesNothing()
    {
        var store = new InMemoryAccountStore(_time);

        await Assert.ThrowsAsync<OperationCanceledException>(() => store.CommitAsync(
            new AccountChanges { Handled = [new HandledMessage("h1", _time.GetUtcNow().AddDays(1), null)] }, new CancellationToken(true)).AsTask());

        Assert.False(await store.IsHashHandledAsync("h1"));
    }

    [Fact]
    public async Task CommitAsync_YearsOfMessages_DoesNotGrow()
    {
        var store = new InMemoryAccountStore(_time);
        for (int i = 0; i < 20_000; i++)
        {
            await store.CommitAsync(new AccountChanges { Handled = [new HandledMessage($"h{i}", _time.GetUtcNow().AddDays(14), new MessageKey(Account, i))] });
            _time.Advance(TimeSpan.FromHours(1));
        }

        // 14 days of one message an hour, and what came in since the last sweep.
        Assert.InRange(store.Count, 14 * 24, 14 * 24 + 1_024);
        Assert.True(await store.IsHashHandledAsync("h19999"));
        Assert.False(await store.IsHashHandledAsync("h0"));
    }
}
