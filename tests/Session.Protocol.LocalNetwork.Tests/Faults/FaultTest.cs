using Session.Protocol.Accounts;
using Session.Protocol.LocalNetwork.Faults;
using Session.Protocol.LocalNetwork.Tests.Support;
using Session.Protocol.Onion;
using Session.Protocol.Onion.Nodes;
using Session.Protocol.Onion.Paths;
using Session.Protocol.Onion.Requests;
using Session.Protocol.Onion.Storage;
using Session.Protocol.Onion.Storage.Results;
using Session.Protocol.Onion.Swarms;

namespace Session.Protocol.LocalNetwork.Tests.Faults;

/// <summary>One client on a shared network, and what the tests of faults do again and again. Each test is named after its number in protocol/26 §6.</summary>
[Collection(nameof(FaultTest))]
public abstract class FaultTest : IAsyncDisposable
{
    private readonly FaultNetwork _fixture;

    protected FaultTest(FaultNetwork fixture)
    {
        _fixture = fixture;
        Client = fixture.Connect();
        Swarms = fixture.Swarms(Client);
        Account = SessionIdentity.Create();
        Network.Faults.Clear();
    }

    internal LocalNetwork Network => _fixture.Network;

    internal GatedClock Clock => _fixture.Clock;

    internal OnionClient Client { get; }

    internal SwarmClient Swarms { get; }

    internal SessionIdentity Account { get; }

    internal SwarmCredentials Credentials => SwarmCredentials.ForAccount(Account);

    internal IReadOnlyList<LocalNode> Members => Network.SwarmOf(Account.AccountId);

    public virtual async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        Network.Faults.Clear();
        await Client.DisposeAsync();
        Account.Dispose();
    }

    internal OnionClient Connect(OnionClientOptions options) => _fixture.Connect(options);

    internal SwarmClient SwarmsOf(OnionClient client) => _fixture.Swarms(client);

    internal ActiveFault Add(Fault fault) => Network.Faults.Add(fault);

    /// <summary>Waits until the client has two paths, so that what happens next does not depend on which came first.</summary>
    internal async Task<IReadOnlyList<OnionPath>> PathsAsync(OnionClient? client = null)
    {
        client ??= Client;
        while (client.Paths.Paths.Count < 2)
        {
            Assert.Equal(200, (await InfoAsync(Network.Nodes[0], client)).Status);
        }

        return client.Paths.Paths;
    }

    internal LocalNode Local(ServiceNode node) => Network.Nodes.Single(local => local.IdentityKey == node.IdentityKey);

    internal ValueTask<OnionResponse> InfoAsync(LocalNode node, OnionClient? client = null) =>
        (client ?? Client).SendToNodeAsync(node.ToServiceNode(), """{"method":"info","params":{}}"""u8.ToArray());

    internal ValueTask<StoreResult> StoreAsync(byte data = 1) =>
        Swarms.StoreAsync(Account.AccountId, SwarmNamespace.Default, new[] { data }, TimeSpan.FromHours(1));

    internal ValueTask<SwarmPoll> RetrieveAsync(int redundancy = 1, IRetrieveCursor? cursor = null, ServiceNode? node = null) =>
        Swarms.RetrieveAsync(new SwarmQuery(Account.AccountId, [SwarmNamespace.Default])
        {
            Credentials = Credentials,
            Redundancy = redundancy,
            Cursor = cursor,
            Node = node,
        });

    /// <summary>Lets time pass, this long or as said, whenever somebody begins to wait for this long, until the call is over.</summary>
    internal async Task<T> PassingAsync<T>(TimeSpan wait, Func<Task<T>> call, TimeSpan? advance = null)
    {
        Task started = Clock.TimerStartedAsync(wait);
        Task<T> running = call();
        while (await Task.WhenAny(running, started) != running)
        {
            started = Clock.TimerStartedAsync(wait);
            Clock.Advance(advance ?? wait);
        }

        return await running;
    }

    internal static async Task<OnionException> FailsAsync(OnionFault fault, Func<Task> call)
    {
        OnionException e = await Assert.ThrowsAnyAsync<OnionException>(call);
        Assert.Equal(fault, e.Fault);
        return e;
    }
}
