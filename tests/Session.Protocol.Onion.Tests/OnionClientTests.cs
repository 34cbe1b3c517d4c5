using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Session.Protocol.Onion.Nodes;
using Session.Protocol.Onion.Paths;
using Session.Protocol.Onion.Requests;
using Session.Protocol.Onion.Transport;

namespace Session.Protocol.Onion.Tests;

public sealed class OnionClientTests : IAsyncDisposable
{
    private readonly MemoryNetwork _network = new(TestNode.Many(12));
    private readonly FakeTimeProvider _time = new(DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_000));
    private readonly OnionClient _client;

    public OnionClientTests()
    {
        _network.SeedAnswer = () => MemoryNetwork.Text(200, _network.NodeList());
        _client = new OnionClient(_network.Options, _network, time: _time, random: new SeededRandomSource(1));
    }

    public ValueTask DisposeAsync() => _client.DisposeAsync();

    [Fact]
    public async Task SendToNode_GoodDay_GoesThroughThreeHopsOfWhichEachSeesOnlyTheNext()
    {
        _network.Answer = request => (200, request.Contains("info", StringComparison.Ordinal) ? "{\"t\":1700000000000}" : "answer to " + request);
        ServiceNode destination = _network.Nodes[5].Node;
        await _client.SendToNodeAsync(destination, "{}"u8.ToArray());
        await MemoryNetwork.PathsAsync(_client);
        _network.Peeled.Clear();

        OnionResponse response = await _client.SendToNodeAsync(destination, "{\"method\":\"store\"}"u8.ToArray());

        Assert.Equal((200, "answer to {\"method\":\"store\"}"), (response.Status, Encoding.UTF8.GetString(response.Body.Span)));
        (ServiceNode Node, PeeledLayer Layer)[] hops = [.. _network.Peeled];
        Assert.Equal(4, hops.Select(hop => hop.Node).Distinct().Count());
        Assert.Equal(destination, hops[3].Node);
        Assert.Contains(_client.Paths.Paths, path => path.Hops.SequenceEqual(hops[..3].Select(hop => hop.Node)));
        Assert.False(_client.Paths.NetworkRuleRelaxed);
    }

    [Fact]
    public async Task SendToNode_AnyDestination_IsNeverAHop()
    {
        await _client.SendToNodeAsync(_network.Nodes[0].Node, "{}"u8.ToArray());
        await MemoryNetwork.PathsAsync(_client);
        foreach (TestNode destination in _network.Nodes)
        {
            _network.Peeled.Clear();
            await _client.SendToNodeAsync(destination.Node, "{}"u8.ToArray());
            Assert.Equal(1, _network.Peeled.Count(hop => hop.Node.Equals(destination.Node)));
        }
    }

    [Fact]
    public async Task SendToNode_NodesOwnRefusal_IsAnAnswer()
    {
        _network.Answer = request => request.Contains("info", StringComparison.Ordinal) ? (200, "{\"t\":1700000000000}") : (421, "{\"snodes\":[]}");

        Assert.Equal(421, (await _client.SendToNodeAsync(_network.Nodes[0].Node, "{}"u8.ToArray())).Status);
    }

    [Fact]
    public async Task SendToServer_GoodDay_BodyAndHeadersComeThrough()
    {
        _network.ServerKeys = new TestNode(77);
        _network.Server = request => new ServerResponse(201, new Dictionary<string, string> { ["X-Echo"] = request.Method + request.Endpoint }, request.Body!.Value);
        var server = new OnionServer(new Uri("https://files.example"), _network.ServerKeys.Node.EncryptionKey);

        ServerResponse response = await _client.SendToServerAsync(server, new ServerRequest("POST", "/file", new Dictionary<string, string>(), new byte[] { 0, 1, 255 }));

        Assert.Equal((201, "POST/file"), (response.Code, response.Headers["x-echo"]));
        Assert.Equal([0, 1, 255], response.Body.ToArray());
    }

    [Fact]
    public async Task Send_GuardDoesNotAnswerItsTest_AnotherIsTaken()
    {
        ServiceNode? bad = null;
        _network.Fault = (node, path) => path == "/storage_rpc/v1" && (bad ??= node).Equals(node) ? throw new OnionException(OnionFault.Unreachable, "refused") : null;

        await _client.SendToNodeAsync(_network.Nodes[0].Node, "{}"u8.ToArray());

        Assert.DoesNotContain(_client.Paths.Paths, path => path.Guard.Equals(bad));
    }

    [Fact]
    public async Task Send_HopIsGone_IsReplacedAndTheRequestSentAgain()
    {
        await _client.SendToNodeAsync(_network.Nodes[0].Node, "{}"u8.ToArray());
        IReadOnlyList<OnionPath> paths = await MemoryNetwork.PathsAsync(_client);
        ServiceNode gone = paths[0].Hops[1], destination = _network.Free(paths);
        _network.Fault = (node, path) => path == "hop" && node.Equals(gone) ? MemoryNetwork.Text(502, $"Next node not found: {gone.IdentityKey}") : null;

        for (int i = 0; i < 20; i++)
        {
            await _client.SendToNodeAsync(destination, "{}"u8.ToArray());
        }

        Assert.DoesNotContain(_client.Paths.Paths, path => path.Hops.Contains(gone));
    }

    [Fact]
    public async Task Send_DestinationIsGone_FailsAtOnceAndDropsIt()
    {
        ServiceNode destination = _network.Nodes[3].Node;
        _network.Fault = (node, path) => path == "hop" && node.Equals(destination) ? MemoryNetwork.Text(502, $"Next node not found: {destination.IdentityKey}") : null;

        OnionException e = await Assert.ThrowsAsync<OnionException>(async () => await _client.SendToNodeAsync(destination, "{}"u8.ToArray()));

        Assert.Equal(OnionFault.DestinationFailed, e.Fault);
        Assert.DoesNotContain(destination, await _client.Nodes.GetNodesAsync());
    }

    [Theory]
    [InlineData("not base64 at all")]
    [InlineData("")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public async Task Send_UnreadableAnswer_IsAnErrorAndIsNotRepeated(string answer)
    {
        int sent = 0;
        _network.Answer = body => body == "{}" && Interlocked.Increment(ref sent) > 0 ? (MemoryNetwork.Unreadable, answer) : (200, "{\"t\":1700000000000}");

        OnionException e = await Assert.ThrowsAsync<OnionException>(async () => await _client.SendToNodeAsync(_network.Nodes[0].Node, "{}"u8.ToArray()));

        Assert.Equal((OnionFault.InvalidResponse, 1), (e.Fault, sent));
    }

    [Fact]
    public async Task Send_GuardLost_OtherPathIsUsedAndTheLostOneGivenUp()
    {
        await _client.SendToNodeAsync(_network.Nodes[0].Node, "{}"u8.ToArray());
        IReadOnlyList<OnionPath> paths = await MemoryNetwork.PathsAsync(_client);
        ServiceNode lost = paths[0].Guard;
        _network.Fault = (node, _) => node.Equals(lost) ? throw new OnionException(OnionFault.Unreachable, "refused") : null;

        ServiceNode destination = _network.Free(paths);
        for (int i = 0; i < 30; i++)
        {
            await _client.SendToNodeAsync(destination, "{}"u8.ToArray());
        }

        Assert.DoesNotContain(_client.Paths.Paths, path => path.Guard.Equals(lost));
    }

    [Fact]
    public async Task Send_NoAnswer_TimesOutAndMayBeCancelled()
    {
        using var hanging = new HangingTransport(_network);
        await using var client = new OnionClient(_network.Options, hanging, time: _time, random: new SeededRandomSource(1));
        Task<OnionResponse> late = client.SendToNodeAsync(_network.Nodes[0].Node, "{}"u8.ToArray()).AsTask();

        // The test of a spare path may hang there before the request does.
        Task arrived = hanging.ArrivedAsync();
        while (await Task.WhenAny(late, arrived) != late)
        {
            _time.Advance(_network.Options.NodeTimeout);
            arrived = hanging.ArrivedAsync();
        }

        Assert.Equal(OnionFault.TimedOut, (await Assert.ThrowsAsync<OnionException>(() => late)).Fault);
        using var cancel = new CancellationTokenSource();
        Task<OnionResponse> cancelled = client.SendToNodeAsync(_network.Nodes[0].Node, "{}"u8.ToArray(), cancel.Token).AsTask();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
    }

    [Fact]
    public async Task Send_TooFewNodes_NoPath()
    {
        var small = new MemoryNetwork(TestNode.Many(3));
        small.SeedAnswer = () => MemoryNetwork.Text(200, small.NodeList());
        await using var client = new OnionClient(small.Options, small, time: _time);

        Assert.Equal(OnionFault.NoPath, (await Assert.ThrowsAsync<OnionException>(async () => await client.SendToNodeAsync(small.Nodes[0].Node, "{}"u8.ToArray()))).Fault);
    }

    [Fact]
    public async Task Send_FourNodes_EveryOneCanBeTheDestination()
    {
        var small = new MemoryNetwork(TestNode.Many(4));
        small.SeedAnswer = () => MemoryNetwork.Text(200, small.NodeList());
        await using var client = new OnionClient(small.Options, small, time: _time);

        foreach (TestNode destination in small.Nodes.Concat(small.Nodes))
        {
            Assert.Equal(200, (await client.SendToNodeAsync(destination.Node, "{}"u8.ToArray())).Status);
        }
    }

    [Fact]
    public async Task Send_TooLarge_IsRefusedBeforeAnythingIsSent()
    {
        OnionException e = await Assert.ThrowsAsync<OnionException>(async () => await _client.SendToNodeAsync(_network.Nodes[0].Node, new byte[OnionRequestBuilder.MaxBodySize]));

        Assert.Equal(OnionFault.TooLarge, e.Fault);
        Assert.Empty(_network.Posts);
    }

    [Fact]
    public async Task Send_ManyAtOnce_AllAnswersFitTheirRequests()
    {
        _network.Answer = request => (200, request.Contains("info", StringComparison.Ordinal) ? "{\"t\":1700000000000}" : request);

        await Task.WhenAll(Enumerable.Range(0, 100).Select(async i =>
        {
            OnionResponse response = await _client.SendToNodeAsync(_network.Nodes[i % 12].Node, Encoding.UTF8.GetBytes($"{i}"));
            Assert.Equal($"{i}", Encoding.UTF8.GetString(response.Body.Span));
        }));

        Assert.InRange(_client.Paths.Paths.Count, 1, 4);
    }

    [Fact]
    public async Task Resynchronise_TwoOfFiveNodesLie_TheMedianIsRight()
    {
        int asked = 0;
        _network.Answer = _ => (200, Interlocked.Increment(ref asked) % 3 == 0 ? "{\"t\":1900000000000}" : "{\"t\":1700000090000}");

        await _client.Clock.ResynchroniseAsync();

        Assert.Equal(TimeSpan.FromSeconds(90), _client.Clock.Offset);
        Assert.Equal(1_700_000_090_000, _client.Clock.NowMilliseconds);
    }

    [Fact]
    public async Task AddSessionOnion_WithRegisteredTransport_UsesIt()
    {
        await using ServiceProvider provider = new ServiceCollection()
            .AddSingleton<IOnionTransport>(_network)
            .AddSessionOnion(_network.Options)
            .BuildServiceProvider();

        IOnionClient client = provider.GetRequiredService<IOnionClient>();

        Assert.Same(provider.GetRequiredService<OnionClient>(), client);
        Assert.Equal(200, (await client.SendToNodeAsync(_network.Nodes[0].Node, "{}"u8.ToArray())).Status);
    }

    [Fact]
    public void Constructor_OptionOutOfRange_Throws()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new OnionClient(new OnionClientOptions { NodeTimeout = TimeSpan.Zero }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new OnionClient(new OnionClientOptions { Paths = new PathOptions { HopCount = 16 } }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new OnionClient(new OnionClientOptions { Directory = new NodeDirectoryOptions { Seeds = [] } }));
    }

    /// <summary>Everything works but onion requests, which never end.</summary>
    private sealed class HangingTransport(MemoryNetwork network) : IOnionTransport, IDisposable
    {
        private readonly SemaphoreSlim _arrived = new(0);
        private readonly SemaphoreSlim _never = new(0);

        /// <summary>Ends with the next onion request that was not waited for yet.</summary>
        public Task ArrivedAsync() => _arrived.WaitAsync();

        public async ValueTask<TransportResponse> PostAsync(TransportRequest request, CancellationToken cancellationToken = default)
        {
            if (request.Address.AbsolutePath == "/onion_req/v2")
            {
                _arrived.Release();
                await _never.WaitAsync(cancellationToken);
            }

            return await network.PostAsync(request, cancellationToken);
        }

        public void Dispose()
        {
            _arrived.Dispose();
            _never.Dispose();
        }
    }
}
