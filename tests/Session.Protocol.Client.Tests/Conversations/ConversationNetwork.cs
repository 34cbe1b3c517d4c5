using Session.Protocol.Onion;
using Network = Session.Protocol.LocalNetwork.LocalNetwork;
using NetworkOptions = Session.Protocol.LocalNetwork.LocalNetworkOptions;

namespace Session.Protocol.Client.Tests.Conversations;

/// <summary>A local network whose nodes, and whose clients, share a clock that a test can advance.</summary>
public sealed class ConversationNetwork : IAsyncLifetime
{
    private Network? _network;

    internal ShiftedClock Clock { get; } = new();

    internal Network Network => _network!;

    public async ValueTask InitializeAsync() =>
        _network = await Network.StartAsync(NetworkOptions.Default with { NodeCount = 6, SwarmCount = 2, Clock = Clock });

    internal OnionClient Onion() => new(Network.ClientOptions, time: Clock);

    public ValueTask DisposeAsync() => _network!.DisposeAsync();
}
