using Session.Protocol.Client.Groups;
using Session.Protocol.Messages;

namespace Session.Protocol.Client.Tests.Groups;

public sealed class GroupConversationTests(TestNetwork network) : GroupTestBase(network)
{
    [Fact]
    public async Task SendAsync_ThreeMembers_EachMessageReachesTheOthersOnce()
    {
        Participant[] all = await StartManyAsync(3);
        ISessionGroup[] groups = await FoundAsync(all);

        SentMessage sent = await SayAsync(groups[0], "from alice");
        await SayAsync(groups[1], "from bob");
        await SayAsync(groups[2], "from carol");
        ReceivedMessage received = await all[1].GotAsync("from alice");
        await all[2].GotAsync("from alice");
        await all[0].GotAsync("from bob");
        await all[2].GotAsync("from bob");
        await all[0].GotAsync("from carol");
        await all[1].GotAsync("from carol");

        Assert.Equal((all[0].Id, groups[0].Id, sent.SentAt, sent.Hash, Protection.SenderKey),
            (received.Sender, received.Group!.Value, received.SentAt, received.Hash, received.Protection));
        Assert.Equal((groups[0].Id, Protection.SenderKey), (sent.Recipient, sent.Protection));
        Assert.All(all, x => Assert.Equal(2, x.Texts(groups[0].Id).Count));
        Assert.All(all, x => Assert.Empty(x.Missing));
    }
}
