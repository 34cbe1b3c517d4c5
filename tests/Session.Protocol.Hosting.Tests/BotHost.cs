using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Session.Protocol.Accounts;
using Session.Protocol.Client;
using Network = Session.Protocol.LocalNetwork.LocalNetwork;
using NetworkOptions = Session.Protocol.LocalNetwork.LocalNetworkOptions;

namespace Session.Protocol.Hosting.Tests;

/// <summary>A local network for a test class, hosts on it, and somebody who writes to them.</summary>
public sealed class BotHost : IAsyncLifetime
{
    /// <summary>Longest that a test may wait for anything.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private Network? _network;

    public Network Network => _network!;

    public async ValueTask InitializeAsync() => _network = await Network.StartAsync(NetworkOptions.Default with { NodeCount = 6, SwarmCount = 2 });

    public ValueTask DisposeAsync() => _network!.DisposeAsync();

    /// <summary>A host whose accounts look for messages often.</summary>
    public IHost Build(Action<SessionBuilder> accounts, Action<HostApplicationBuilder>? more = null, IDictionary<string, string?>? configuration = null)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration.AddInMemoryCollection(configuration ?? new Dictionary<string, string?>());
        builder.Services.Configure<HostOptions>(x => x.ShutdownTimeout = Patience);
        SessionBuilder session = builder.Services.AddSession(builder.Configuration.GetSection("Session"), x => x.UseNetwork(Network.ClientOptions));
        builder.Services.ConfigureAll<SessionAccountOptions>(x => x.PollInterval = SessionClientOptions.MinPollInterval);
        accounts(session);
        more?.Invoke(builder);
        return builder.Build();
    }

    public SessionClient Connect(SessionIdentity identity) =>
        SessionClient.Connect(identity, Network.ClientOptions, SessionClientOptions.Default with { PollInterval = SessionClientOptions.MinPollInterval });
}
