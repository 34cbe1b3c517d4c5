using Microsoft.Extensions.Diagnostics.HealthChecks;
using Session.Protocol.Accounts;
using Session.Protocol.Onion;
using Session.Protocol.Onion.Paths;

namespace Session.Protocol.Client.Tests;

public class PathHealthCheckTests(TestNetwork network) : IClassFixture<TestNetwork>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Check_BeforeWithAndWithoutPaths_SaysSo()
    {
        using SessionIdentity identity = SessionIdentity.Create();
        await using SessionClient client = network.Connect(identity);
        Assert.Equal(HealthStatus.Degraded, (await CheckAsync(client)).Status);

        await client.SendTextAsync(identity.AccountId, "note", Cancel);
        await foreach (PathSnapshot snapshot in client.WatchPathsAsync(Cancel))
        {
            if (snapshot.State == PathState.Ready)
            {
                break;
            }
        }

        HealthCheckResult ready = await CheckAsync(client);
        Assert.Equal((HealthStatus.Healthy, 2), (ready.Status, ready.Data["ready"]));
    }

    [Fact]
    public async Task Check_NoGuardAnswers_IsWhatTheRegistrationSays()
    {
        await using var onion = new OnionClient(network.Network.ClientOptions);
        await onion.Nodes.GetNodesAsync(Cancel);
        network.SetCondition(LocalNetwork.NodeCondition.Stopped);
        try
        {
            await Assert.ThrowsAsync<OnionException>(async () => await onion.Clock.ResynchroniseAsync(Cancel));
        }
        finally
        {
            network.SetCondition(LocalNetwork.NodeCondition.Running);
        }

        HealthCheckResult lost = await CheckAsync(onion);
        Assert.Equal((HealthStatus.Unhealthy, "No guard node answered."), (lost.Status, lost.Description));
    }

    private static Task<HealthCheckResult> CheckAsync(IPathMonitor paths)
    {
        var check = new PathHealthCheck(paths);
        return check.CheckHealthAsync(
            new HealthCheckContext { Registration = new HealthCheckRegistration("paths", check, HealthStatus.Unhealthy, tags: null) }, Cancel);
    }
}
