using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Session.Protocol.Accounts;
using Session.Protocol.Cryptography;
using Session.Protocol.Onion.Nodes;
using Session.Protocol.Onion.Paths;
using Session.Protocol.Onion.Requests;
using Session.Protocol.Onion.Storage;
using Session.Protocol.Onion.Storage.Results;
using Session.Protocol.Onion.Transport;

namespace Session.Protocol.Onion;

/// <summary>
/// Sends requests through three hops: finds nodes, builds and tests paths, wraps, posts, decrypts. When a request surely did not
/// reach its destination, or when a second sending has no second effect, it is sent once more over another path; in every other case
/// the caller decides. Safe for concurrent use. One instance per account keeps accounts on separate paths.
/// </summary>
public sealed class OnionClient : IOnionClient, IAsyncDisposable, IDisposable
{
    // The smallest thing to ask a node: is it there, and what time is it there? The request has no time in it.
    private static readonly byte[] Info = new InfoRequest().ToBody(0);

    private readonly OnionClientOptions _options;
    private readonly IOnionTransport _transport;
    private readonly HttpOnionTransport? _ownTransport;
    private readonly NodeDirectory? _ownDirectory;
    private readonly TimeProvider _time;
    private readonly IRandomSource _random;
    private readonly ILogger _log;
    private readonly NetworkClock _clock;
    private readonly LayerKeyPool _layerKeys;
    private readonly OnionRequestBuilder _builder;
    private readonly GuardLink _guards;
    private readonly PathPool _paths;
    private readonly OnionCaller _caller;
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
        _random = random ??= RandomSource.System;
        _log = logger ?? NullLogger<OnionClient>.Instance;
        var memory = new OnionMemory(_options.Store, _log);
        _ownTransport = transport is null ? new HttpOnionTransport(_options.Transport, _time) : null;
        _transport = transport ?? _ownTransport!;
        _ownDirectory = nodes is null ? new NodeDirectory(_transport, _options.Directory, memory, _time, random, _log, new NodeListQuery(this).AskAsync) : null;
        Nodes = nodes ?? _ownDirectory!;
        _layerKeys = new LayerKeyPool(random);
        _builder = new OnionRequestBuilder(random, _options.Cipher, _layerKeys);
        _clock = new NetworkClock(_time, random, Nodes, AskTimeAsync, _log);
        _guards = new GuardLink(_transport, _time);
        var tests = new PathTests(TestGuardAsync, TestPathAsync);
        _paths = new PathPool(new PathMachine(_options.Paths, random, _time), Nodes, tests, memory, _time, random, _log);
        _caller = new OnionCaller(_paths, Nodes, _guards, _time, _log);
    }

    /// <inheritdoc/>
    public INodeDirectory Nodes { get; }

    /// <inheritdoc/>
    public INetworkClock Clock => _clock;

    /// <summary>The paths at this moment.</summary>
    public PathSnapshot Paths => _paths.Snapshot;

    /// <summary>
    /// How the paths are and, from then on, every change of it. Somebody who reads slowly misses outdated changes, never the latest.
    /// </summary>
    /// <param name="cancellationToken">Ends the enumeration.</param>
    /// <returns>The present snapshot first. The sequence ends when this client is disposed.</returns>
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
        ArgumentNullException.ThrowIfNull(server);
        ArgumentNullException.ThrowIfNull(request);
        if (string.IsNullOrEmpty(request.Method) || !request.Endpoint.StartsWith('/'))
        {
            throw new ArgumentException("A method is needed, and an endpoint that begins with a slash.", nameof(request));
        }

        byte[] payload = V4Message.EncodeRequest(request);
        RequireSize(_builder.SizeForServer(_options.Paths.HopCount, server, payload.Length));
        var call = new OnionCall<ServerResponse>(
            null,
            RequestClass.Server,
            _options.ServerTimeout,
            () => request.Method is "GET" or "HEAD",
            (path, output, key) => _builder.BuildForServer(path.AsSpan(), server, payload, output, key),
            (reply, key) => OnionReplyReader.TryReadServerReply(reply.Span, key, out ServerResponse? response) ? response : null);
        return _caller.SendAsync(call, cancellationToken);
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
        _clock.Dispose();
        _layerKeys.Dispose();
        _ownDirectory?.Dispose();
        _ownTransport?.Dispose();
    }

    private static void RequireSize(long size)
    {
        if (size > OnionRequestBuilder.MaxBodySize)
        {
            throw new OnionException(OnionFault.TooLarge, $"The request would be {size} bytes on the wire, nodes accept {OnionRequestBuilder.MaxBodySize}.");
        }
    }

    private OnionCall<OnionResponse> CallNode(ServiceNode destination, ReadOnlyMemory<byte> body, TimeSpan limit) => new(
        destination.IdentityKey,
        RequestClass.Of(body.Span),
        limit,
        () => RequestClass.MayRepeat(body.Span),
        (path, output, key) => _builder.BuildForNode(path.AsSpan(), destination, body.Span, output, key),
        (reply, key) => OnionReplyReader.TryReadNodeReply(reply.Span, key, out OnionResponse? response) ? response : null);

    // Asked directly: the guard sees our address anyway, and the connection that this opens is the one that requests will use.
    private async Task TestGuardAsync(ServiceNode guard, CancellationToken cancellationToken)
    {
        TransportResponse answer = await _guards.PostAsync(guard, "storage_rpc/v1", Info, "application/json", _options.GuardTestTimeout, cancellationToken).ConfigureAwait(false);
        if (ReadTime(answer.Status, answer.Body) is not { } milliseconds)
        {
            throw new OnionException(OnionFault.PathFailed, "The guard node is not ready.");
        }

        _clock.Observe(guard.IdentityKey, milliseconds);
    }

    // Any node that is no hop will do as the far end.
    private async Task TestPathAsync(OnionPath path, CancellationToken cancellationToken)
    {
        IReadOnlyList<ServiceNode> nodes = await Nodes.GetNodesAsync(cancellationToken).ConfigureAwait(false);
        ServiceNode[] ends = [.. nodes.Where(node => !path.Contains(node.IdentityKey))];
        if (ends.Length == 0)
        {
            throw new OnionException(OnionFault.NoPath, "There is no node that a path could be tested with.");
        }

        OnionCall<OnionResponse> call = CallNode(ends[_random.Next(ends.Length)], Info, _options.GuardTestTimeout);
        _ = await _caller.SendAsync(path, call, cancellationToken).ConfigureAwait(false);
    }

    private static long? ReadTime(int status, ReadOnlyMemory<byte> body)
    {
        StorageReply<NodeStatus> reply = new InfoRequest().ReadReply(new OnionResponse(status, body), 0);
        long? time = reply.NodeTime ?? reply.Value?.Timestamp;
        return status == StorageStatus.Success && time is { } known && NetworkClock.IsPlausible(known) ? known : null;
    }

    private async ValueTask<long?> AskTimeAsync(ServiceNode node, CancellationToken cancellationToken)
    {
        try
        {
            OnionResponse answer = await SendToNodeAsync(node, Info, cancellationToken).ConfigureAwait(false);
            return ReadTime(answer.Status, answer.Body);
        }
        catch (OnionException)
        {
            // One of several that are asked; the clock needs only some of them.
            return null;
        }
    }
}
