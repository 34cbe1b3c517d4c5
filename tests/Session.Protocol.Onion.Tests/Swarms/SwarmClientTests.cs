using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using Session.Protocol.Accounts;
using Session.Protocol.Onion.Nodes;
using Session.Protocol.Onion.Storage;
using Session.Protocol.Onion.Storage.Results;
using Session.Protocol.Onion.Swarms;

namespace Session.Protocol.Onion.Tests.Swarms;

public sealed class SwarmClientTests : IDisposable
{
    private readonly FakeNetwork _network = new(nodes: 12, swarmSize: 4);
    private readonly FakeTimeProvider _time = new();
    private readonly SessionIdentity _owner = SessionIdentity.FromSeed(new byte[32]);
    private readonly SwarmClient _client;

    public SwarmClientTests() => _client = new SwarmClient(_network, time: _time);

    public void Dispose()
    {
        _network.Dispose();
        _owner.Dispose();
    }

    [Fact]
    public async Task Store_HealthySwarm_IsConfirmedByAllMembersAndClockIsObserved()
    {
        StoreResult result = await StoreAsync();

        Assert.Equal(4, result.Swarm.Confirmations);
        Assert.False(result.AlreadyStored);
        Assert.Equal(1, _network.Asked("store"));
        Assert.Contains(_network.NowMilliseconds, _network.Observed);
    }

    [Fact]
    public async Task GetMembers_Twice_AsksTheNetworkOnceUntilTheSwarmIsOld()
    {
        await _client.GetMembersAsync(_owner.AccountId);
        await _client.GetMembersAsync(_owner.AccountId);
        Assert.Equal(1, _network.Asked("get_swarm"));

        _time.Advance(TimeSpan.FromHours(1));
        await _client.GetMembersAsync(_owner.AccountId);
        Assert.Equal(2, _network.Asked("get_swarm"));
    }

    [Fact]
    public async Task GetMembers_SwarmOfTwo_IsLookedUpAgainSoon()
    {
        _network.Swarm = [.. _network.All.Take(2)];
        Assert.Equal(2, (await _client.GetMembersAsync(_owner.AccountId)).Count);
        _time.Advance(TimeSpan.FromMinutes(1));
        await _client.GetMembersAsync(_owner.AccountId);
        Assert.Equal(2, _network.Asked("get_swarm"));
    }

    [Fact]
    public async Task GetMembers_NodeListKnowsTheSwarms_AsksNobody()
    {
        using var network = new FakeNetwork(nodes: 12, swarmSize: 5, swarmId: 7);
        IReadOnlyList<ServiceNode> members = await new SwarmClient(network, time: _time).GetMembersAsync(_owner.AccountId);

        Assert.Equal(network.Swarm, members);
        Assert.Empty(network.Sent);
    }

    [Fact]
    public async Task Store_RedirectedToNodesThatNobodyKnows_FetchesTheNodeListAndAsksOthers()
    {
        using var strangers = new FakeNetwork(nodes: 20, swarmSize: 20);
        await _client.GetMembersAsync(_owner.AccountId);
        bool first = true;
        foreach (ServiceNode node in _network.Swarm)
        {
            _network.Script(node, request =>
            {
                bool lie = IsStore(request) && first;
                first &= !lie;
                return lie ? _network.WrongSwarm(strangers.All.Skip(12)) : null;
            });
        }

        Assert.Equal(4, (await StoreAsync()).Swarm.Confirmations);
        Assert.Equal(1, _network.Refreshes);
        Assert.All(_network.Sent, sent => Assert.Contains(sent.Node, _network.All));
    }

    [Fact]
    public async Task GetMembers_NodesNamedThatNobodyKnows_AreNotBelieved()
    {
        using var strangers = new FakeNetwork(nodes: 20, swarmSize: 20);
        foreach (ServiceNode node in _network.All)
        {
            _network.Script(node, _ => _network.WrongSwarm(strangers.All.Skip(12)) with { Status = 200 });
        }

        var failure = await Assert.ThrowsAsync<StorageException>(async () => await _client.GetMembersAsync(_owner.AccountId));
        Assert.Equal(OnionFault.InvalidResponse, failure.Fault);
        Assert.Equal(4, _network.Asked("get_swarm"));
    }

    [Fact]
    public async Task Store_SwarmMoved_FollowsTheRedirection()
    {
        await _client.GetMembersAsync(_owner.AccountId);
        _network.Swarm = [.. _network.All.Skip(6).Take(4)];

        StoreResult result = await StoreAsync();

        Assert.Equal(4, result.Swarm.Confirmations);
        Assert.Equal(2, _network.Asked("store"));
        Assert.Equal(1, _network.Asked("get_swarm"));
        Assert.Equal(_network.Swarm.ToHashSet(), (await _client.GetMembersAsync(_owner.AccountId)).ToHashSet());
    }

    [Fact]
    public async Task Store_WrongSwarmWithoutMembers_LooksTheSwarmUpAgain()
    {
        await _client.GetMembersAsync(_owner.AccountId);
        foreach (ServiceNode node in _network.Swarm)
        {
            _network.Script(node, request => IsStore(request) ? _network.WrongSwarm([]) : null);
        }

        _network.Swarm = [.. _network.All.Skip(6).Take(4)];
        Assert.Equal(4, (await StoreAsync()).Swarm.Confirmations);
        Assert.Equal(2, _network.Asked("get_swarm"));
    }

    [Fact]
    public async Task Store_NodesPointAtEachOther_EndsAfterTheAllowedRedirections()
    {
        foreach (ServiceNode node in _network.All)
        {
            _network.Script(node, request => IsStore(request) ? _network.WrongSwarm(_network.All.Where(other => !other.Equals(node))) : null);
        }

        var failure = await Assert.ThrowsAsync<StorageException>(async () => await StoreAsync());
        Assert.Equal(OnionFault.WrongSwarm, failure.Fault);
        Assert.Equal(3, _network.Asked("store"));
    }

    [Fact]
    public async Task Store_ClockRefused_SetsTheClockAndSignsAgainOnce()
    {
        foreach (ServiceNode node in _network.Swarm)
        {
            _network.Script(node, request => IsStore(request) && request.GetProperty("params").GetProperty("timestamp").GetInt64() < 1775000500000
                ? FakeNetwork.Text(406, "Timestamp error: check your clock")
                : null);
        }

        _network.OnResynchronise = () => _network.NowMilliseconds += 600_000;
        Assert.Equal(4, (await StoreAsync()).Swarm.Confirmations);
        Assert.Equal(1, _network.Resynchronisations);
        Assert.Equal(2, _network.Asked("store"));
    }

    [Fact]
    public async Task Store_NoMemberAnswersAtFirst_OneIsAskedAgain()
    {
        int unanswered = 0;
        const int members = 3;
        _network.Swarm = _network.Swarm[..members];
        foreach (ServiceNode node in _network.Swarm)
        {
            _network.Script(node, request => IsStore(request) && ++unanswered <= members
                ? throw new OnionException(OnionFault.TimedOut, "No answer came in time.")
                : null);
        }

        _ = await StoreAsync();

        Assert.Equal(members + 1, _network.Asked("store"));
    }

    [Fact]
    public async Task Store_AMemberThatWasSilent_IsAskedAfterTheOthersForAMinuteOrUntilItAnswers()
    {
        ServiceNode[] down = [.. _network.Swarm.Take(3)];
        int unanswered = 0;
        foreach (ServiceNode node in down)
        {
            _network.Script(node, request => IsStore(request) && ++unanswered > 0 ? throw new OnionException(OnionFault.TimedOut, "No answer came in time.") : null);
        }

        // It takes some stores until each of them has been met; none is met twice.
        for (int i = 0; i < 200; i++)
        {
            _ = await StoreAsync();
        }

        Assert.Equal(down.Length, unanswered);
        _time.Advance(TimeSpan.FromMinutes(1));
        for (int i = 0; i < 200; i++)
        {
            _ = await StoreAsync();
        }

        Assert.Equal(2 * down.Length, unanswered);
    }

    [Fact]
    public async Task Store_ClockRefusedByEverybody_AsksTheOthersOnceAndThrows()
    {
        foreach (ServiceNode node in _network.Swarm)
        {
            _network.Script(node, request => IsStore(request) ? FakeNetwork.Text(406, "Timestamp error: check your clock") : null);
        }

        var failure = await Assert.ThrowsAsync<StorageException>(async () => await StoreAsync());
        Assert.Equal(OnionFault.ClockOutOfSync, failure.Fault);
        Assert.Equal(1, _network.Resynchronisations);
        Assert.Equal(1 + _network.Swarm.Count, _network.Asked("store"));
    }

    [Fact]
    public async Task Store_ClockRefusedTwiceByOneMember_AnotherTakesItAndItIsNotAskedAgain()
    {
        int refusals = 0;
        ServiceNode wrong = _network.Swarm[0];
        _network.Script(wrong, request =>
        {
            refusals += IsStore(request) ? 1 : 0;
            return IsStore(request) ? FakeNetwork.Text(406, "Timestamp error: check your clock") : null;
        });

        for (int i = 0; i < 20; i++)
        {
            await StoreAsync();
        }

        Assert.Equal(2, refusals);
        Assert.DoesNotContain(wrong, await _client.GetMembersAsync(_owner.AccountId));
    }

    [Fact]
    public async Task Store_RedirectedToOneNodeAlone_IsNotBelievedWithoutAskingOthers()
    {
        ServiceNode liar = _network.Swarm[0];
        _network.Script(liar, request => IsStore(request) ? _network.WrongSwarm([_network.All[^1]]) : null);

        for (int i = 0; i < 20; i++)
        {
            await StoreAsync();
        }

        Assert.DoesNotContain(_network.All[^1], await _client.GetMembersAsync(_owner.AccountId));
    }

    [Fact]
    public async Task Store_TimedOutButStored_IsRecognisedAtTheNextMember()
    {
        bool first = true;
        foreach (ServiceNode node in _network.Swarm)
        {
            _network.Script(node, request =>
            {
                if (!IsStore(request))
                {
                    return null;
                }

                if (first)
                {
                    first = false;
                    throw new OnionException(OnionFault.TimedOut, "No answer in time.");
                }

                return _network.StoreAnswer(request.GetProperty("params"), _network.Swarm, already: true);
            });
        }

        StoreResult result = await StoreAsync();
        Assert.True(result.AlreadyStored);
        Assert.Equal(2, _network.Sent.Where(x => x.Method == "store").Select(x => x.Node).Distinct().Count());
    }

    [Fact]
    public async Task Store_EverySignatureWrong_IsNoSuccess()
    {
        foreach (ServiceNode node in _network.Swarm)
        {
            _network.Script(node, request => IsStore(request) ? _network.StoreAnswer(request.GetProperty("params"), _network.Swarm, goodSignature: false) : null);
        }

        var failure = await Assert.ThrowsAsync<StorageException>(async () => await StoreAsync());
        Assert.Equal(OnionFault.InvalidResponse, failure.Fault);
        Assert.Equal(4, _network.Asked("store"));
    }

    [Fact]
    public async Task Store_SignedByNodesOutsideTheSwarm_CountsMembersOnly()
    {
        foreach (ServiceNode node in _network.Swarm)
        {
            _network.Script(node, request => IsStore(request) ? _network.StoreAnswer(request.GetProperty("params"), [node, .. _network.All.Skip(8)]) : null);
        }

        StoreResult result = await StoreAsync();
        Assert.Equal(1, result.Swarm.Confirmations);
        Assert.Equal(4, result.Swarm.Members.Count(member => member.Outcome == MemberOutcome.Stranger));
    }

    [Theory]
    [InlineData(400, OnionFault.Rejected)]
    [InlineData(401, OnionFault.Unauthorized)]
    [InlineData(403, OnionFault.Rejected)]
    [InlineData(413, OnionFault.TooLarge)]
    public async Task Store_Refused_ThrowsAtOnceWithStatusAndText(int status, OnionFault fault)
    {
        foreach (ServiceNode node in _network.Swarm)
        {
            _network.Script(node, request => IsStore(request) ? FakeNetwork.Text(status, "no") : null);
        }

        var failure = await Assert.ThrowsAsync<StorageException>(async () => await StoreAsync());
        Assert.Equal((fault, status, "no", false), (failure.Fault, failure.Status, failure.ServerText, failure.IsTransient));
        Assert.Equal(1, _network.Asked("store"));
    }

    [Theory]
    [InlineData(500, OnionFault.ServerBusy)]
    [InlineData(502, OnionFault.DestinationFailed)]
    [InlineData(503, OnionFault.ServerBusy)]
    public async Task Store_OneMemberFails_GoesToAnotherAndAllFailingThrows(int status, OnionFault fault)
    {
        int failing = 1;
        foreach (ServiceNode node in _network.Swarm)
        {
            _network.Script(node, request => IsStore(request) && failing-- > 0 ? FakeNetwork.Text(status, "failed") : null);
        }

        Assert.Equal(4, (await StoreAsync()).Swarm.Confirmations);

        failing = int.MaxValue;
        var failure = await Assert.ThrowsAsync<StorageException>(async () => await StoreAsync());
        Assert.Equal((fault, true), (failure.Fault, failure.IsTransient));
    }

    [Fact]
    public async Task Store_RateLimited_WaitsBeforeTheNextMember()
    {
        bool limited = true;
        foreach (ServiceNode node in _network.Swarm)
        {
            _network.Script(node, request =>
            {
                bool now = IsStore(request) && limited;
                limited &= !now;
                return now ? FakeNetwork.Text(429, "Too Many Requests") : null;
            });
        }

        Task<StoreResult> storing = StoreAsync();
        Assert.False(storing.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(4, (await storing).Swarm.Confirmations);
    }

    [Fact]
    public async Task Store_TooLarge_IsToldBeforeAnythingIsSent()
    {
        var failure = await Assert.ThrowsAsync<OnionException>(async () => await _client.StoreAsync(_owner.AccountId, default, new byte[76_801], TimeSpan.FromDays(1)));
        Assert.Equal(OnionFault.TooLarge, failure.Fault);
        Assert.Empty(_network.Sent);
    }

    [Fact]
    public async Task Store_NoPath_IsNotTriedAgain()
    {
        int tries = 0;
        foreach (ServiceNode node in _network.All)
        {
            _network.Script(node, _ => ++tries > 0 ? throw new OnionException(OnionFault.NoPath, "Too few nodes.") : null);
        }

        await Assert.ThrowsAsync<OnionException>(async () => await StoreAsync());
        Assert.Equal(1, tries);
    }

    [Fact]
    public async Task Send_Cancelled_Stops()
    {
        using var cancel = new CancellationTokenSource();
        foreach (ServiceNode node in _network.Swarm)
        {
            _network.Script(node, request => IsStore(request) ? FakeNetwork.Text(429, "Too Many Requests") : null);
        }

        Task<StoreResult> storing = _client.StoreAsync(_owner.AccountId, default, "hello"u8.ToArray(), TimeSpan.FromDays(1), cancellationToken: cancel.Token).AsTask();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => storing);
    }

    private Task<StoreResult> StoreAsync() => _client.StoreAsync(_owner.AccountId, default, "hello"u8.ToArray(), TimeSpan.FromDays(1)).AsTask();

    private static bool IsStore(JsonElement request) => request.GetProperty("method").GetString() == "store";
}
