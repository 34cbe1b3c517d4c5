using System.Collections.Concurrent;
using Session.Protocol.Accounts;
using Session.Protocol.Onion.Nodes;
using Session.Protocol.Onion.Storage;
using Session.Protocol.Onion.Storage.Results;
using Session.Protocol.Onion.Swarms;

namespace Session.Protocol.Client.Tests.Receiving;

/// <summary>A swarm whose next looks go as the test says; afterwards it is the real one.</summary>
internal sealed class ScriptedLooks(ISwarmClient real) : ISwarmClient
{
    private readonly ConcurrentQueue<Func<CancellationToken, Task>> _next = new();

    public void Next(Func<CancellationToken, Task> look) => _next.Enqueue(look);

    public async ValueTask<SwarmPoll> RetrieveAsync(SwarmQuery query, CancellationToken cancellationToken = default)
    {
        if (_next.TryDequeue(out Func<CancellationToken, Task>? look))
        {
            await look(cancellationToken);
        }

        return await real.RetrieveAsync(query, cancellationToken);
    }

    public ValueTask<IReadOnlyList<ServiceNode>> GetMembersAsync(AccountId account, CancellationToken cancellationToken = default) =>
        real.GetMembersAsync(account, cancellationToken);

    public ValueTask<T> SendAsync<T>(StorageRequest<T> request, CancellationToken cancellationToken = default)
        where T : class => real.SendAsync(request, cancellationToken);

    public ValueTask<StoreResult> StoreAsync(
        AccountId account, SwarmNamespace space, ReadOnlyMemory<byte> data, TimeSpan timeToLive, SwarmCredentials? credentials = null, CancellationToken cancellationToken = default) =>
        real.StoreAsync(account, space, data, timeToLive, credentials, cancellationToken);
}
