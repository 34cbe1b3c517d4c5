using System.Buffers;
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
/// reach its destination it is sent once more over another path; in every other case the caller decides, because a second sending
/// could have a second effect. Safe for concurrent use. One instance per account keeps accounts on separate paths.
/// </summary>
public sealed class OnionClient : IOnionClient, IAsyncDisposable, IDisposable
{
    private const string OctetStream = "application/octet-stream";

    // The smallest thing to ask a node: is it there, and what time is it there? The request has no time in it.
    private static readonly byte[] Info = new InfoRequest().ToBody(0);

    private readonly OnionClientOptions _options;
    private readonly IOnionTransport _transport;
    private readonly HttpOnionTransport? _ownTransport;
    private readonly NodeDirectory? _ownDirectory;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly NetworkClock _clock;
    private readonly LayerKeyPool _layerKeys;
    private readonly OnionRequestBuilder _builder;
    private readonly PathPool _paths;
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
        random ??= RandomSource.System;
        _log = logger ?? NullLogger<OnionClient>.Instance;
        _ownTransport = transport is null ? new HttpOnionTransport(_options.Transport, _time) : null;
        _transport = transport ?? _ownTransport!;
        _ownDirectory = nodes is null ? new NodeDirectory(_transport, _options.Directory, _time, random, _log, new NodeListQuery(this).AskAsync) : null;
        Nodes = nodes ?? _ownDirectory!;
        _layerKeys = new LayerKeyPool(random);
        _builder = new OnionRequestBuilder(random, _options.Cipher, _layerKeys);
        _clock = new NetworkClock(_time, random, Nodes, AskTimeAsync, _log);
        _paths = new PathPool(new PathMachine(_options.Paths, random, _time), Nodes, TestGuardAsync, _log);
    }

    /// <inheritdoc/>
    public INodeDirectory Nodes { get; }

    /// <inheritdoc/>
    public INetworkClock Clock => _clock;

    /// <summary>The ready paths at this moment.</summary>
    public PathSnapshot Paths => _paths.Snapshot();

    /// <inheritdoc/>
    public ValueTask<OnionResponse> SendToNodeAsync(ServiceNode destination, ReadOnlyMemory<byte> body, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(destination);
        RequireSize(_builder.SizeForNode(_options.Paths.HopCount, body.Length));
        return SendAsync(
            destination.IdentityKey,
            _options.NodeTimeout,
            (path, output, key) => _builder.BuildForNode(path.AsSpan(), destination, body.Span, output, key),
            (reply, key) => OnionReplyReader.TryReadNodeReply(reply, key, out OnionResponse? response) ? response : null,
            cancellationToken);
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
        return SendAsync(
            null,
            _options.ServerTimeout,
            (path, output, key) => _builder.BuildForServer(path.AsSpan(), server, payload, output, key),
            (reply, key) => OnionReplyReader.TryReadServerReply(reply, key, out ServerResponse? response) ? response : null,
            cancellationToken);
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

    private async ValueTask<T> SendAsync<T>(
        Ed25519PublicKey? destination,
        TimeSpan limit,
        Action<OnionPath, ArrayBufferWriter<byte>, OnionReplyKey> build,
        Func<ReadOnlySpan<byte>, OnionReplyKey, T?> read,
        CancellationToken cancellationToken)
        where T : class
    {
        using var key = new OnionReplyKey();
        OnionPath path = await _paths.GetAsync(destination, null, cancellationToken).ConfigureAwait(false);
        for (bool again = true; ; again = false)
        {
            var body = new ArrayBufferWriter<byte>();
            build(path, body, key);
            OnionVerdict verdict;
            Exception? cause = null;
            int status = 0;
            try
            {
                TransportResponse answer = await PostAsync(path.Guard, "onion_req/v2", body.WrittenMemory, OctetStream, limit, cancellationToken).ConfigureAwait(false);
                status = answer.Status;
                if (status == 200 && read(answer.Body.Span, key) is { } response)
                {
                    _paths.Report(path, PathReport.Success);
                    return response;
                }

                verdict = status == 200
                    ? new OnionVerdict(OnionFault.InvalidResponse, PathReport.PathFailed, NotDelivered: false)
                    : OnionFailureRules.Judge(OnionFailure.Read(status, answer.Body.Span), status, path, destination);
            }
            catch (OnionException e)
            {
                cause = e;
                verdict = new OnionVerdict(e.Fault, PathReport.PathFailed, NotDelivered: e.Fault == OnionFault.Unreachable);
            }

            _paths.Report(path, verdict.Report);
            if (verdict.DropDestination && destination is { } gone)
            {
                Nodes.Drop(gone);
            }

            bool retry = again && verdict is { NotDelivered: true, Fault: OnionFault.PathFailed or OnionFault.Unreachable };
            OnionLog.RequestFailed(_log, verdict.Fault, status, retry);
            if (!retry)
            {
                throw new OnionException(verdict.Fault, Describe(verdict.Fault), cause);
            }

            try
            {
                path = await _paths.GetAsync(destination, path, cancellationToken).ConfigureAwait(false);
            }
            catch (OnionException e) when (e.Fault == OnionFault.NoPath)
            {
                // There is no other path; what went wrong on this one says more.
                throw new OnionException(verdict.Fault, Describe(verdict.Fault), cause);
            }
        }
    }

    private static string Describe(OnionFault fault) => fault switch
    {
        OnionFault.Unreachable => "The guard node cannot be reached.",
        OnionFault.TimedOut => "No answer came in time.",
        OnionFault.ConnectionLost => "The connection to the guard node broke.",
        OnionFault.DestinationFailed => "The destination cannot be reached from the path, or is not ready.",
        OnionFault.InvalidResponse => "The answer cannot be decrypted or read.",
        OnionFault.RateLimited => "The guard node limits our requests.",
        OnionFault.TooLarge => "The guard node refused the size of the request.",
        OnionFault.ClockOutOfSync => "The destination says that our clock is off.",
        _ => "A hop of the path failed.",
    };

    private async ValueTask<TransportResponse> PostAsync(
        ServiceNode node, string path, ReadOnlyMemory<byte> body, string contentType, TimeSpan limit, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(limit, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        var address = new Uri($"https://{node.Address}:{node.HttpsPort}/{path}");
        try
        {
            return await _transport.PostAsync(new TransportRequest(address, body, contentType, TransportSecurity.ServiceNode), either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new OnionException(OnionFault.TimedOut, Describe(OnionFault.TimedOut), e);
        }
    }

    // Asked directly: the guard sees our address anyway, and the connection that this opens is the one that requests will use.
    private async Task TestGuardAsync(ServiceNode guard, CancellationToken cancellationToken)
    {
        TransportResponse answer = await PostAsync(guard, "storage_rpc/v1", Info, "application/json", _options.GuardTestTimeout, cancellationToken).ConfigureAwait(false);
        if (ReadTime(answer.Status, answer.Body) is not { } milliseconds)
        {
            throw new OnionException(OnionFault.PathFailed, "The guard node is not ready.");
        }

        _clock.Observe(guard.IdentityKey, milliseconds);
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
