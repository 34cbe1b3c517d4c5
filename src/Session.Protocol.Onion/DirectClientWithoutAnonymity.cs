using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Session.Protocol.Cryptography;
using Session.Protocol.Onion.Nodes;
using Session.Protocol.Onion.Requests;
using Session.Protocol.Onion.Transport;

namespace Session.Protocol.Onion;

/// <summary>
/// Talks to service nodes directly. Every node that is asked learns this machine's address together with the accounts that are read and
/// written from it, and whoever watches the connection learns which nodes these are. For finding faults and for networks that are
/// one's own; nothing in this library uses it unless it is named. Safe for concurrent use.
/// </summary>
public sealed class DirectClientWithoutAnonymity : IOnionClient, IDisposable
{
    private readonly OnionClientOptions _options;
    private readonly HttpOnionTransport? _ownTransport;
    private readonly GuardLink _link;
    private readonly NodeDirectory _nodes;
    private readonly NetworkClock _clock;

    /// <summary>Makes a client and logs a warning that it hides nothing.</summary>
    /// <param name="options">Null for the main network. What concerns paths is ignored.</param>
    /// <param name="transport">Null for HTTPS; a given one is not disposed.</param>
    /// <param name="time">Null for the system's clock.</param>
    /// <param name="random">Null for the system's.</param>
    /// <param name="logger">Receives the warning, and events without addresses, keys or content.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public DirectClientWithoutAnonymity(
        OnionClientOptions? options = null,
        IOnionTransport? transport = null,
        TimeProvider? time = null,
        IRandomSource? random = null,
        ILogger<DirectClientWithoutAnonymity>? logger = null)
    {
        _options = options ?? OnionClientOptions.Default;
        _options.Validate();
        time ??= TimeProvider.System;
        random ??= RandomSource.System;
        ILogger log = logger ?? NullLogger<DirectClientWithoutAnonymity>.Instance;
        _ownTransport = transport is null ? new HttpOnionTransport(_options.Transport, time) : null;
        transport ??= _ownTransport!;
        _link = new GuardLink(transport, time);
        _nodes = new NodeDirectory(transport, _options.Directory, new OnionMemory(_options.Store, log), time, random, log, new NodeListQuery(this).AskAsync);
        _clock = new NetworkClock(time, random, _nodes, new NodeTimeQuery(this).AskAsync, log);
        OnionLog.NoAnonymity(log);
    }

    /// <inheritdoc/>
    public INodeDirectory Nodes => _nodes;

    /// <inheritdoc/>
    public INetworkClock Clock => _clock;

    /// <inheritdoc/>
    public async ValueTask<OnionResponse> SendToNodeAsync(ServiceNode destination, ReadOnlyMemory<byte> body, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(destination);
        TransportResponse answer = await _link.PostAsync(
            destination.Endpoint("storage_rpc/v1"), body, "application/json", _options.NodeTimeout, cancellationToken).ConfigureAwait(false);
        return new OnionResponse(answer.Status, answer.Body);
    }

    /// <summary>Not possible: servers of this network take requests from exit nodes only.</summary>
    /// <param name="server">Ignored.</param>
    /// <param name="request">Ignored.</param>
    /// <param name="cancellationToken">Ignored.</param>
    /// <returns>Nothing.</returns>
    /// <exception cref="NotSupportedException">Always.</exception>
    public ValueTask<ServerResponse> SendToServerAsync(OnionServer server, ServerRequest request, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException("Servers take requests from exit nodes only: use an OnionClient.");

    /// <summary>Closes the connections that this client made.</summary>
    public void Dispose()
    {
        _clock.Dispose();
        _nodes.Dispose();
        _ownTransport?.Dispose();
    }
}
