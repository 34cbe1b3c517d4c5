using Session.Protocol.Client.Groups;
using Session.Protocol.Client.History;
using Session.Protocol.Messages;

namespace Session.Protocol.Client.Tests.Groups;

/// <summary>What is kept of a group's messages.</summary>
public sealed class GroupHistoryTests(TestNetwork network) : GroupTestBase(network)
{
    private static readonly SessionClientOptions Keeping = Participant.Options with { History = HistoryOptions.Default with { Enabled = true } };

    [Fact]
    public async Task Messages_AreKeptByEverybodyAndDeletedByAnAdmin_OfTheGroupOnly()
    {
        Participant[] all = await StartKeepersAsync(2);
        ISessionGroup[] groups = await FoundAsync(all);
        await SayAsync(groups[0], "first");
        await all[1].GotAsync("first");
        SentMessage second = await SayAsync(groups[1], "second");
        SentMessage aside = await all[1].Client.SendTextAsync(all[0].Id, "aside", Cancel);
        ReceivedMessage received = await all[0].GotAsync("second");
        await all[0].GotAsync("aside");
        IReadOnlyList<HistoryMessage> ofAdmin = await HistoryAsync(all[0], groups[0]), ofMember = await HistoryAsync(all[1], groups[0]);
        Assert.Equal(["second", "first"], ofAdmin.Select(x => x.Message.Text));
        Assert.Equal(["second", "first"], ofMember.Select(x => x.Message.Text));
        Assert.Equal([false, true], ofAdmin.Select(x => x.Message.IsOwn));
        Assert.Equal(received.OwnCopy, ofMember[0].Message.OwnCopy);

        // The second one names a message of another conversation: an admin has no say there.
        await groups[0].DeleteAsync(second.Reference, received.Hash, Cancel);
        await groups[0].DeleteAsync(aside.Reference, cancellationToken: Cancel);
        await all[1].UntilAsync(() => all[1].Received.Count(x => x.Content is Unsend) == 2);
        await SayAsync(groups[0], "third");
        await all[1].GotAsync("third");

        Assert.Equal(["third", "first"], (await HistoryAsync(all[0], groups[0])).Select(x => x.Message.Text));
        Assert.Equal(["third", "first"], (await HistoryAsync(all[1], groups[0])).Select(x => x.Message.Text));
        Assert.Equal("aside", Assert.Single(await all[1].Client.History.GetMessagesAsync(all[0].Id, cancellationToken: Cancel)).Message.Text);
        Assert.Equal("aside", Assert.Single(await all[0].Client.History.GetMessagesAsync(all[1].Id, cancellationToken: Cancel)).Message.Text);
    }

    private async Task<Participant[]> StartKeepersAsync(int count)
    {
        Participant[] all = await StartManyAsync(count);
        foreach (Participant participant in all)
        {
            participant.Connect = (identity, store) => Network.Connect(identity, Keeping, store);
            await participant.RestartAsync();
        }

        return all;
    }

    private ValueTask<IReadOnlyList<HistoryMessage>> HistoryAsync(Participant participant, ISessionGroup group) =>
        participant.Client.History.GetMessagesAsync(group.Id, cancellationToken: Cancel);
}
