using Session.Protocol.Client.Groups;
using Session.Protocol.Client.Tests.Outbox;
using Session.Protocol.Onion;
using Session.Protocol.Onion.Swarms;

namespace Session.Protocol.Client.Tests.Groups;

/// <summary>A node gives a long mailbox in pieces.</summary>
public sealed class GroupPollingTests(TestNetwork network) : GroupTestBase(network)
{
    /// <summary>One look is all there is: a second one would come long after the test.</summary>
    private static readonly SessionClientOptions OneLook = Participant.Options with
    {
        PollInterval = TimeSpan.FromHours(1),
        IdlePollInterval = TimeSpan.FromHours(1),
        MaxPollDelay = TimeSpan.FromHours(1),
        PollRedundancy = 1,
    };

    [Fact]
    public async Task Receive_TheSwarmHasMoreThanOneAnswerHolds_ReadsToTheEndInOneGo()
    {
        (Participant writer, Participant reader, ISessionGroup group, ScriptedSwarm swarm) = await FoundAsync();
        await using RawGroup raw = await RawGroup.OpenAsync(Network, writer, group.Id);
        HashSet<string> known = [.. (await raw.ObjectsAsync()).Select(x => x.Hash)];
        string[] texts = ["one", "two", "three", "four"];
        foreach (string text in texts)
        {
            await SayAsync(await writer.GroupAsync(group.Id), text);
        }

        int looks = 0;
        swarm.Answer = (query, poll) => query.Account == group.Id ? OneMore(poll, known, looks++) : poll;
        await reader.StartAsync();
        await reader.GotAsync("four");

        Assert.Equal(["read before", .. texts], reader.Texts(group.Id));
        Assert.Equal(texts.Length, looks);
        Assert.Empty(reader.Missing);
    }

    [Fact]
    public async Task Receive_ANodeSaysForEverThatItHasMore_IsNotAskedForEver()
    {
        (Participant writer, Participant reader, ISessionGroup group, ScriptedSwarm swarm) = await FoundAsync();
        await SayAsync(await writer.GroupAsync(group.Id), "one");
        int looks = 0;
        SwarmPoll? first = null;
        swarm.Answer = (query, poll) =>
        {
            if (query.Account != group.Id)
            {
                return poll;
            }

            looks++;
            first ??= poll;
            return first with { Namespaces = [first.Namespaces[0] with { HasMore = true }] };
        };

        // What is received is handed out when looking has ended.
        await reader.StartAsync();
        await reader.GotAsync("one");

        Assert.InRange(looks, 2, 8);
        Assert.Equal(["read before", "one"], reader.Texts(group.Id));
    }

    /// <summary>One message more than the looks before gave.</summary>
    private static SwarmPoll OneMore(SwarmPoll poll, HashSet<string> known, int looksBefore)
    {
        NamespacePoll all = poll.Namespaces[0];
        Onion.Storage.Results.StoredMessage[] news = [.. all.Messages.Where(x => !known.Contains(x.Hash)).OrderBy(x => x.Timestamp)];
        return poll with { Namespaces = [all with { Messages = [.. news.Take(looksBefore + 1)], HasMore = news.Length > looksBefore + 1 }], Positions = [] };
    }

    /// <summary>A writer, and a reader that is off and will look once, through a swarm whose answers a script makes.</summary>
    private async Task<(Participant Writer, Participant Reader, ISessionGroup Group, ScriptedSwarm Swarm)> FoundAsync()
    {
        Participant[] all = await StartManyAsync(2);
        ISessionGroup[] groups = await FoundAsync(all);
        await SayAsync(groups[0], "read before");
        await all[1].GotAsync("read before");
        await all[1].PauseAsync();
        await all[1].Client.DisposeAsync();
        OnionClient onion = Own(Network.Onion());
        var swarm = new ScriptedSwarm(new SwarmClient(onion));
        all[1].Connect = (x, store) => new SessionClient(x, onion, OneLook, store, swarm);
        return (all[0], all[1], groups[0], swarm);
    }
}
