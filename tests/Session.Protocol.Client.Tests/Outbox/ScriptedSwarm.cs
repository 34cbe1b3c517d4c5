using Session.Protocol.Accounts;
using Session.Protocol.Onion;
using Session.Protocol.Onion.Nodes;
using Session.Protocol.Onion.Storage;
using Session.Protocol.Onion.Storage.Results;
using Session.Protocol.Onion.Swarms;

namespace Session.Protocol.Client.Tests.Outbox;

/// <summary>A real swarm whose answers to stores get lost, or that is not reached, as the script says: faults at exactly this point no network gives on demand.</summary>
internal sealed class ScriptedSwarm(ISwarmClient swarm) : ISwarmClient
{
    private readonly Lock _gate = new();
    private readonly List<(AccountId Account, SwarmNamespace Space, byte[] Data)> _attempts = [];
    private TaskCompletionSource _attempted = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>What happens to a store: the fault, and whether the message is stored all the same. Null stores it and says so.</summary>
    public Func<int, AccountId, (OnionFault Fault, bool IsStored)?> Script { get; set; } = (_, _) => null;

    /// <summary>Called before each attempt.</summary>
    public Func<Task> Before { get; set; } = () => Task.CompletedTask;

    /// <summary>What is told of what a look found.</summary>
    public Func<SwarmQuery, SwarmPoll, SwarmPoll> Answer { get; set; } = (_, poll) => poll;

    /// <summary>All attempts to store, in order.</summary>
    public IReadOnlyList<(AccountId Account, SwarmNamespace Space, byte[] Data)> Attempts
    {
        get
        {
            lock (_gate)
            {
                return [.. _attempts];
            }
        }
    }

    /// <summary>Waits until the attempts are so.</summary>
    public async Task UntilAttemptedAsync(Func<IReadOnlyList<(AccountId Account, SwarmNamespace Space, byte[] Data)>, bool> isSo, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task next;
            lock (_gate)
            {
                if (isSo(_attempts))
                {
                    return;
                }

                next = _attempted.Task;
            }

            await next.WaitAsync(cancellationToken);
        }
    }

    public async ValueTask<StoreResult> StoreAsync(
        AccountId account, SwarmNamespace space, ReadOnlyMemory<byte> data, TimeSpan timeToLive, SwarmCredentials? credentials = null, CancellationToken cancellationToken = default)
    {
        await Before();
        int attempt;
        lock (_gate)
        {
            attempt = _attempts.Count;
            _attempts.Add((account, space, data.ToArray()));
            _attempted.SetResult();
            _attempted = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        var fault = Script(attempt, account);
        StoreResult? result = fault is { IsStored: false } ? null : await swarm.StoreAsync(account, space, data, timeToLive, credentials, cancellationToken);
        return fault is { } f ? throw new OnionException(f.Fault, "As the script says.") : result!;
    }

    public ValueTask<IReadOnlyList<ServiceNode>> GetMembersAsync(AccountId account, CancellationToken cancellationToken = default) => swarm.GetMembersAsync(account, cancellationToken);

    public ValueTask<T> SendAsync<T>(StorageRequest<T> request, CancellationToken cancellationToken = default)
        where T : class => swarm.SendAsync(request, cancellationToken);

    public async ValueTask<SwarmPoll> RetrieveAsync(SwarmQuery query, CancellationToken cancellationToken = default) =>
        Answer(query, await swarm.RetrieveAsync(query, cancellationToken));
}
