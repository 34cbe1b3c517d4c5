using System.Collections.Concurrent;
using System.Globalization;
using Session.Protocol.Accounts;
using Session.Protocol.LocalNetwork;
using Session.Protocol.Onion;

namespace Session.Protocol.Client.Tests.Receiving;

/// <summary>The small form of <c>benchmarks -- scale</c>: many accounts over one network, and no message is lost or comes twice.</summary>
public sealed class FleetTests
{
    private const int Accounts = 50;
    private const int Messages = 200;

    // Two guards and two of the other nodes behind one: 684 paths, of which each account keeps at least two for itself.
    private const int Nodes = 20;

    [Fact]
    public async Task Fleet_AccountsWriteToEachOther_EachMessageArrivesOnceAndNoPathIsShared()
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        using var stop = new CancellationTokenSource();
        var arrived = new ConcurrentDictionary<string, int>(StringComparer.Ordinal);
        var all = new TaskCompletionSource();
        await using LocalNetwork.LocalNetwork network = await LocalNetwork.LocalNetwork.StartAsync(LocalNetworkOptions.Default with { NodeCount = Nodes }, deadline.Token);
        await using var shared = new OnionClient(network.ClientOptions);
        SessionIdentity[] identities = [.. Enumerable.Range(0, Accounts).Select(_ => SessionIdentity.Create())];
        OnionClient[] onions = [.. identities.Select(_ => shared.Fork())];
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
        Assert.Equal(paths.Count, paths.DistinctBy(x => string.Join('>', x.Hops.Select(hop => hop.IdentityKey))).Count());
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
