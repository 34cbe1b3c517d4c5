using System.Collections.Concurrent;
using System.Globalization;
using Session.Protocol.Accounts;
using Session.Protocol.Client;
using Session.Protocol.Onion;
using Session.Protocol.Onion.Nodes;
using Network = Session.Protocol.LocalNetwork.LocalNetwork;

namespace Session.Protocol.Storm;

/// <summary>One account with paths of its own: receives all the time and writes to others.</summary>
internal sealed class Talker : IAsyncDisposable
{
    private static readonly byte[] Info = """{"method":"info","params":{}}"""u8.ToArray();

    private readonly SessionIdentity _identity = SessionIdentity.Create();
    private readonly int _number;
    private readonly Ledger _ledger;
    private readonly OnionClient _onion;
    private readonly SessionClient _client;
    private readonly ConcurrentQueue<OnionFault> _failures = new();
    private int _sent;

    public Talker(int number, Network network, StormOptions options, Ledger ledger)
    {
        _number = number;
        _ledger = ledger;

        // A hop that is silent is given up earlier than usual, so that a short storm has more rounds.
        _onion = new OnionClient(network.ClientOptions with { NodeTimeout = TimeSpan.FromSeconds(5) });
        _client = new SessionClient(_identity, _onion, SessionClientOptions.Default with
        {
            PollInterval = options.PollInterval,
            IdlePollInterval = options.PollInterval * 4,
            MaxPollDelay = options.PollInterval * 4,
            SyncSentMessages = false,
        });
    }

    public AccountId Id => _identity.AccountId;

    /// <summary>Hands everything that arrives to the ledger until it is cancelled.</summary>
    public async Task ReceiveAsync(CancellationToken cancellationToken)
    {
        try
        {
            await foreach (ReceivedMessage message in _client.ReceiveAsync(cancellationToken))
            {
                // Clients also send things of their own accord, for example that a request was accepted.
                if (message.Text is { } text)
                {
                    _ledger.Arrive(text);
                }
            }

            _ledger.Trouble($"Receiving of {_number} ended by itself.");
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The end of the run.
        }
        catch (Exception e)
        {
            _ledger.Trouble($"Receiving of {_number} ended: {e}");
        }
    }

    /// <summary>Writes one message after the other until it is cancelled. The message on its way is finished.</summary>
    public async Task TalkAsync(IReadOnlyList<Talker> others, Random random, TimeSpan interval, CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                await Task.Delay(interval * (random.NextDouble() + 0.5), TimeProvider.System, cancellationToken);

                // Not to oneself: that message would be a copy of what one knows, and is not handed out.
                Talker other = others[(_number + 1 + random.Next(others.Count - 1)) % others.Count];
                string text = string.Create(CultureInfo.InvariantCulture, $"{_number} to {other._number}, no. {_sent++}");
                try
                {
                    await _client.SendTextAsync(other.Id, text, CancellationToken.None);
                    _ledger.Confirm(text);
                }
                catch (OnionException e) when (e.IsTransient)
                {
                    _ledger.Fail(e.Fault);
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The end of the storm.
        }
        catch (Exception e)
        {
            _ledger.Trouble($"Sending of {_number} failed: {e}");
        }
    }

    /// <summary>Ends when two paths are ready and each has carried requests without a failure.</summary>
    public async Task BecomeHealthyAsync(CancellationToken cancellationToken)
    {
        int inARow = 0;
        _failures.Clear();
        while (inARow < 4 || _onion.Paths.Paths.Count < 2)
        {
            try
            {
                IReadOnlyList<ServiceNode> nodes = await _onion.Nodes.GetNodesAsync(cancellationToken);
                await _onion.SendToNodeAsync(nodes[(inARow + _number) % nodes.Count], Info, cancellationToken);
                inARow++;
            }
            catch (OnionException e)
            {
                inARow = 0;
                _failures.Enqueue(e.Fault);
            }
        }
    }

    /// <summary>How the paths are and how requests failed since it was asked to become healthy.</summary>
    public override string ToString() => $"{_number}: {_onion.Paths.State}, {_onion.Paths.Paths.Count} ready. {_onion.Paths.Reason} [{string.Join(", ", _failures)}]";

    public async ValueTask DisposeAsync()
    {
        await _client.DisposeAsync();
        await _onion.DisposeAsync();
        _identity.Dispose();
    }
}
