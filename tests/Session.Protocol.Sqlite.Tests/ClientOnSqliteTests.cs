using Microsoft.Data.Sqlite;
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
    public async Task History_IsReadAfterARestart_AndNothingOfItIsInClear_NorLeftWhenItWasDeleted()
    {
        const string Secret = "meet me where the river bends";
        SessionClientOptions keeping = Options with { History = HistoryOptions.Default with { Enabled = true } };
        await using SessionClient alice = SessionClient.Connect(_alice, _network!.ClientOptions, keeping);
        SentMessage sent = await alice.SendTextAsync(_bob.AccountId, Secret, Cancel);
        await using (SqliteAccountStore store = _folder.Open())
        {
            await using SessionClient bob = SessionClient.Connect(_bob, _network.ClientOptions, keeping, store);
            await using IAsyncEnumerator<ReceivedMessage> inbox = bob.ReceiveAsync(Cancel).GetAsyncEnumerator(Cancel);
            Assert.True(await inbox.MoveNextAsync());
            await bob.SendTextAsync(_alice.AccountId, "I know the place", Cancel);
        }

        byte[][] rows = Rows();
        Assert.Equal(2, rows.Length);
        Assert.False(_folder.Contains(Secret));
        Assert.False(_folder.Contains(_alice.AccountId.AsSpan()[1..9]));
        await alice.Conversations.Open(_bob.AccountId).DeleteForEveryoneAsync(sent.OwnCopy, Cancel);
        await using (SqliteAccountStore store = _folder.Open())
        {
            await using SessionClient bob = SessionClient.Connect(_bob, _network.ClientOptions, keeping, store);
            Assert.Equal(["I know the place", Secret], (await bob.History.GetMessagesAsync(_alice.AccountId, cancellationToken: Cancel)).Select(x => x.Message.Text));
            await using IAsyncEnumerator<ReceivedMessage> inbox = bob.ReceiveAsync(Cancel).GetAsyncEnumerator(Cancel);
            do
            {
                Assert.True(await inbox.MoveNextAsync());
            }
            while (inbox.Current.Content is not Unsend);

            // The next one acknowledges it.
            await alice.SendTextAsync(_bob.AccountId, "forget it", Cancel);
            Assert.True(await inbox.MoveNextAsync());
            Assert.Equal(["forget it", "I know the place"], (await bob.History.GetMessagesAsync(_alice.AccountId, cancellationToken: Cancel)).Select(x => x.Message.Text));
        }

        Assert.Equal(1, rows.Count(x => _folder.Contains(x)));
    }

    [Fact]
    public async Task History_Off_LeavesNoRow()
    {
        await using (SqliteAccountStore store = _folder.Open())
        {
            await using SessionClient bob = SessionClient.Connect(_bob, _network!.ClientOptions, Options, store);
            await bob.SendTextAsync(_bob.AccountId, "a note", Cancel);
        }

        Assert.Empty(Rows());
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

    /// <summary>The sealed messages of the closed file.</summary>
    private byte[][] Rows()
    {
        using var connection = new SqliteConnection($"Data Source={_folder.Path};Pooling=False");
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = "SELECT value FROM message";
        using SqliteDataReader rows = command.ExecuteReader();
        var found = new List<byte[]>();
        while (rows.Read())
        {
            found.Add(rows.GetFieldValue<byte[]>(0));
        }

        return [.. found];
    }
}
