using Session.Protocol.Accounts;
using Session.Protocol.Client;
using Session.Protocol.LocalNetwork;
using Session.Protocol.Messages;
using Session.Protocol.Onion;

namespace Session.Protocol.Sqlite.Tests;

/// <summary>A client whose memory is a file, on a network.</summary>
public sealed class ClientOnSqliteTests : IAsyncLifetime, IDisposable
{
    private static readonly SessionClientOptions Options = SessionClientOptions.Default with
    {
        PollInterval = SessionClientOptions.MinPollInterval,
        Ratchet = RatchetOptions.Default with { Enabled = true },
    };

    private readonly CancellationTokenSource _deadline = new(TimeSpan.FromMinutes(2));
    private readonly SessionIdentity _alice = SessionIdentity.Create();
    private readonly SessionIdentity _bob = SessionIdentity.Create();
    private readonly StoreFolder _folder = new();
    private LocalNetwork.LocalNetwork? _network;

    private CancellationToken Cancel => _deadline.Token;

    public async ValueTask InitializeAsync() => _network = await LocalNetwork.LocalNetwork.StartAsync(LocalNetworkOptions.Default with { NodeCount = 6, SwarmCount = 2 }, Cancel);

    public async ValueTask DisposeAsync()
    {
        await _network!.DisposeAsync();
        Dispose();
    }

    public void Dispose()
    {
        _deadline.Dispose();
        _alice.Dispose();
        _bob.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Restart_NodesAndGuardsAreInTheFile_NeedsNoSeedAndShowsNone()
    {
        OnionClientOptions options = _network!.ClientOptions;
        for (int run = 0; run < 2; run++)
        {
            await using SqliteAccountStore store = _folder.Open();
            await using var onion = new OnionClient(options with { Store = store });
            await using var client = new SessionClient(_bob, onion, Options, store);
            await client.SendTextAsync(_bob.AccountId, $"note {run}", Cancel);

            // Where the second run would find no network if it had to ask.
            options = OnionClientOptions.ForSeeds([new Uri("http://127.0.0.1:9/")]);
        }

        byte[][] keys = [.. _network.Nodes.Select(node => node.IdentityKey.AsSpan().ToArray())];
        Assert.All(_folder.Files().Values, file => Assert.All(keys, key => Assert.Equal(-1, file.AsSpan().IndexOf(key))));
    }

    [Fact]
    public async Task OnionStore_AfterTheStoreIsClosed_FailsAsItsContractSays()
    {
        SqliteAccountStore store = _folder.Open();
        IOnionStore onion = store;
        Assert.Null(await onion.LoadAsync(OnionStoreItem.Guards, Cancel));
        await onion.SaveAsync(OnionStoreItem.Guards, new byte[] { 1 }, Cancel);
        await onion.SaveAsync(OnionStoreItem.Guards, new byte[] { 2, 3 }, Cancel);
        await onion.SaveAsync(OnionStoreItem.Nodes, new byte[1_000_000], Cancel);
        await store.DisposeAsync();

        await Assert.ThrowsAsync<SqliteStoreException>(async () => await onion.LoadAsync(OnionStoreItem.Guards, Cancel));
        await Assert.ThrowsAsync<SqliteStoreException>(async () => await onion.SaveAsync(OnionStoreItem.Guards, new byte[] { 4 }, Cancel));
        await using SqliteAccountStore again = _folder.Open();
        Assert.Equal([2, 3], (await ((IOnionStore)again).LoadAsync(OnionStoreItem.Guards, Cancel))!.Value.ToArray());
    }

    [Fact]
    public async Task Restart_RatchetGoesOnAndNothingComesTwice()
    {
        await using SessionClient alice = SessionClient.Connect(_alice, _network!.ClientOptions, Options);
        await using IAsyncEnumerator<ReceivedMessage> answers = alice.ReceiveAsync(Cancel).GetAsyncEnumerator(Cancel);
        Protection protection = default;
        for (int i = 0; i < 3; i++)
        {
            await using SqliteAccountStore store = _folder.Open();
            await using SessionClient bob = SessionClient.Connect(_bob, _network.ClientOptions, Options, store);
            await alice.SendTextAsync(_bob.AccountId, $"question {i}", Cancel);
            await using IAsyncEnumerator<ReceivedMessage> inbox = bob.ReceiveAsync(Cancel).GetAsyncEnumerator(Cancel);
            Assert.True(await inbox.MoveNextAsync());
            Assert.Equal($"question {i}", inbox.Current.Text);
            await (await bob.EnqueueAsync(_alice.AccountId, new TextMessage($"answer {i}"), inbox.Current, Cancel)).Sent;

            // The response to the request goes out beside the first answer.
            do
            {
                Assert.True(await answers.MoveNextAsync());
            }
            while (answers.Current.Content is MessageRequestResponse);

            Assert.Equal($"answer {i}", answers.Current.Text);
            protection = answers.Current.Protection;
        }

        Assert.Equal(Protection.Ratchet, protection);
    }

    [Fact]
    public async Task ClearDataAsync_Everything_LeavesNoFileAndNoMessage()
    {
        SqliteAccountStore store = _folder.Open();
        await using SessionClient bob = SessionClient.Connect(_bob, _network!.ClientOptions, Options, store);
        await using SessionClient alice = SessionClient.Connect(_alice, _network.ClientOptions, Options);
        await bob.SendTextAsync(_alice.AccountId, "hello", Cancel);
        Assert.NotEmpty(_folder.Files());
        Assert.False(_folder.Contains("hello"));

        ClearedData cleared = await bob.ClearDataAsync(ClearTargets.Everything, Cancel);

        Assert.True(cleared.Network!.IsComplete);
        Assert.True(cleared.Device);
        Assert.Empty(_folder.Files());
        await store.DisposeAsync();
    }
}
