using Session.Protocol.Accounts;
using Session.Protocol.Client.Stores;
using Session.Protocol.LocalNetwork;
using Session.Protocol.Onion;
using Network = Session.Protocol.LocalNetwork.LocalNetwork;
using NetworkOptions = Session.Protocol.LocalNetwork.LocalNetworkOptions;

namespace Session.Protocol.Client.Tests;

/// <summary>A local network for a test class, and clients on it that look for messages often.</summary>
public sealed class TestNetwork : IAsyncLifetime
{
    /// <summary>Longest that a test may wait for anything. Much longer than anything takes: a machine that does other work too must not fail a test.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private Network? _network;

    public static SessionClientOptions Eager { get; } = SessionClientOptions.Default with
    {
        PollInterval = SessionClientOptions.MinPollInterval,
        IdlePollInterval = TimeSpan.FromMilliseconds(200),
    };

    public Network Network => _network!;

    public async ValueTask InitializeAsync() => _network = await Network.StartAsync(NetworkOptions.Default with { NodeCount = 6, SwarmCount = 2 });

    public SessionClient Connect(SessionIdentity identity, SessionClientOptions? options = null, IAccountStore? store = null) =>
        SessionClient.Connect(identity, Network.ClientOptions, options ?? Eager, store);

    /// <summary>Stops or starts every node.</summary>
    internal void SetCondition(NodeCondition condition)
    {
        foreach (LocalNode node in Network.Nodes)
        {
            node.Peers.SetCondition(condition);
        }
    }

    public OnionClient Onion() => new(Network.ClientOptions);

    public ValueTask DisposeAsync() => _network!.DisposeAsync();
}
