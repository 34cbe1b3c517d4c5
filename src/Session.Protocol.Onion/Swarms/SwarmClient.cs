using Session.Protocol.Accounts;
using Session.Protocol.Cryptography;
using Session.Protocol.Onion.Nodes;
using Session.Protocol.Onion.Storage;
using Session.Protocol.Onion.Storage.Results;

namespace Session.Protocol.Onion.Swarms;

/// <summary>Talks to swarms through onion requests (protocol/20 §5, protocol/21, protocol/25). Safe for concurrent use.</summary>
public sealed class SwarmClient : ISwarmClient
{
    private readonly SwarmDirectory _swarms;
    private readonly SwarmSender _sender;
    private readonly SwarmPoller _poller;
    private readonly SilentNodes _silent;

    /// <summary>Makes a client.</summary>
    /// <param name="onion">Carries the requests; the caller keeps and disposes it.</param>
    /// <param name="time">Local time for waiting and for the age of what is remembered; the system's when null.</param>
    /// <param name="random">For picking nodes; the system's when null.</param>
    public SwarmClient(IOnionClient onion, TimeProvider? time = null, IRandomSource? random = null)
        : this(onion, SwarmClientOptions.Default, time, random)
    {
    }

    internal SwarmClient(IOnionClient onion, SwarmClientOptions options, TimeProvider? time = null, IRandomSource? random = null)
    {
        ArgumentNullException.ThrowIfNull(onion);
        time ??= TimeProvider.System;
        random ??= RandomSource.System;
        SwarmClientOptions.Validate(options);
        _swarms = new SwarmDirectory(onion, options, time, random);
        _sender = new SwarmSender(onion, _swarms, options, time, random);
        _poller = new SwarmPoller(_sender);
        _silent = new SilentNodes(time);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<ServiceNode>> GetMembersAsync(AccountId account, CancellationToken cancellationToken = default) =>
        _swarms.GetMembersAsync(account, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<T> SendAsync<T>(StorageRequest<T> request, CancellationToken cancellationToken = default)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(request);
        SentRequest<T> sent = await _sender.SendAsync(
            request.Account, _ => ValueTask.FromResult(request), new NodeChoice(only: null, _silent), cancellationToken).ConfigureAwait(false);
        return sent.Value;
    }

    /// <inheritdoc/>
    public ValueTask<StoreResult> StoreAsync(
        AccountId account,
        SwarmNamespace space,
        ReadOnlyMemory<byte> data,
        TimeSpan timeToLive,
        SwarmCredentials? credentials = null,
        CancellationToken cancellationToken = default)
    {
        if (data.Length > StorageLimits.MaxDataSize)
        {
            throw new OnionException(OnionFault.TooLarge, $"A message can have {StorageLimits.MaxDataSize} bytes, this one has {data.Length}.");
        }

        return SendAsync(new StoreRequest(account, space, data, timeToLive, credentials), cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask<SwarmPoll> RetrieveAsync(SwarmQuery query, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        SwarmQuery.Validate(query);
        int swarmSize = query.Node is null
            ? (await _swarms.GetMembersAsync(query.Account, cancellationToken).ConfigureAwait(false)).Count
            : 1;
        return await _poller.PollAsync(query, swarmSize, cancellationToken).ConfigureAwait(false);
    }
}
