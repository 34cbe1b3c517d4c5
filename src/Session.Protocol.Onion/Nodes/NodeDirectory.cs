using Microsoft.Extensions.Logging;
using Session.Protocol.Accounts;
using Session.Protocol.Cryptography;
using Session.Protocol.Onion.Paths;
using Session.Protocol.Onion.Transport;

namespace Session.Protocol.Onion.Nodes;

/// <summary>
/// Keeps the node list. When first needed it is the one kept from the last run, or else comes from a seed, or else is the one that the
/// application brought along. When it is old, or half of its nodes were dropped, it comes from the nodes themselves, and from a seed if
/// these do not agree.
/// </summary>
internal sealed class NodeDirectory : INodeDirectory, IDisposable
{
    /// <summary>With an old list at hand, requests do not wait for unreachable seeds more often than this.</summary>
    private static readonly TimeSpan OldListRetryTime = TimeSpan.FromMinutes(1);

    private readonly IOnionTransport _transport;
    private readonly NodeDirectoryOptions _options;
    private readonly OnionMemory _memory;
    private readonly TimeProvider _time;
    private readonly IRandomSource _random;
    private readonly ILogger _log;
    private readonly Func<ServiceNode, CancellationToken, ValueTask<IReadOnlyList<ServiceNode>?>>? _askNode;
    private readonly SemaphoreSlim _fetching = new(1, 1);
    private readonly Lock _lock = new();
    private ServiceNode[] _nodes = [];
    private int _fetchedCount;
    private long? _fetchedAt;
    private long? _triedAt;
    private bool _restored;

    /// <param name="transport">Reaches the seeds.</param>
    /// <param name="options">Where lists come from and how long they are good.</param>
    /// <param name="memory">Keeps the list between runs.</param>
    /// <param name="time">The local clock.</param>
    /// <param name="random">Picks seeds and nodes.</param>
    /// <param name="log">For events.</param>
    /// <param name="askNode">Gives a node's own list, null when it has none to give; without it only seeds are asked.</param>
    public NodeDirectory(
        IOnionTransport transport,
        NodeDirectoryOptions options,
        OnionMemory memory,
        TimeProvider time,
        IRandomSource random,
        ILogger log,
        Func<ServiceNode, CancellationToken, ValueTask<IReadOnlyList<ServiceNode>?>>? askNode = null)
    {
        options.Validate();
        _transport = transport;
        _options = options;
        _memory = memory;
        _time = time;
        _random = random;
        _log = log;
        _askNode = askNode;
    }

    public ValueTask<IReadOnlyList<ServiceNode>> GetNodesAsync(CancellationToken cancellationToken = default)
    {
        lock (_lock)
        {
            bool usable = _nodes.Length > 0;
            bool wanting = !IsWithin(_fetchedAt, _options.Lifetime) || _nodes.Length < _fetchedCount / 2;
            bool underWay = _fetching.CurrentCount == 0 || IsWithin(_triedAt, OldListRetryTime);
            if (usable && (!wanting || underWay))
            {
                return new(_nodes);
            }
        }

        return RefreshAsync(cancellationToken);
    }

    public async ValueTask<IReadOnlyList<ServiceNode>> RefreshAsync(CancellationToken cancellationToken = default)
    {
        await _fetching.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            // Whoever waited behind another fetch has its result now.
            lock (_lock)
            {
                if (_nodes.Length > 0 && IsWithin(_triedAt, _options.MinimumInterval))
                {
                    return _nodes;
                }
            }

            if (!_restored)
            {
                // What is already here is newer.
                bool fresh = _nodes.Length == 0 && await RestoreAsync(cancellationToken).ConfigureAwait(false);
                _restored = true;
                if (fresh)
                {
                    return _nodes;
                }
            }

            ServiceNode[]? fetched = await FetchAsync(cancellationToken).ConfigureAwait(false);
            lock (_lock)
            {
                _triedAt = _time.GetTimestamp();
                if (fetched is not null)
                {
                    Take(fetched, _triedAt.Value);
                }
            }

            if (fetched is null)
            {
                return _nodes.Length > 0 ? _nodes : throw new OnionException(OnionFault.NoNodes, "No seed gave a usable node list.");
            }

            await _memory.SaveAsync(OnionStoreItem.Nodes, new NodeSnapshot(fetched, _time.GetUtcNow()).ToBytes(), cancellationToken).ConfigureAwait(false);
            return fetched;
        }
        finally
        {
            _ = _fetching.Release();
        }
    }

    public void Drop(Ed25519PublicKey identityKey)
    {
        lock (_lock)
        {
            if (Array.Exists(_nodes, node => node.IdentityKey == identityKey))
            {
                _nodes = Array.FindAll(_nodes, node => node.IdentityKey != identityKey);
            }
        }
    }

    public void Dispose() => _fetching.Dispose();

    private bool IsWithin(long? since, TimeSpan time) => since is { } start && _time.GetElapsedTime(start) < time;

    private void Take(ServiceNode[] nodes, long fetchedAt)
    {
        _nodes = nodes;
        _fetchedCount = nodes.Length;
        _fetchedAt = fetchedAt;
    }

    // The list of the last run. True when it need not be fetched again yet; an old one is where asking the nodes begins.
    private async ValueTask<bool> RestoreAsync(CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte> saved = await _memory.LoadAsync(OnionStoreItem.Nodes, cancellationToken).ConfigureAwait(false);
        return NodeSnapshot.TryRead(saved.Span, out NodeSnapshot? kept) && Restore(kept);
    }

    private bool Restore(NodeSnapshot snapshot)
    {
        // A list from the future was kept under a wrong clock: nobody knows how old it is.
        TimeSpan age = _time.GetUtcNow() - snapshot.TakenAt;
        bool fresh = age >= TimeSpan.Zero && age < _options.Lifetime;
        lock (_lock)
        {
            TimeSpan counted = fresh ? age : _options.Lifetime;
            Take([.. snapshot.Nodes], _time.GetTimestamp() - (long)(counted.TotalSeconds * _time.TimestampFrequency));
        }

        OnionLog.NodesRestored(_log, snapshot.Nodes.Count);
        return fresh;
    }

    private async ValueTask<ServiceNode[]?> FetchAsync(CancellationToken cancellationToken)
    {
        ServiceNode[]? nodes = await FetchFromNodesAsync(cancellationToken).ConfigureAwait(false)
            ?? await FetchFromSeedsAsync(cancellationToken).ConfigureAwait(false);
        if (nodes is null && _nodes.Length == 0 && _options.Fallback is { } fallback)
        {
            _ = Restore(fallback);
            nodes = await FetchFromNodesAsync(cancellationToken).ConfigureAwait(false);
        }

        if (nodes is not null)
        {
            OnionLog.NodesFetched(_log, nodes.Length);
        }

        return nodes;
    }

    // While this waits, the requests to the nodes take their paths from the list as it is.
    private async ValueTask<ServiceNode[]?> FetchFromNodesAsync(CancellationToken cancellationToken)
    {
        ServiceNode[] known;
        lock (_lock)
        {
            known = _nodes;
        }

        ServiceNode[]? asked = PathChooser.Choose(known, [], _options.AskedNodes, !PathChooser.ShareOneAddress(known), _ => false, _random);
        if (_askNode is null || asked is null)
        {
            return null;
        }

        using var deadline = new Deadline(_options.NodesTimeout, _time, cancellationToken);
        CancellationToken either = deadline.Token;
        Task<IReadOnlyList<ServiceNode>?>[] asking = [.. asked.Select(node => _askNode(node, either).AsTask())];
        await ((Task)Task.WhenAll(asking)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();

        // Those that answered may be enough, whatever became of the others.
        ServiceNode[]? agreed = NodeListAgreement.Combine(
            [.. asking.Where(answer => answer.IsCompletedSuccessfully).Select(answer => answer.Result).OfType<IReadOnlyList<ServiceNode>>()], _options.AgreeingNodes, known.Length);
        if (agreed is null)
        {
            OnionLog.NodesDisagree(_log);
        }

        return agreed;
    }

    private async ValueTask<ServiceNode[]?> FetchFromSeedsAsync(CancellationToken cancellationToken)
    {
        SeedNode[] seeds = [.. _options.Seeds];
        _random.Shuffle<SeedNode>(seeds);
        foreach (SeedNode seed in seeds)
        {
            if (await TryFetchAsync(seed, cancellationToken).ConfigureAwait(false) is { } nodes)
            {
                return nodes;
            }
        }

        return null;
    }

    private async ValueTask<ServiceNode[]?> TryFetchAsync(SeedNode seed, CancellationToken cancellationToken)
    {
        using var deadline = new Deadline(_options.SeedTimeout, _time, cancellationToken);
        OnionFault fault = OnionFault.InvalidResponse;
        try
        {
            foreach (ReadOnlyMemory<byte> query in SeedQuery.Requests)
            {
                var request = new TransportRequest(seed.RpcAddress, query, "application/json", seed.Security);
                TransportResponse response = await _transport.PostAsync(request, deadline.Token).ConfigureAwait(false);
                if (response.Status == 200 && NodeListReader.TryReadJson(response.Body, out IReadOnlyList<ServiceNode>? nodes) && nodes.Count > 0)
                {
                    return [.. nodes];
                }
            }
        }
        catch (OnionException e)
        {
            fault = e.Fault;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            fault = OnionFault.TimedOut;
        }

        OnionLog.SeedFailed(_log, fault);
        return null;
    }
}
