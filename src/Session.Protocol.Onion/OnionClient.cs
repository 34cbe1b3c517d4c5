using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Session.Protocol.Accounts;
using Session.Protocol.Cryptography;
using Session.Protocol.Onion.Nodes;
using Session.Protocol.Onion.Paths;
using Session.Protocol.Onion.Requests;
using Session.Protocol.Onion.Transport;

namespace Session.Protocol.Onion;

/// <summary>
/// Sends requests through three hops: finds nodes, builds and tests paths, wraps, posts, decrypts. When a request surely did not
/// reach its destination, or when a second sending has no second effect, it is sent once more over another path; in every other case
/// the caller decides. Safe for concurrent use. Each account has a client, and so paths, of its own: see <see cref="Fork"/>.
/// </summary>
public sealed class OnionClient : IOnionClient, IPathMonitor, IAsyncDisposable, IDisposable
{
    private readonly OnionClientOptions _options;
    private readonly IOnionTransport _transport;
    private readonly HttpOnionTransport? _ownTransport;
    private readonly NodeDirectory? _ownDirectory;
    private readonly bool _isFork;
    private readonly TimeProvider _time;
    private readonly IRandomSource _random;
    private readonly ILogger _log;
    private readonly NetworkClock _clock;
    private readonly LayerKeyPool _layerKeys;
    private readonly OnionRequestBuilder _builder;
    private readonly GuardLink _guardLink;
    private readonly GuardKeeper _guards;
    private readonly PathRegistry _registry;
    private readonly PathPool _paths;
    private readonly OnionCaller _caller;
    private readonly Lock _owning = new();
    private AccountId? _owner;
    private bool _disposed;

    /// <summary>Makes a client; nothing is sent before the first request.</summary>
    /// <param name="options">Null for the main network and the default rules.</param>
    /// <param name="transport">Null for HTTPS; a given one is not disposed.</param>
    /// <param name="nodes">Null for a list fetched from the seeds in the options.</param>
    /// <param name="time">Clock for timeouts, lifetimes and the network clock; null for the system's.</param>
    /// <param name="random">Null for the system's.</param>
    /// <param name="logger">Receives events without addresses, keys or content.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public OnionClient(
        OnionClientOptions? options = null,
        IOnionTransport? transport = null,
        INodeDirectory? nodes = null,
        TimeProvider? time = null,
        IRandomSource? random = null,
        ILogger<OnionClient>? logger = null)
    {
        _options = options ?? OnionClientOptions.Default;
        _options.Validate();
        _time = time ?? TimeProvider.System;
        _random = random ?? RandomSource.System;
        _log = logger ?? NullLogger<OnionClient>.Instance;
        var memory = new OnionMemory(_options.Store, _log);
        _ownTransport = transport is null ? new HttpOnionTransport(_options.Transport, _time) : null;
        _transport = transport ?? _ownTransport!;
        _ownDirectory = nodes is null
            ? new NodeDirectory(_transport, _options.Directory, memory, _time, _random, _log, new NodeListQuery(this).AskAsync)
            : null;
        Nodes = nodes ?? _ownDirectory!;
        _clock = new NetworkClock(_time, _random, Nodes, new NodeTimeQuery(this).AskAsync, _log);
        _guards = new GuardKeeper(new GuardList(_options.GuardLifetime, _time), memory);
        _registry = new PathRegistry();
        (_guardLink, _layerKeys, _builder, _paths, _caller) = CreateParts();
    }

    private OnionClient(OnionClient parent)
    {
        _isFork = true;
        _options = parent._options;
        _time = parent._time;
        _random = parent._random;
        _log = parent._log;
        _transport = parent._transport;
        Nodes = parent.Nodes;
        _clock = parent._clock;
        _guards = parent._guards;
        _registry = parent._registry;
        (_guardLink, _layerKeys, _builder, _paths, _caller) = CreateParts();
    }

    /// <inheritdoc/>
    public INodeDirectory Nodes { get; }

    /// <inheritdoc/>
    public INetworkClock Clock => _clock;

    /// <inheritdoc/>
    public PathSnapshot Paths => _paths.Snapshot;

    /// <summary>
    /// A client with paths of its own over the same connections, node list, clock and guards: for another account of this program. To a
    /// guard all of them are this machine in any case, and every guard more would be one more node that learns its address.
    /// </summary>
    /// <returns>The client. Dispose it before this one.</returns>
    public OnionClient Fork()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return new OnionClient(this);
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<PathSnapshot> WatchPathsAsync(CancellationToken cancellationToken = default) => _paths.WatchAsync(cancellationToken);

    /// <inheritdoc/>
    public ValueTask<OnionResponse> SendToNodeAsync(ServiceNode destination, ReadOnlyMemory<byte> body, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(destination);
        RequireSize(_builder.SizeForNode(_options.Paths.HopCount, body.Length));
        return _caller.SendAsync(CallNode(destination, body, _options.NodeTimeout), cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<ServerResponse> SendToServerAsync(OnionServer server, ServerRequest request, CancellationToken cancellationToken = default)
    {
        RequireUsable(server, request);
        byte[] payload = V4Message.EncodeRequest(request);
        RequireSize(_builder.SizeForServer(_options.Paths.HopCount, server, payload.Length));
        var call = new BufferedCall<ServerResponse>(
            null,
            RequestClass.Server,
            _options.ServerTimeout,
            () => RequestClass.MayRepeat(request),
            (path, output, key) => _builder.BuildForServer(path.AsSpan(), server, payload, output, key),
            (reply, key) => OnionReplyReader.TryReadServerReply(reply.Span, key, out ServerResponse? response) ? response : null);
        return _caller.SendAsync(call, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<StreamedServerResponse> SendStreamedToServerAsync(
        OnionServer server, ServerRequest request, StreamedBody? body, Stream workspace, CancellationToken cancellationToken = default)
    {
        RequireUsable(server, request);
        ArgumentNullException.ThrowIfNull(workspace);
        if (!workspace.CanRead || !workspace.CanWrite || !workspace.CanSeek)
        {
            throw new ArgumentException("The workspace must be able to read, write and seek.", nameof(workspace));
        }

        if (_options.Cipher != OnionCipher.XChaCha20)
        {
            return BufferedServerCall.SendAsync(this, server, request, body, cancellationToken);
        }

        var call = new StreamedCall(_builder, server, request, body ?? BufferedServerCall.BodyOf(request), workspace, _options.ServerTimeout);
        RequireSize(_builder.SizeForServer(_options.Paths.HopCount, server, call.TextLength));
        return _caller.SendAsync(call, cancellationToken);
    }

    /// <summary>
    /// Says that this client carries the requests of an account. Two accounts on one path could be told to be one person's: the exit
    /// sees that both come from the same middle node at the same time.
    /// </summary>
    /// <exception cref="InvalidOperationException">It carries another account's already, and the options do not allow that.</exception>
    internal void BelongTo(AccountId account)
    {
        lock (_owning)
        {
            _owner ??= account;
            if (_owner != account && !_options.AllowSharedPaths)
            {
                throw new InvalidOperationException(
                    "This onion client carries another account's requests. Use Fork() for paths of their own, or allow OnionClientOptions.AllowSharedPaths.");
            }
        }
    }

    /// <summary>Stops background work and closes the connections that this client made. Calling it again does nothing.</summary>
    /// <returns>A task that ends when both are done.</returns>
    public async ValueTask DisposeAsync()
    {
        if (!Interlocked.Exchange(ref _disposed, true))
        {
            await _paths.DisposeAsync().ConfigureAwait(false);
            DisposeRest();
        }
    }

    /// <summary>As <see cref="DisposeAsync"/>, for callers that cannot wait for the background work to stop.</summary>
    public void Dispose()
    {
        if (!Interlocked.Exchange(ref _disposed, true))
        {
            _paths.Close();
            DisposeRest();
        }
    }

    private void DisposeRest()
    {
        _layerKeys.Dispose();
        if (!_isFork)
        {
            _clock.Dispose();
            _guards.Dispose();
            _ownDirectory?.Dispose();
            _ownTransport?.Dispose();
        }
    }

    private (GuardLink, LayerKeyPool, OnionRequestBuilder, PathPool, OnionCaller) CreateParts()
    {
        var link = new GuardLink(_transport, _time);
        var keys = new LayerKeyPool(_random);
        var machine = new PathMachine(_options.Paths, _guards.Guards, _options.AllowSharedPaths ? null : _registry, _random, _time);
        var paths = new PathPool(machine, Nodes, new PathTests(TestGuardAsync, FindSilentHopAsync), _guards, _time, _random, _log);
        return (link, keys, new OnionRequestBuilder(_random, _options.Cipher, keys), paths, new OnionCaller(paths, Nodes, link, _time, _log));
    }

    private static void RequireUsable(OnionServer server, ServerRequest request)
    {
        ArgumentNullException.ThrowIfNull(server);
        ArgumentNullException.ThrowIfNull(request);
        if (string.IsNullOrEmpty(request.Method) || !request.Endpoint.StartsWith('/'))
        {
            throw new ArgumentException("A method is needed, and an endpoint that begins with a slash.", nameof(request));
        }
    }

    private static void RequireSize(long size)
    {
        if (size > OnionRequestBuilder.MaxBodySize)
        {
            throw new OnionException(OnionFault.TooLarge, $"The request would be {size} bytes on the wire, nodes accept {OnionRequestBuilder.MaxBodySize}.");
        }
    }

    private BufferedCall<OnionResponse> CallNode(ServiceNode destination, ReadOnlyMemory<byte> body, TimeSpan limit) => new(
        destination.IdentityKey,
        RequestClass.Of(body.Span),
        limit,
        () => RequestClass.MayRepeat(body.Span),
        (path, output, key) => _builder.BuildForNode(path.AsSpan(), destination, body.Span, output, key),
        (reply, key) => OnionReplyReader.TryReadNodeReply(reply.Span, key, out OnionResponse? response) ? response : null);

    // Asked directly: the guard sees our address anyway, and the connection that this opens is the one that requests will use.
    private async Task TestGuardAsync(ServiceNode guard, CancellationToken cancellationToken)
    {
        TransportResponse answer = await _guardLink.PostAsync(guard.Endpoint("storage_rpc/v1"), NodeTimeQuery.Info, "application/json", _options.GuardTestTimeout, cancellationToken).ConfigureAwait(false);
        if (NodeTimeQuery.Read(new OnionResponse(answer.Status, answer.Body)) is not { } milliseconds)
        {
            throw new OnionException(OnionFault.PathFailed, "The guard node is not ready.");
        }

        _clock.Observe(guard.IdentityKey, milliseconds);
    }

    // Any node that is no hop will do as the far end. When nothing comes back, each hop is asked through those before it: none learns
    // more than it did by the path itself, and the first that is silent is the one to replace.
    private async Task<ServiceNode?> FindSilentHopAsync(OnionPath path, CancellationToken cancellationToken)
    {
        IReadOnlyList<ServiceNode> nodes = await Nodes.GetNodesAsync(cancellationToken).ConfigureAwait(false);
        ServiceNode[] ends = [.. nodes.Where(node => !path.Contains(node.IdentityKey))];
        if (ends.Length > 0
            && await TryAskAsync(path, ends[_random.Next(ends.Length)], cancellationToken).ConfigureAwait(false) is null or OnionFault.DestinationFailed)
        {
            return null;
        }

        OnionFault?[] faults = await Task.WhenAll(path.Hops.Select((hop, at) => TryAskAsync(at == 0 ? null : path.Before(at), hop, cancellationToken))).ConfigureAwait(false);
        int silent = Array.FindIndex(faults, fault => fault is not (null or OnionFault.RateLimited));
        return silent < 0 ? null : path.Hops[silent];
    }

    // Directly without a path. Null when the node answered.
    private async Task<OnionFault?> TryAskAsync(OnionPath? path, ServiceNode node, CancellationToken cancellationToken)
    {
        try
        {
            if (path is null)
            {
                await TestGuardAsync(node, cancellationToken).ConfigureAwait(false);
            }
            else
            {
                BufferedCall<OnionResponse> call = CallNode(node, NodeTimeQuery.Info, _options.GuardTestTimeout);
                _ = await _caller.SendAsync(path, call, cancellationToken).ConfigureAwait(false);
            }

            return null;
        }
        catch (OnionException e)
        {
            return e.Fault;
        }
    }
}
