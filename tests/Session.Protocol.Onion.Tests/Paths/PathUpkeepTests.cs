using System.Text;
using Microsoft.Extensions.Time.Testing;
using Session.Protocol.Onion.Nodes;
using Session.Protocol.Onion.Paths;
using Session.Protocol.Onion.Requests;
using Session.Protocol.Onion.Transport;

namespace Session.Protocol.Onion.Tests.Paths;

/// <summary>What a client's user sees of its paths over hours, faults and restarts.</summary>
public sealed class PathUpkeepTests : IAsyncDisposable
{
    private static readonly byte[] Retrieve = """{"method":"retrieve","params":{}}"""u8.ToArray();

    private readonly MemoryNetwork _network = new(TestNode.Many(30));
    private readonly FakeTimeProvider _time = new(DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_000));
    private readonly MemoryStore _store = new();
    private readonly OnionClient _client;

    public PathUpkeepTests()
    {
        _network.SeedAnswer = () => MemoryNetwork.Text(200, _network.NodeList());
        _client = New(1);
    }

    public ValueTask DisposeAsync() => _client.DisposeAsync();

    [Fact]
    public async Task Restart_WithAStore_EntersThroughTheSameGuardsWithoutAskingASeed()
    {
        IReadOnlyList<OnionPath> before = await TwoPathsAsync(_client);
        await _client.DisposeAsync();
        _network.Posts.Clear();
        await using OnionClient second = New(2);

        IReadOnlyList<OnionPath> after = await TwoPathsAsync(second);

        // The first path begins with the older guard. The younger may by chance be a hop of it, and then the second begins elsewhere.
        Assert.Contains(after, path => before.Any(old => old.Guard.Equals(path.Guard)));
        Assert.All(before, path => Assert.Contains(path.Guard.IdentityKey, GuardFile.Read(_store[OnionStoreItem.Guards]).Select(guard => guard.Node)));
        Assert.NotEqual(before.SelectMany(path => path.Hops.Skip(1)).ToHashSet(), [.. after.SelectMany(path => path.Hops.Skip(1))]);
        Assert.DoesNotContain(_network.Posts, post => post.Address == MemoryNetwork.Seed);
    }

    [Fact]
    public async Task Restart_TenDaysLater_ChoosesGuardsAnew()
    {
        await TwoPathsAsync(_client);
        _time.Advance(TimeSpan.FromDays(10));
        await using OnionClient second = New(2);
        await TwoPathsAsync(second);
        await second.DisposeAsync();

        // Chance may choose one of the old ones again, but then for another ten days.
        IReadOnlyList<KeptGuard> kept = GuardFile.Read(_store[OnionStoreItem.Guards]);
        Assert.Equal(2, kept.Count);
        Assert.All(kept, guard => Assert.Equal(_time.GetUtcNow(), guard.Since));
    }

    [Fact]
    public async Task Restart_GuardGone_IsTestedBeforeUseAndTheOtherKept()
    {
        IReadOnlyList<OnionPath> before = await TwoPathsAsync(_client);
        ServiceNode dead = before[0].Guard;
        await _client.DisposeAsync();
        _network.Fault = (node, _) => node.Equals(dead) ? throw new OnionException(OnionFault.Unreachable, "refused") : null;
        // Its clock runs, for the waits between attempts.
        await using OnionClient second = New(2, new RunningClock(_time.GetUtcNow()));

        IReadOnlyList<OnionPath> after = await TwoPathsAsync(second);

        Assert.Contains(after, path => path.Guard.Equals(before[1].Guard));
        Assert.DoesNotContain(after, path => path.Contains(dead.IdentityKey));
    }

    [Fact]
    public async Task OfflineForAWhile_GuardsStayKept()
    {
        IReadOnlyList<OnionPath> before = await TwoPathsAsync(_client);
        _network.Fault = (_, _) => throw new OnionException(OnionFault.Unreachable, "offline");
        for (int i = 0; i < 20; i++)
        {
            await Assert.ThrowsAsync<OnionException>(async () => await SendAsync(_client));
            _time.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.Equal(PathState.Lost, _client.Paths.State);
        _network.Fault = (_, _) => null;

        await TwoPathsAsync(_client);

        // One that was being tried at the moment of return may have come in, but behind the old ones.
        IReadOnlyList<KeptGuard> kept = GuardFile.Read(_store[OnionStoreItem.Guards]);
        Assert.Equal(before.Select(path => path.Guard.IdentityKey).ToHashSet(), [.. kept.Take(2).Select(guard => guard.Node)]);
        Assert.InRange(kept.Count, 2, 3);
    }

    [Fact]
    public async Task TenMinutesLater_HopsBehindTheGuardsAreOthersAndRequestsUnderWayFinishOnTheOldPath()
    {
        IReadOnlyList<OnionPath> before = await TwoPathsAsync(_client);
        using var gate = new Gate();
        _network.Holding = gate.PassAsync;
        Task<OnionResponse> underWay = SendAsync(_client).AsTask();
        await gate.Reached;
        _network.Holding = null;
        _time.Advance(TimeSpan.FromMinutes(10));

        IReadOnlyList<OnionPath> after = before;
        while (after.Any(before.Contains))
        {
            await SendAsync(_client);
            after = _client.Paths.Paths;
        }

        gate.Open();
        Assert.Equal(200, (await underWay).Status);
        Assert.Equal(before.Select(path => path.Guard).ToHashSet(), [.. after.Select(path => path.Guard)]);
        Assert.All(after, path => Assert.Empty(path.Hops.Skip(1).Intersect(before.Single(old => old.Guard.Equals(path.Guard)).Hops)));
    }

    [Fact]
    public async Task Rotation_NewHopIsDead_OldPathStaysInUse()
    {
        IReadOnlyList<OnionPath> before = await TwoPathsAsync(_client);
        HashSet<ServiceNode> alive = [Free(_client), .. before.SelectMany(path => path.Hops)];
        _network.Fault = (node, kind) => kind == "hop" && !alive.Contains(node) ? MemoryNetwork.Text(504, "Request time out") : null;
        _time.Advance(TimeSpan.FromMinutes(10));

        for (int i = 0; i < 20; i++)
        {
            Assert.Equal(200, (await SendAsync(_client)).Status);
        }

        Assert.All(_client.Paths.Paths, path => Assert.Contains(path, before));
    }

    [Fact]
    public async Task TenMinutesWithoutARequest_HopsBehindTheGuardsAreChangedByThemselves()
    {
        IReadOnlyList<OnionPath> before = await TwoPathsAsync(_client);
        int asked = Requests(Retrieve);

        _time.Advance(TimeSpan.FromMinutes(10.5));
        IReadOnlyList<OnionPath> after = await MemoryNetwork.PathsAsync(_client, paths => !paths.Any(before.Contains));

        Assert.Equal(before.Select(path => path.Guard).ToHashSet(), [.. after.Select(path => path.Guard)]);
        Assert.Equal(asked, Requests(Retrieve));
    }

    [Fact]
    public async Task TenMinutesWithoutARequest_MiddleDiedUnnoticed_NoPathHoldsIt()
    {
        ServiceNode dead = (await TwoPathsAsync(_client))[0].Hops[1];
        _network.Fault = (node, _) => node.Equals(dead) ? throw new OnionException(OnionFault.Unreachable, "refused") : null;

        _time.Advance(TimeSpan.FromMinutes(10.5));
        await MemoryNetwork.PathsAsync(_client, paths => !paths.Any(path => path.Contains(dead.IdentityKey)));

        Assert.Equal(200, (await SendAsync(_client)).Status);
    }

    [Fact]
    public async Task HalfAnHourWithoutARequest_PathsStayAsTheyAreUntilTheNext()
    {
        IReadOnlyList<OnionPath> before = await TwoPathsAsync(_client);
        await using OnionClient busy = New(2);

        _time.Advance(TimeSpan.FromMinutes(31));
        for (int request = 0; request < 48; request++)
        {
            await SendAsync(busy);
            _time.Advance(TimeSpan.FromMinutes(15));
        }

        Assert.Equal(before, _client.Paths.Paths);
        await SendAsync(_client);
        await MemoryNetwork.PathsAsync(_client, paths => !paths.Any(before.Contains));
    }

    [Fact]
    public async Task NothingWasEverAsked_NothingIsSent()
    {
        _time.Advance(TimeSpan.FromHours(1));
        await _client.DisposeAsync();

        Assert.Empty(_network.Posts);
    }

    [Fact]
    public async Task NobodyAnswersAndNothingIsAsked_OneTestAtATimeWithPausesForHalfAnHour_AndTheGuardsAreStillTheSame()
    {
        var pauses = new PauseClock(_time.GetUtcNow());
        await using var client = new OnionClient(
            _network.Options with { Store = _store, GuardTestTimeout = PauseClock.LongerThanAPause }, _network, time: pauses, random: new SeededRandomSource(3));
        IReadOnlyList<OnionPath> before = await TwoPathsAsync(client);
        _network.Fault = (_, _) => throw new OnionException(OnionFault.Unreachable, "offline");
        while (client.Paths.State != PathState.Lost)
        {
            await Assert.ThrowsAsync<OnionException>(async () => await SendAsync(client));
        }

        DateTimeOffset last = pauses.GetUtcNow();
        TimeSpan pause = await pauses.NextAsync();
        for (int tests = 0; pauses.GetUtcNow() - last < TimeSpan.FromMinutes(20); tests++)
        {
            Assert.InRange(pause, TimeSpan.FromSeconds(tests < 4 ? 0.5 : 4), TimeSpan.FromSeconds(8));
            int sent = _network.Posts.Count;
            pauses.Advance(pause);
            pause = await pauses.NextAsync();
            Assert.Equal(sent + 1, _network.Posts.Count);
        }

        // The network is back, and after the pause so are the paths: through the guards that did not answer for so long.
        _network.Fault = (_, _) => null;
        pauses.Advance(pause);
        IReadOnlyList<OnionPath> after = await MemoryNetwork.PathsAsync(client);
        Assert.Equal(before.Select(path => path.Guard.IdentityKey).ToHashSet(), [.. GuardFile.Read(_store[OnionStoreItem.Guards]).Take(2).Select(guard => guard.Node)]);
        Assert.Equal(2, after.Count);
    }

    [Theory]
    [InlineData(200, "not base64 at all")]
    [InlineData(500, "Invalid response from snode")]
    [InlineData(500, "something else")]
    public async Task HarmlessRequest_UnclearWhetherItArrived_GoesOnceMoreOverTheOtherPath(int status, string text)
    {
        await TwoPathsAsync(_client);
        ServiceNode? first = null;
        int arrived = 0;
        _network.Fault = (node, kind) => kind == "/onion_req/v2" && node.Equals(first ??= node) ? MemoryNetwork.Text(status, text) : null;
        _network.Answer = body => body == Encoding.UTF8.GetString(Retrieve) && Interlocked.Increment(ref arrived) > 0 ? (200, "{}") : (200, "{\"t\":1700000000000}");

        Assert.Equal(200, (await SendAsync(_client)).Status);
        Assert.Equal(1, arrived);
        Assert.NotNull(first);
    }

    [Theory]
    [InlineData("""{"method":"delete_all","params":{}}""", 200, "not base64 at all")]
    [InlineData("""{"method":"retrieve","params":{}}""", 504, "Request time out")]
    public async Task RequestWithAnEffectOrTimedOut_IsNotRepeated(string body, int status, string text)
    {
        await TwoPathsAsync(_client);
        _network.Peeled.Clear();
        int sent = 0;
        _network.Fault = (_, kind) => kind == "/onion_req/v2" && Interlocked.Increment(ref sent) == 1 ? MemoryNetwork.Text(status, text) : null;

        // A second attempt would succeed.
        byte[] request = Encoding.UTF8.GetBytes(body);
        await Assert.ThrowsAsync<OnionException>(async () => await _client.SendToNodeAsync(Free(_client), request));
        Assert.Equal(0, Requests(request));
    }

    [Fact]
    public async Task HarmlessRequest_FailsTwice_IsAnErrorAndNotTriedAThirdTime()
    {
        await TwoPathsAsync(_client);
        int sent = 0;
        _network.Answer = body => body == Encoding.UTF8.GetString(Retrieve) && Interlocked.Increment(ref sent) > 0 ? (MemoryNetwork.Unreadable, "?") : (200, "{\"t\":1700000000000}");

        Assert.Equal(OnionFault.InvalidResponse, (await Assert.ThrowsAsync<OnionException>(async () => await SendAsync(_client))).Fault);
        Assert.Equal(2, sent);
    }

    [Fact]
    public async Task ManyRequests_NobodyAnswers_TryTheirGuardsOnceTogether()
    {
        await _client.Nodes.GetNodesAsync();
        using var gate = new Gate();
        int tests = 0;
        _network.Holding = gate.PassAsync;
        _network.Fault = (_, _) => Interlocked.Increment(ref tests) > 0 ? throw new OnionException(OnionFault.Unreachable, "offline") : null;
        Task<OnionResponse>[] requests = [.. Enumerable.Range(0, 100).Select(_ => SendAsync(_client).AsTask())];
        await gate.Reached;
        gate.Open();

        foreach (Task<OnionResponse> request in requests)
        {
            Assert.Equal(OnionFault.NoPath, (await Assert.ThrowsAsync<OnionException>(() => request)).Fault);
        }

        Assert.InRange(tests, 1, 18);
    }

    [Fact]
    public async Task LostPath_ComesBackByItselfWithoutARequest()
    {
        IReadOnlyList<OnionPath> before = await TwoPathsAsync(_client);
        using var stop = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        await using IAsyncEnumerator<PathSnapshot> states = _client.WatchPathsAsync(stop.Token).GetAsyncEnumerator(stop.Token);
        Assert.True(await states.MoveNextAsync());
        Assert.Equal(PathState.Ready, states.Current.State);
        ServiceNode bad = before[0].Guard;
        _network.Fault = (node, kind) => kind == "/onion_req/v2" && node.Equals(bad) ? MemoryNetwork.Text(503, "Service node is not ready: syncing\n") : null;
        while (_client.Paths.Paths.Any(path => path.Guard.Equals(bad)))
        {
            await SendAsync(_client);
        }

        Assert.True(await states.MoveNextAsync());
        Assert.Equal((PathState.Degraded, "A path was changed or given up: a node failed repeatedly."), (states.Current.State, states.Current.Reason));
        Assert.True(await states.MoveNextAsync());
        Assert.Equal((PathState.Ready, "A path passed its test."), (states.Current.State, states.Current.Reason));

        // Only the guard was to blame: the hops behind it are the same as before.
        Assert.Contains(states.Current.Paths, path => path.Hops.Skip(1).SequenceEqual(before[0].Hops.Skip(1)));
    }

    [Fact]
    public async Task SilentHop_OneRequestFails_IsFoundAndReplacedWithoutAnother()
    {
        IReadOnlyList<OnionPath> before = await TwoPathsAsync(_client);
        ServiceNode[] silent = [before[0].Hops[1], before[1].Hops[2]];
        _network.Fault = (node, _) => silent.Contains(node) ? MemoryNetwork.Text(504, "Request time out") : null;

        // Which of the two paths the request takes is chance; the other one is not in doubt before a request has failed on it too.
        Assert.Equal(OnionFault.TimedOut, (await Assert.ThrowsAsync<OnionException>(async () => await SendAsync(_client))).Fault);
        IReadOnlyList<OnionPath> after = await MemoryNetwork.PathsAsync(_client, paths => silent.Count(hop => paths.Any(path => path.Contains(hop.IdentityKey))) == 1);

        Assert.Equal(before.Select(path => path.Guard).ToHashSet(), [.. after.Select(path => path.Guard)]);
    }

    [Fact]
    public async Task WatchPaths_FromTheBeginningToTheEnd_BuildingDegradedReadyLost()
    {
        Task<List<PathState>> watching = CollectAsync(_client);
        await TwoPathsAsync(_client);
        await _client.DisposeAsync();

        List<PathState> states = await watching;

        Assert.Equal([PathState.Building, PathState.Degraded, PathState.Ready], states);

        static async Task<List<PathState>> CollectAsync(OnionClient client)
        {
            var states = new List<PathState>();
            await foreach (PathSnapshot snapshot in client.WatchPathsAsync())
            {
                states.Add(snapshot.State);
            }

            return states;
        }
    }

    [Fact]
    public async Task Latency_OfAPath_IsMeasured()
    {
        await TwoPathsAsync(_client);
        Assert.All(_client.Paths.Paths, path => Assert.True(path.Latency is null || path.Latency > TimeSpan.Zero));
        await SendAsync(_client);

        Assert.Contains(_client.Paths.Paths, path => path.Latency > TimeSpan.Zero);
    }

    private OnionClient New(int seed, TimeProvider? time = null) =>
        new(_network.Options with { Store = _store }, _network, time: time ?? _time, random: new SeededRandomSource(seed));

    // To a node that stands in no path, so that all paths can be used for it.
    private ValueTask<OnionResponse> SendAsync(OnionClient client) => client.SendToNodeAsync(Free(client), Retrieve);

    private ServiceNode Free(OnionClient client) => _network.Free(client.Paths.Paths);

    // Those that went through a path all the way, tests of paths left out.
    private int Requests(byte[] body) => _network.Peeled.Count(hop => hop.Layer is PeeledLayer.Final final && final.Payload.Span.SequenceEqual(body));

    private async Task<IReadOnlyList<OnionPath>> TwoPathsAsync(OnionClient client)
    {
        await SendAsync(client);
        return await MemoryNetwork.PathsAsync(client);
    }

    private sealed class RunningClock(DateTimeOffset start) : TimeProvider
    {
        private readonly long _start = System.GetTimestamp();

        public override DateTimeOffset GetUtcNow() => start + System.GetElapsedTime(_start);
    }
}
