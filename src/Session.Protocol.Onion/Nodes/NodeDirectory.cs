using Microsoft.Extensions.Logging;
using Session.Protocol.Accounts;
using Session.Protocol.Cryptography;
using Session.Protocol.Onion.Transport;

namespace Session.Protocol.Onion.Nodes;

/// <summary>Keeps the node list: fetched from seeds when first needed, when it is old, or when half of its nodes were dropped.</summary>
internal sealed class NodeDirectory : INodeDirectory, IDisposable
{
    private static readonly byte[] ListRequest =
        """{"jsonrpc":"2.0","id":"0","method":"get_n_service_nodes","params":{"active_only":true,"fields":{"public_ip":true,"storage_port":true,"pubkey_x25519":true,"pubkey_ed25519":true,"swarm_id":true}}}"""u8.ToArray();

    /// <summary>With an old list at hand, requests do not wait for unreachable seeds more often than this.</summary>
    private static readonly TimeSpan OldListRetryTime = TimeSpan.FromMinutes(1);

    private readonly IOnionTransport _transport;
    private readonly NodeDirectoryOptions _options;
    private readonly TimeProvider _time;
    private readonly IRandomSource _random;
    private readonly ILogger _log;
    private readonly SemaphoreSlim _fetching = new(1, 1);
    private readonly Lock _lock = new();
    private ServiceNode[] _nodes = [];
    private int _fetchedCount;
    private long? _fetchedAt;
    private long? _triedAt;

    public NodeDirectory(IOnionTransport transport, NodeDirectoryOptions options, TimeProvider time, IRandomSource random, ILogger log)
    {
        options.Validate();
        _transport = transport;
        _options = options;
        _time = time;
        _random = random;
        _log = log;
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

            ServiceNode[]? fetched = await FetchAsync(cancellationToken).ConfigureAwait(false);
            lock (_lock)
            {
                _triedAt = _time.GetTimestamp();
                if (fetched is not null)
                {
                    _nodes = fetched;
                    _fetchedCount = fetched.Length;
                    _fetchedAt = _triedAt;
                }

                return _nodes.Length > 0 ? _nodes : throw new OnionException(OnionFault.NoNodes, "No seed gave a usable node list.");
            }
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

    private async ValueTask<ServiceNode[]?> FetchAsync(CancellationToken cancellationToken)
    {
        SeedNode[] seeds = [.. _options.Seeds];
        _random.Shuffle<SeedNode>(seeds);
        foreach (SeedNode seed in seeds)
        {
            if (await TryFetchAsync(seed, cancellationToken).ConfigureAwait(false) is { } nodes)
            {
                OnionLog.NodesFetched(_log, nodes.Length);
                return nodes;
            }
        }

        return null;
    }

    private async ValueTask<ServiceNode[]?> TryFetchAsync(SeedNode seed, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(_options.SeedTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        OnionFault fault = OnionFault.InvalidResponse;
        try
        {
            var request = new TransportRequest(seed.RpcAddress, ListRequest, "application/json", seed.Security);
            TransportResponse response = await _transport.PostAsync(request, either.Token).ConfigureAwait(false);
            if (response.Status == 200 && NodeListReader.TryReadJson(response.Body, out IReadOnlyList<ServiceNode>? nodes) && nodes.Count > 0)
            {
                return [.. nodes];
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
