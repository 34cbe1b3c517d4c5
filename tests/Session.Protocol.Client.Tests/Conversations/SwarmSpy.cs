using System.Collections.Concurrent;
using Session.Protocol.Accounts;
using Session.Protocol.Onion;
using Session.Protocol.Onion.Nodes;
using Session.Protocol.Onion.Storage;
using Session.Protocol.Onion.Storage.Results;
using Session.Protocol.Onion.Swarms;

namespace Session.Protocol.Client.Tests.Conversations;

/// <summary>Passes everything on to the network, writes down what was stored, and fails where a test asks for it.</summary>
internal sealed class SwarmSpy(ISwarmClient swarm, ShiftedClock clock) : ISwarmClient
{
    /// <summary>What a store costs on the test's clock: receiving orders by the time of storing, which the network clock tells to some milliseconds only.</summary>
    private static readonly TimeSpan StoreTime = TimeSpan.FromMilliseconds(500);

    public ConcurrentQueue<(AccountId Account, TimeSpan TimeToLive)> Stored { get; } = new();

    /// <summary>Whether requests other than store and retrieve fail, as on a network that is down.</summary>
    public bool FailsRequests { get; set; }

    /// <summary>Whether storing fails for good.</summary>
    public bool FailsStores { get; set; }

    public ValueTask<SwarmPoll> RetrieveAsync(SwarmQuery query, CancellationToken cancellationToken = default) => swarm.RetrieveAsync(query, cancellationToken);

    public ValueTask<IReadOnlyList<ServiceNode>> GetMembersAsync(AccountId account, CancellationToken cancellationToken = default) =>
        swarm.GetMembersAsync(account, cancellationToken);

    public ValueTask<T> SendAsync<T>(StorageRequest<T> request, CancellationToken cancellationToken = default)
        where T : class => FailsRequests ? throw new OnionException(OnionFault.NoPath, "The test's network is down.") : swarm.SendAsync(request, cancellationToken);

    public async ValueTask<StoreResult> StoreAsync(
        AccountId account, SwarmNamespace space, ReadOnlyMemory<byte> data, TimeSpan timeToLive, SwarmCredentials? credentials = null, CancellationToken cancellationToken = default)
    {
        if (FailsStores)
        {
            throw new OnionException(OnionFault.Rejected, "The test's network refuses.");
        }

        StoreResult result = await swarm.StoreAsync(account, space, data, timeToLive, credentials, cancellationToken);
        Stored.Enqueue((account, timeToLive));
        clock.Advance(StoreTime);
        return result;
    }

    public Task<StoredMessage?> FindAsync(SwarmCredentials credentials, string hash, CancellationToken cancellationToken) => FindAsync(credentials, SwarmNamespace.Default, hash, cancellationToken);

    /// <summary>What a new device of the account would find under a hash.</summary>
    private async Task<StoredMessage?> FindAsync(SwarmCredentials credentials, SwarmNamespace space, string hash, CancellationToken cancellationToken)
    {
        RetrieveResult result = await swarm.SendAsync(StorageRequest.Retrieve(credentials.Account, space, credentials), cancellationToken);
        return result.Messages.FirstOrDefault(x => x.Hash == hash);
    }
}
