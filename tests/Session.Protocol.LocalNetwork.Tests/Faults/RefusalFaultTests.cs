using Session.Protocol.Accounts;
using Session.Protocol.LocalNetwork.Faults;
using Session.Protocol.Onion;
using Session.Protocol.Onion.Storage;
using Session.Protocol.Onion.Storage.Results;
using Session.Protocol.Onion.Swarms;

namespace Session.Protocol.LocalNetwork.Tests.Faults;

/// <summary>Faults 22 to 24, 28 and 35: what nodes refuse, and what is not asked again.</summary>
public class RefusalFaultTests(FaultNetwork network) : FaultTest(network)
{
    [Fact]
    public async Task Fault22_LifetimeRefused_IsNotTriedAgain()
    {
        ActiveFault refuses = Add(Fault.RefusesLifetime);

        OnionException e = await FailsAsync(OnionFault.Rejected, () => StoreAsync().AsTask());

        Assert.False(e.IsTransient);
        Assert.Equal(403, Assert.IsType<StorageException>(e).Status);
        Assert.Equal(1, refuses.Fired);
    }

    [Fact]
    public async Task Fault23_OneByteTooMany_IsRefusedBeforeAnythingIsSent()
    {
        long before = Network.RequestCount("store");

        OnionException e = await FailsAsync(OnionFault.TooLarge, () => Swarms.StoreAsync(
            Account.AccountId, SwarmNamespace.Default, new byte[StorageLimits.MaxDataSize + 1], TimeSpan.FromHours(1)).AsTask());

        Assert.False(e.IsTransient);
        Assert.Equal(before, Network.RequestCount("store"));
    }

    [Theory]
    [InlineData(NodeRole.Guard, OnionFault.TooLarge)]
    [InlineData(NodeRole.Destination, OnionFault.Rejected)]
    public async Task Fault23_SizeRefused_IsNotTriedAgain(NodeRole role, OnionFault expected)
    {
        await PathsAsync();
        ActiveFault refuses = Add(Fault.RefusesSize.At(role));

        OnionException e = await FailsAsync(expected, () => StoreAsync().AsTask());

        Assert.False(e.IsTransient);
        Assert.Equal(1, refuses.Fired);
    }

    [Theory]
    [InlineData(NodeRole.Guard)]
    [InlineData(NodeRole.Destination)]
    public async Task Fault24_RateLimited_IsWaitedForAndThePathsStay(NodeRole role)
    {
        IReadOnlyList<object> paths = [.. await PathsAsync()];
        _ = await Swarms.GetMembersAsync(Account.AccountId);
        ActiveFault limited = Add(Fault.RateLimited.At(role).Times(3));
        DateTimeOffset before = Clock.GetUtcNow();

        StoreResult result = await PassingAsync(SwarmClientOptions.Default.RateLimitDelay, () => StoreAsync().AsTask());

        Assert.Equal(3, limited.Fired);
        Assert.True(result.Swarm.Confirmations > 0);
        Assert.True(Clock.GetUtcNow() - before >= 3 * SwarmClientOptions.Default.RateLimitDelay);
        Assert.Equal(paths, Client.Paths.Paths);
    }

    [Fact]
    public async Task Fault28_TokenRevoked_TheGroupsMessagesAreRefusedAndTheWayToLearnItStaysOpen()
    {
        using GroupAdminKey admin = GroupAdminKey.FromSeed(Enumerable.Repeat((byte)28, 32).ToArray());
        SwarmCredentials group = SwarmCredentials.ForGroupAdmin(admin);
        var revoked = new SwarmNamespace(-11);
        await Swarms.StoreAsync(admin.GroupId, revoked, new byte[] { 7 }, TimeSpan.FromHours(1), group);
        ActiveFault unauthorized = Add(Fault.Unauthorized.ForAccount(admin.GroupId));

        SwarmPoll poll = await Swarms.RetrieveAsync(
            new SwarmQuery(admin.GroupId, [SwarmNamespace.GroupMessages, revoked]) { Credentials = group });

        Assert.Equal(StorageStatus.Unauthorized, poll.Namespaces[0].Refusal!.Status);
        Assert.Equal(OnionFault.Unauthorized, poll.Namespaces[0].Refusal!.Fault);
        Assert.Single(poll.Namespaces[1].Messages);
        Assert.Equal(1, unauthorized.Fired);

        await StoreAsync();
        Assert.Single((await RetrieveAsync()).Namespaces[0].Messages);
    }

    [Fact]
    public async Task Fault35_HardForkJump_WhatItBringsWorksFromThenOn()
    {
        StoreResult one = await StoreAsync();
        KeyValuePair<string, DateTimeOffset>[] expiries =
        [
            new(one.Hash, Clock.GetUtcNow().AddMinutes(10)),
            new((await StoreAsync(2)).Hash, Clock.GetUtcNow().AddMinutes(20)),
        ];
        Network.SetHardFork(new Version(19, 3));
        await FailsAsync(OnionFault.Rejected, () => Swarms.SendAsync(StorageRequest.ExpireEach(Credentials, expiries)).AsTask());

        Network.SetHardFork(new Version(21, 0));
        SwarmResult result = await Swarms.SendAsync(StorageRequest.ExpireEach(Credentials, expiries));

        Assert.Equal(Members.Count, result.Confirmations);
        Assert.Equal(2, result.Hashes.Count);
        Network.SetHardFork(LocalNetworkOptions.Default.HardFork);
    }

    [Fact]
    public async Task Fault35_OneNodeBehindTheFork_IsTheOnlyOneThatRefuses()
    {
        StoreResult one = await StoreAsync();
        KeyValuePair<string, DateTimeOffset>[] expiries = [new(one.Hash, Clock.GetUtcNow().AddMinutes(10)), new((await StoreAsync(2)).Hash, Clock.GetUtcNow().AddMinutes(20))];
        LocalNode behind = Members[^1];
        Add(Fault.ReportsHardFork(new Version(19, 3)).At(behind));

        SwarmResult result = await SendToAsync(Members[0], StorageRequest.ExpireEach(Credentials, expiries));

        Assert.Equal(MemberOutcome.Failed, result.Members.Single(member => member.Node == behind.IdentityKey).Outcome);
        Assert.Equal(Members.Count - 1, result.Confirmations);
    }

    private async Task<SwarmResult> SendToAsync(LocalNode node, StorageRequest<SwarmResult> request)
    {
        long now = Client.Clock.NowMilliseconds;
        return request.ReadReply(await Client.SendToNodeAsync(node.ToServiceNode(), request.ToBody(now)), now).Value!;
    }
}
