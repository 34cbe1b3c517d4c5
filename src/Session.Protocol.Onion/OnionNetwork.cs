using Microsoft.Extensions.Logging;
using Session.Protocol.Onion.Nodes;
using Session.Protocol.Onion.Transport;

namespace Session.Protocol.Onion;

/// <summary>
/// What several accounts of one process may share: the node list and the connections to nodes. Paths are never shared: each client
/// made here builds its own, so that no node but the guard, which sees this machine's address anyway, can tell that two accounts belong together.
/// Safe for concurrent use.
/// </summary>
public sealed class OnionNetwork : IAsyncDisposable
{
    private readonly OnionClientOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<OnionClient>? _logger;
    private readonly HttpOnionTransport _transport;

    /// <summary>Asks for node lists, and carries nothing of any account.</summary>
    private readonly OnionClient _lists;

    /// <summary>Makes a network; nothing is sent before the first request of a client.</summary>
    /// <param name="options">Null for the main network and the default rules.</param>
    /// <param name="timeProvider">The local clock; null for the system's.</param>
    /// <param name="loggerFactory">Receives events without addresses, keys or content; null for nowhere.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public OnionNetwork(OnionClientOptions? options = null, TimeProvider? timeProvider = null, ILoggerFactory? loggerFactory = null)
    {
        _options = options ?? OnionClientOptions.Default;
        _options.Validate();
        _time = timeProvider ?? TimeProvider.System;
        _logger = loggerFactory?.CreateLogger<OnionClient>();
        _transport = new HttpOnionTransport(_options.Transport, _time);
        _lists = new OnionClient(_options, _transport, nodes: null, _time, random: null, _logger);
    }

    /// <summary>The node list that all clients work with.</summary>
    public INodeDirectory Nodes => _lists.Nodes;

    /// <summary>Makes a client with paths of its own.</summary>
    /// <returns>The caller disposes it, before this network.</returns>
    public OnionClient CreateClient() => new(_options, _transport, _lists.Nodes, _time, random: null, _logger);

    /// <summary>Closes all connections. The clients made here must have been disposed.</summary>
    /// <returns>A task that ends when nothing runs any more.</returns>
    public async ValueTask DisposeAsync()
    {
        await _lists.DisposeAsync().ConfigureAwait(false);
        _transport.Dispose();
    }
}
