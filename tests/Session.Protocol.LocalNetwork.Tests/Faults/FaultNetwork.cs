using Session.Protocol.LocalNetwork.Tests.Support;
using Session.Protocol.Onion;
using Session.Protocol.Onion.Swarms;

namespace Session.Protocol.LocalNetwork.Tests.Faults;

/// <summary>
/// A network on a virtual clock that the tests of a class share, one after the other. Its clock also drives the clients, so that a
/// limit of 30 seconds passes at once; nothing passes that no test lets pass.
/// </summary>
public sealed class FaultNetwork : IAsyncLifetime
{
    private LocalNetwork? _network;

    internal LocalNetwork Network => _network!;

    internal GatedClock Clock { get; } = new(DateTimeOffset.UnixEpoch.AddYears(56));

    public async ValueTask InitializeAsync() => _network = await LocalNetwork.StartAsync(LocalNetworkOptions.Default with
    {
        NodeCount = 14,
        SwarmCount = 2,
        SeedCount = 3,
        KeySeed = 1,
        Clock = Clock,
    });

    internal OnionClient Connect(OnionClientOptions? options = null) => new(options ?? Network.ClientOptions, time: Clock);

    internal SwarmClient Swarms(OnionClient client) => new(client, Clock);

    public ValueTask DisposeAsync() => _network!.DisposeAsync();
}
