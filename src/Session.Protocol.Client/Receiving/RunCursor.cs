using System.Collections.Concurrent;
using Session.Protocol.Accounts;
using Session.Protocol.Onion.Swarms;

namespace Session.Protocol.Client.Receiving;

/// <summary>
/// Reads on from where this run has read to, although the store is behind: it learns a position only when every message before it
/// was settled. What a crash leaves unsettled is therefore fetched again. Safe for concurrent use: batches are opened by the poller while
/// handlers settle others.
/// </summary>
internal sealed class RunCursor(IRetrieveCursor store) : IRetrieveCursor
{
    private readonly ConcurrentDictionary<(Ed25519PublicKey Node, SwarmNamespace Space), string> _ahead = new();
    private readonly Lock _gate = new();
    private readonly Queue<CursorBatch> _batches = new();

    public ValueTask<string?> GetLastHashAsync(Ed25519PublicKey node, AccountId account, SwarmNamespace space, CancellationToken cancellationToken = default) =>
        _ahead.TryGetValue((node, space), out string? last) ? ValueTask.FromResult<string?>(last) : store.GetLastHashAsync(node, account, space, cancellationToken);

    public CursorBatch Open(IReadOnlyList<RetrievePosition> positions)
    {
        var batch = new CursorBatch(positions);
        lock (_gate)
        {
            _batches.Enqueue(batch);
        }

        return batch;
    }

    /// <summary>From now on polls go on behind this batch.</summary>
    public void Complete(CursorBatch batch)
    {
        batch.IsComplete = true;
        foreach (RetrievePosition position in batch.Positions)
        {
            _ahead[(position.Node, position.Namespace)] = position.LastHash;
        }
    }

    /// <summary>What the store may learn: the batches at the front that are done. They stay until <see cref="Forget"/>.</summary>
    public IReadOnlyList<RetrievePosition> Learnable()
    {
        // Later positions of a node replace earlier ones; a store is told each once.
        var latest = new Dictionary<(Ed25519PublicKey, SwarmNamespace), RetrievePosition>();
        lock (_gate)
        {
            foreach (RetrievePosition position in _batches.TakeWhile(x => x.IsDone).SelectMany(x => x.Positions))
            {
                latest[(position.Node, position.Namespace)] = position;
            }
        }

        return [.. latest.Values];
    }

    /// <summary>The store has learned them, and this run need not remember them.</summary>
    public void Forget()
    {
        lock (_gate)
        {
            while (_batches.TryPeek(out CursorBatch? batch) && batch.IsDone)
            {
                _batches.Dequeue();
                foreach (RetrievePosition position in batch.Positions)
                {
                    _ahead.TryRemove(KeyValuePair.Create((position.Node, position.Namespace), position.LastHash));
                }
            }
        }
    }
}
