using Microsoft.Extensions.Logging;
using Session.Protocol.Onion.Nodes;
using Session.Protocol.Onion.Requests;

namespace Session.Protocol.Onion.Tests;

public class DirectClientTests
{
    [Fact]
    public async Task SendToNode_Directly_AsksThatNodeAloneAndWarnsOnce()
    {
        var network = new MemoryNetwork(TestNode.Many(5));
        network.SeedAnswer = () => MemoryNetwork.Text(200, network.NodeList());
        var log = new WarningLog();
        using var client = new DirectClientWithoutAnonymity(network.Options, network, logger: log);

        ServiceNode node = (await client.Nodes.GetNodesAsync())[2];
        network.Posts.Clear();
        OnionResponse answer = await client.SendToNodeAsync(node, """{"method":"info","params":{}}"""u8.ToArray());

        Assert.Equal(200, answer.Status);
        Assert.Equal($"https://{node}/storage_rpc/v1", Assert.Single(network.Posts).Address.ToString());
        Assert.Contains("learns this machine's address", Assert.Single(log.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task SendToServer_IsNotPossible()
    {
        using var client = new DirectClientWithoutAnonymity(transport: new MemoryNetwork([]));
        var server = new OnionServer(new Uri("https://files.example"), new TestNode(1).Node.EncryptionKey);

        await Assert.ThrowsAsync<NotSupportedException>(async () => await client.SendToServerAsync(server, new ServerRequest("GET", "/", new Dictionary<string, string>())));
    }

    /// <summary>Reads all that the package exports: whatever goes around the onion must say so in its name.</summary>
    [Fact]
    public void OnionClients_OfThePackage_AreTheOnionAndTheOneThatSaysWhatItGivesUp() =>
        Assert.Equal(
            [nameof(DirectClientWithoutAnonymity), nameof(OnionClient)],
            typeof(IOnionClient).Assembly.GetTypes().Where(type => type.IsClass && typeof(IOnionClient).IsAssignableFrom(type)).Select(type => type.Name).Order());

    private sealed class WarningLog : ILogger<DirectClientWithoutAnonymity>
    {
        public List<string> Warnings { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (logLevel == LogLevel.Warning)
            {
                Warnings.Add(formatter(state, exception));
            }
        }
    }
}
