using BenchmarkDotNet.Attributes;
using Session.Protocol.Accounts;
using Session.Protocol.Client;
using Session.Protocol.Onion;

namespace Session.Protocol.Benchmarks.Corridor;

/// <summary>
/// Texts of 1,000 characters from client to client, over three hops of a network in another process: sent one after the other, then read.
/// Wall time and bytes of one message, both ways together. Nothing below it can be named: most of the time is TLS, HTTP and waiting.
/// </summary>
public class ClientEndToEnd
{
    private const int Messages = 50;

    private readonly string _text = new('x', 1000);
    private readonly SessionIdentity _alice = SessionIdentity.Create();
    private readonly SessionIdentity _bob = SessionIdentity.Create();
    private NetworkProcess? _network;
    private SessionClient? _sender;
    private SessionClient? _receiver;
    private IAsyncEnumerator<ReceivedMessage>? _received;

    [GlobalSetup]
    public void Connect()
    {
        _network = NetworkProcess.Start();
        OnionClientOptions options = OnionClientOptions.ForSeeds([_network.Seed]);
        _sender = SessionClient.Connect(_alice, options, CorridorCommand.Behaviour);
        _receiver = SessionClient.Connect(_bob, options, CorridorCommand.Behaviour);
        _received = _receiver.ReceiveAsync().GetAsyncEnumerator();
    }

    [GlobalCleanup]
    public async Task DisconnectAsync()
    {
        await _received!.DisposeAsync();
        await _sender!.DisposeAsync();
        await _receiver!.DisposeAsync();
        _network!.Dispose();
        _alice.Dispose();
        _bob.Dispose();
    }

    [Benchmark(OperationsPerInvoke = Messages)]
    public async Task SendAndReceiveAsync()
    {
        for (int i = 0; i < Messages; i++)
        {
            await _sender!.SendTextAsync(_bob.AccountId, _text);
        }

        for (int i = 0; i < Messages; i++)
        {
            _ = await _received!.MoveNextAsync();
        }
    }
}
