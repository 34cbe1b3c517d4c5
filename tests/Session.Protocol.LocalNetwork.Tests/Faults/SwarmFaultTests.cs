using Session.Protocol.LocalNetwork.Faults;
using Session.Protocol.Onion;
using Session.Protocol.Onion.Nodes;
using Session.Protocol.Onion.Storage;
using Session.Protocol.Onion.Storage.Results;
using Session.Protocol.Onion.Swarms;

namespace Session.Protocol.LocalNetwork.Tests.Faults;

/// <summary>Faults 7 to 9 and 40: whose mailbox it is, and the same request twice. Fault 39 needs a poller and is with the client's tests.</summary>
public class SwarmFaultTests(FaultNetwork network) : FaultTest(network)
{
    [Fact]
    public async Task Fault07_WrongSwarmWithMembers_TheyAreAskedAndRemembered()
    {
        IReadOnlyList<ServiceNode> before = await Swarms.GetMembersAsync(Account.AccountId);
        ActiveFault wrong = Add(Fault.WrongSwarm.OnMethod("store").Times(1));

        Assert.True((await StoreAsync()).Swarm.Confirmations > 0);

        Assert.Equal(1, wrong.Fired);
        Assert.Equal(before.Count - 1, (await Swarms.GetMembersAsync(Account.AccountId)).Count);
    }

    [Fact]
    public async Task Fault08_WrongSwarmNamingNobody_NodeIsDroppedAndTheSwarmLookedUp()
    {
        await PathsAsync();
        _ = await Swarms.GetMembersAsync(Account.AccountId);
        long before = Network.RequestCount("get_swarm");
        ActiveFault wrong = Add(Fault.WrongSwarmNamingNobody.OnMethod("store").Times(1));

        Assert.True((await StoreAsync()).Swarm.Confirmations > 0);

        Assert.Equal(1, wrong.Fired);
        Assert.True(Network.RequestCount("get_swarm") > before);
    }

    [Fact]
    public async Task Fault09_PingPong_IsGivenUpAfterAFewNodes()
    {
        // All members but two are away, and these name each other for ever.
        LocalNode[] two = [.. Members.Take(2)];
        Add(Fault.PingPong(two[0], two[1]));
        foreach (LocalNode member in Members.Skip(2))
        {
            Add(Fault.WrongSwarm.At(member));
        }

        ActiveFault[] all = [.. Network.Faults.Active];
        OnionException e = await FailsAsync(OnionFault.WrongSwarm, () => StoreAsync().AsTask());

        Assert.True(e.IsTransient);
        Assert.InRange(all.Sum(fault => fault.Fired), 1, 4);
    }

    [Fact]
    public async Task Fault40_StoreReplayed_IsTheSameMessage()
    {
        ActiveFault replayed = Add(Fault.Replayed.OnMethod("store"));

        StoreResult result = await StoreAsync();

        Assert.Equal(1, replayed.Fired);
        Assert.True(result.AlreadyStored);
        Assert.Single((await RetrieveAsync()).Namespaces[0].Messages);
    }

    [Fact]
    public async Task Fault40_DeleteReplayed_SucceedsAndNamesNothing()
    {
        StoreResult stored = await StoreAsync();
        Add(Fault.Replayed.OnMethod("delete"));

        SwarmResult deleted = await Swarms.SendAsync(StorageRequest.Delete(Credentials, [stored.Hash]));

        Assert.Equal(Members.Count, deleted.Confirmations);
        Assert.Empty(deleted.Hashes);
        Assert.Empty((await RetrieveAsync()).Namespaces[0].Messages);
    }
}
