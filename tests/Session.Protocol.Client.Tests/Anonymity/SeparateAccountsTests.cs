using Session.Protocol.Accounts;
using Session.Protocol.Onion;
using Session.Protocol.Onion.Nodes;

namespace Session.Protocol.Client.Tests.Anonymity;

public class SeparateAccountsTests(TestNetwork network) : IClassFixture<TestNetwork>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Forks_ManyInASmallNetwork_NeverHaveTheSamePathAndEnterThroughTheSameGuards()
    {
        await using OnionClient onion = network.Onion();
        OnionClient[] forks = [onion, .. Enumerable.Range(0, 7).Select(_ => onion.Fork())];
        try
        {
            ServiceNode[] nodes = [.. await onion.Nodes.GetNodesAsync(Cancel)];
            for (int i = 0; i < 12; i++)
            {
                foreach (OnionClient fork in forks)
                {
                    await fork.SendToNodeAsync(nodes[i % nodes.Length], """{"method":"info","params":{}}"""u8.ToArray(), Cancel);
                }

                // Copied one after the other while nothing is sent: what is ready at one moment.
                string[] paths = [.. forks.SelectMany(fork => fork.Paths.Paths).Select(path => path.ToString())];
                Assert.Equal(paths.Length, paths.Distinct().Count());
            }
        }
        finally
        {
            foreach (OnionClient fork in forks.Skip(1))
            {
                await fork.DisposeAsync();
            }
        }
    }

    [Fact]
    public async Task SecondAccount_OnTheSameOnionClient_IsRefusedUnlessAllowed()
    {
        using SessionIdentity alice = SessionIdentity.Create(), bob = SessionIdentity.Create();
        await using OnionClient onion = network.Onion();
        await using var first = new SessionClient(alice, onion);
        await using var again = new SessionClient(alice, onion);

        Assert.Throws<InvalidOperationException>(() => new SessionClient(bob, onion));
        await using OnionClient fork = onion.Fork();
        await using var second = new SessionClient(bob, fork);

        await using var shared = new OnionClient(network.Network.ClientOptions with { AllowSharedPaths = true });
        await using var third = new SessionClient(alice, shared);
        await using var fourth = new SessionClient(bob, shared);
    }

    [Fact]
    public async Task Fork_Disposed_LeavesTheOthersWorking()
    {
        await using OnionClient onion = network.Onion();
        OnionClient fork = onion.Fork();
        await fork.Clock.ResynchroniseAsync(Cancel);
        await fork.DisposeAsync();

        ServiceNode node = (await onion.Nodes.GetNodesAsync(Cancel))[0];
        Assert.Equal(200, (await onion.SendToNodeAsync(node, """{"method":"info","params":{}}"""u8.ToArray(), Cancel)).Status);
    }
}
