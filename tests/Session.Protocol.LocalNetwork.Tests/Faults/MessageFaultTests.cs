using System.Collections.Concurrent;
using Session.Protocol.Accounts;
using Session.Protocol.LocalNetwork.Faults;
using Session.Protocol.Onion.Storage;
using Session.Protocol.Onion.Storage.Results;
using Session.Protocol.Onion.Swarms;

namespace Session.Protocol.LocalNetwork.Tests.Faults;

/// <summary>Faults 18 to 21 as a poll sees them; that an application gets nothing twice is tested with the client.</summary>
public class MessageFaultTests(FaultNetwork network) : FaultTest(network)
{
    [Fact]
    public async Task Fault18_DuplicateMessages_AreOneInThePoll()
    {
        StoreResult stored = await StoreAsync();
        ActiveFault duplicates = Add(Fault.DuplicateMessages);

        SwarmPoll poll = await RetrieveAsync(redundancy: 2);

        Assert.Equal(2, duplicates.Fired);
        Assert.Equal(stored.Hash, Assert.Single(poll.Namespaces[0].Messages).Hash);
    }

    [Fact]
    public async Task Fault19_PartialMember_TheSecondNodeSuppliesTheNewestAndEachHasItsOwnPosition()
    {
        await StoreAsync();
        StoreResult newest = await StoreAsync(2);
        var cursor = new Cursor();

        // Whichever two are asked: one of them lacks it.
        LocalNode lazy = Members[0];
        Add(Fault.LacksNewestMessage.At(lazy));
        SwarmPoll poll = await RetrieveAsync(redundancy: 2, cursor);
        while (!poll.Nodes.Contains(lazy.IdentityKey))
        {
            poll = await RetrieveAsync(redundancy: 2, cursor);
        }

        Assert.Contains(poll.Namespaces[0].Messages, message => string.Equals(message.Hash, newest.Hash, StringComparison.Ordinal));
        RetrievePosition[] positions = [.. poll.Positions];
        Assert.NotEqual(newest.Hash, positions.Single(position => position.Node == lazy.IdentityKey).LastHash);
        Assert.Equal(newest.Hash, positions.Single(position => position.Node != lazy.IdentityKey).LastHash);
        cursor.Keep(positions);

        // The lazy node gives it later, from its own position.
        Network.Faults.Clear();
        SwarmPoll later = await RetrieveAsync(cursor: cursor, node: lazy.ToServiceNode());
        Assert.Equal(newest.Hash, Assert.Single(later.Namespaces[0].Messages).Hash);
    }

    [Fact]
    public async Task Fault19_OppositeOrder_AllMessagesAreThere()
    {
        await StoreAsync();
        await StoreAsync(2);
        ActiveFault reversed = Add(Fault.ReversesMessages);

        SwarmPoll poll = await RetrieveAsync();

        Assert.Equal(1, reversed.Fired);
        Assert.Equal(2, poll.Namespaces[0].Messages.Count);
    }

    [Fact]
    public async Task Fault20_LastHashUnknown_TheWholeNamespaceComesAgain()
    {
        await StoreAsync();
        var cursor = new Cursor();
        SwarmPoll first = await RetrieveAsync(cursor: cursor, node: Members[0].ToServiceNode());
        cursor.Keep(first.Positions);
        Assert.Empty((await RetrieveAsync(cursor: cursor, node: Members[0].ToServiceNode())).Namespaces[0].Messages);
        Add(Fault.ForgetsLastHash);

        SwarmPoll again = await RetrieveAsync(cursor: cursor, node: Members[0].ToServiceNode());

        Assert.Equal(first.Namespaces[0].Messages[0].Hash, Assert.Single(again.Namespaces[0].Messages).Hash);
    }

    [Fact]
    public async Task Fault21_MessageExpires_IsGoneFromReadingAndFromExpiries()
    {
        StoreResult stored = await StoreAsync();
        StorageRequest<IReadOnlyDictionary<string, long>> expiries = StorageRequest.GetExpiries(Credentials, [stored.Hash]);
        Assert.True((await Swarms.SendAsync(expiries)).ContainsKey(stored.Hash));
        Add(Fault.MessagesExpired);

        Assert.Empty((await RetrieveAsync()).Namespaces[0].Messages);
        Assert.Empty(await Swarms.SendAsync(expiries));
    }

    [Fact]
    public async Task Fault21_TimePasses_TheMessageExpiresByItself()
    {
        await using LocalNetwork network = await LocalNetwork.StartAsync(LocalNetworkOptions.Default with { NodeCount = 3, SwarmCount = 1 });
        network.Nodes[0].Store.TryStore(
            Account.AccountId.ToString(), new Storage.StoredMessage("h", 0, 0, network.Nodes[0].Now + 60_000, [1]), replaceOthers: false, out _, out _);

        network.AdvanceClock(TimeSpan.FromMinutes(2));

        Assert.Equal(0, network.Nodes[0].StoredMessageCount);
    }

    private sealed class Cursor : IRetrieveCursor
    {
        private readonly ConcurrentDictionary<(Ed25519PublicKey, AccountId, SwarmNamespace), string> _hashes = new();

        public ValueTask<string?> GetLastHashAsync(Ed25519PublicKey node, AccountId account, SwarmNamespace space, CancellationToken cancellationToken = default) =>
            new(_hashes.GetValueOrDefault((node, account, space)));

        public void Keep(IEnumerable<RetrievePosition> positions)
        {
            foreach (RetrievePosition position in positions)
            {
                _hashes[(position.Node, position.Account, position.Namespace)] = position.LastHash;
            }
        }
    }
}
