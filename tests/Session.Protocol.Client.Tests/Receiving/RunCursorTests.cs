using Session.Protocol.Accounts;
using Session.Protocol.Client.Receiving;
using Session.Protocol.Client.Stores;
using Session.Protocol.Onion.Swarms;

namespace Session.Protocol.Client.Tests.Receiving;

/// <summary>The store's cursor must never overtake a message that nobody has settled; this run's own must.</summary>
public sealed class RunCursorTests : IDisposable
{
    private readonly InMemoryAccountStore _store = new();
    private readonly RunCursor _cursor;
    private readonly SessionIdentity _me = SessionIdentity.Create();
    private readonly Ed25519PublicKey _node = new(Enumerable.Repeat((byte)1, 32).ToArray());

    public RunCursorTests() => _cursor = new RunCursor(_store);

    public void Dispose() => _me.Dispose();

    [Fact]
    public async Task Learnable_EarlierBatchNotSettled_HoldsBackLaterOnes()
    {
        CursorBatch first = _cursor.Open([At("h1")]);
        first.Open = 1;
        _cursor.Complete(first);
        CursorBatch second = _cursor.Open([At("h2")]);
        _cursor.Complete(second);

        Assert.Empty(_cursor.Learnable());
        Assert.Equal("h2", await LastAsync());
        first.Open = 0;
        Assert.Equal(["h2"], _cursor.Learnable().Select(x => x.LastHash));
    }

    [Fact]
    public async Task Complete_NotCalled_PollsGoOnBeforeTheBatch()
    {
        await _store.CommitAsync(new AccountChanges { Positions = [At("old")] }, TestContext.Current.CancellationToken);
        _ = _cursor.Open([At("new")]);

        Assert.Equal("old", await LastAsync());
        Assert.Empty(_cursor.Learnable());
    }

    [Fact]
    public async Task Forget_AfterTheStoreHasLearned_ReadsTheStoreAgain()
    {
        _cursor.Complete(_cursor.Open([At("h1")]));
        await _store.CommitAsync(new AccountChanges { Positions = _cursor.Learnable() }, TestContext.Current.CancellationToken);
        _cursor.Forget();
        Assert.Empty(_cursor.Learnable());
        Assert.Equal("h1", await LastAsync());

        // As a wiped store would: the run does not insist on what it knew.
        await _store.CommitAsync(new AccountChanges { Positions = [At("other")] }, TestContext.Current.CancellationToken);
        Assert.Equal("other", await LastAsync());
    }

    [Fact]
    public async Task Open_WhileHandlersSettle_LosesNothing()
    {
        const int Looks = 3_000;
        Task looking = Task.Run(
            () =>
            {
                for (int i = 1; i <= Looks; i++)
                {
                    _cursor.Complete(_cursor.Open([At($"h{i}")]));
                }
            },
            TestContext.Current.CancellationToken);
        var learned = new List<string>();
        do
        {
            learned.AddRange(_cursor.Learnable().Select(x => x.LastHash));
        }
        while (!looking.IsCompleted || learned.Count == 0);

        await looking;
        Assert.NotEmpty(learned);
        Assert.Equal([$"h{Looks}"], _cursor.Learnable().Select(x => x.LastHash));
    }

    private RetrievePosition At(string hash) => new(_node, _me.AccountId, SwarmNamespace.Default, hash);

    private ValueTask<string?> LastAsync() => _cursor.GetLastHashAsync(_node, _me.AccountId, SwarmNamespace.Default, TestContext.Current.CancellationToken);
}
