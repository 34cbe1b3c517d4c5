using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Session.Protocol.LocalNetwork.Tests.Support;

namespace Session.Protocol.LocalNetwork.Tests;

/// <summary>Alone in the process while it runs, because it looks at the process's memory.</summary>
[CollectionDefinition(nameof(LocalNetworkChurnTests), DisableParallelization = true)]
[Collection(nameof(LocalNetworkChurnTests))]
public class LocalNetworkChurnTests
{
    private const int Networks = 200;

    /// <summary>Far below what two hundred kept networks would hold (over 100 KiB each), far above the noise of the runtime.</summary>
    private const long AllowedGrowth = 8 * 1024 * 1024;

    [Fact]
    public async Task StartAndDispose_TwoHundredNetworks_LeaksNeitherPortsNorMemory()
    {
        var networks = new List<WeakReference>();
        var endpoints = new List<(System.Net.IPAddress Address, int Port)>();
        await CycleAsync(20, networks, endpoints);
        long before = GC.GetTotalMemory(forceFullCollection: true);

        await CycleAsync(Networks - 20, networks, endpoints);

        long growth = GC.GetTotalMemory(forceFullCollection: true) - before;
        Assert.InRange(growth, long.MinValue, AllowedGrowth);
        Assert.Equal(Networks, networks.Count);
        Assert.InRange(networks.Count(network => network.IsAlive), 0, 2);
        foreach ((System.Net.IPAddress address, int port) in endpoints.Distinct())
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            SocketException refused = Assert.Throws<SocketException>(() => socket.Connect(address, port));
            Assert.Equal(SocketError.ConnectionRefused, refused.SocketErrorCode);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task CycleAsync(int count, List<WeakReference> networks, List<(System.Net.IPAddress Address, int Port)> endpoints)
    {
        for (int i = 0; i < count; i++)
        {
            await using LocalNetwork network = await LocalNetwork.StartAsync(new LocalNetworkOptions { NodeCount = 3, SwarmCount = 1 });
            if (i % 10 == 0)
            {
                // Also with a connection that is still open at the end.
                using var client = new NodeClient();
                Assert.Equal(200, (await client.RpcAsync(network.Nodes[0], "info", [])).Status);
            }

            networks.Add(new WeakReference(network));
            endpoints.AddRange(network.Nodes.Select(node => (node.Address, node.HttpsPort)));
        }
    }
}
