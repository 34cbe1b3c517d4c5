using Session.Protocol.Accounts;
using Session.Protocol.Onion.Nodes;
using Session.Protocol.Onion.Storage;
using Session.Protocol.Onion.Storage.Results;
using Session.Protocol.Onion.Swarms;

namespace Session.Protocol.Client.Tests;

/// <summary>A swarm that says of every message what no honest node says of its age.</summary>
internal sealed class LyingSwarm(ISwarmClient honest, long timestamp, long expiration) : ISwarmClient
{
    public async ValueTask<SwarmPoll> RetrieveAsync(SwarmQuery query, CancellationToken cancellationToken = default)
    {
        SwarmPoll poll = await honest.RetrieveAsync(query, cancellationToken);
        return poll with
        {
            Namespaces = [.. poll.Namespaces.Select(x => x with { Messages = [.. x.Messages.Select(y => y with { Timestamp = timestamp, Expiration = expiration })] })],
        };
    }

    public ValueTask<IReadOnlyList<ServiceNode>> GetMembersAsync(AccountId account, CancellationToken cancellationToken = default) =>
        honest.GetMembersAsync(account, cancellationToken);

    public ValueTask<T> SendAsync<T>(StorageRequest<T> request, CancellationToken cancellationToken = default)
        where T : class => honest.SendAsync(request, cancellationToken);

    public ValueTask<StoreResult> StoreAsync(
        AccountId account, SwarmNamespace space, ReadOnlyMemory<byte> data, TimeSpan timeToLive, SwarmCredentials? credentials = null, CancellationToken cancellationToken = default) =>
        honest.StoreAsync(account, space, data, timeToLive, credentials, cancellationToken);
}
