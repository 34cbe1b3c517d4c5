using System.Collections.Concurrent;
using System.Globalization;
using Session.Protocol.Accounts;
using Session.Protocol.Onion;

namespace Session.Protocol.Client.Tests.Receiving;

/// <summary>The small form of <c>benchmarks -- scale</c>: many accounts over one network, and no message is lost or comes twice.</summary>
public sealed class FleetTests(TestNetwork network) : IClassFixture<TestNetwork>
{
    private const int Accounts = 50;
    private const int Messages = 200;

    [Fact]
    public async Task Fleet_AccountsWriteToEachOther_EachMessageArrivesOnceAndNoPathIsShared()
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        using var stop = new CancellationTokenSource();
        var arrived = new ConcurrentDictionary<string, int>(StringComparer.Ordinal);
        var all = new TaskCompletionSource();
        await using var shared = new OnionNetwork(network.Network.ClientOptions);
        SessionIdentity[] identities = [.. Enumerable.Range(0, Accounts).Select(_ => SessionIdentity.Create())];
        OnionClient[] onions = [.. identities.Select(_ => shared.CreateClient())];
        SessionClient[] clients =
        [
            .. identities.Zip(onions, (identity, onion) => new SessionClient(identity, onion, SessionClientOptions.Default with
            {
                PollInterval = TimeSpan.FromMilliseconds(500), SyncSentMessages = false, PollRedundancy = 1,
            })),
        ];
        Task[] runs = [.. clients.Select(x => x.HandleAsync(Handle, cancellationToken: stop.Token))];

        await Parallel.ForAsync(0, Messages, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = deadline.Token }, async (i, token) =>
            await clients[i % Accounts].SendTextAsync(identities[(i + 1 + (i / Accounts)) % Accounts].AccountId, i.ToString(CultureInfo.InvariantCulture), token));
        await all.Task.WaitAsync(deadline.Token);
        await stop.CancelAsync();
        await Task.WhenAll(runs).WaitAsync(deadline.Token);

        Assert.Equal(Messages, arrived.Count);
        Assert.All(arrived.Values, x => Assert.Equal(1, x));
        Assert.All(onions, x => Assert.Same(shared.Nodes, x.Nodes));
        var paths = onions.SelectMany(x => x.Paths.Paths).ToList();
        Assert.Equal(paths.Count, paths.Distinct(ReferenceEqualityComparer.Instance).Count());
        for (int i = 0; i < Accounts; i++)
        {
            await clients[i].DisposeAsync();
            await onions[i].DisposeAsync();
            identities[i].Dispose();
        }

        ValueTask Handle(ReceivedMessage message, CancellationToken cancellationToken)
        {
            _ = arrived.AddOrUpdate(message.Text!, 1, (_, times) => times + 1);
            if (arrived.Count == Messages)
            {
                all.TrySetResult();
            }

            return ValueTask.CompletedTask;
        }
    }
}
