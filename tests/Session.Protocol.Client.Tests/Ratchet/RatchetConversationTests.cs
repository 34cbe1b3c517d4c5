using Session.Protocol.Messages;

namespace Session.Protocol.Client.Tests.Ratchet;

public sealed class RatchetConversationTests(TestNetwork network) : RatchetTestBase(network)
{
    [Fact]
    public async Task SendAsync_TwoPeers_FirstMessageHasACopyAndTheRestHasNone()
    {
        Device bob = await JoinAsync(Bob);
        Device alice = await JoinAsync(Alice);

        SentMessage first = await alice.SendAsync(bob, "first");
        ReceivedMessage received = await bob.NextAsync("first");
        SentMessage answer = await bob.SendAsync(alice, "answer");
        ReceivedMessage answered = await alice.NextAsync("answer");
        SentMessage later = await alice.SendAsync(bob, "later");
        ReceivedMessage last = await bob.NextAsync("later");

        Assert.Equal((Protection.Sealed, Protection.Sealed), (first.Protection, received.Protection));
        Assert.Equal((Protection.Ratchet, Protection.Ratchet), (answer.Protection, answered.Protection));
        Assert.Equal((Protection.Ratchet, Protection.Ratchet), (later.Protection, last.Protection));
        Assert.Equal((alice.Id, alice.Id, later.SentAt, later.Hash), (last.Sender, last.Conversation, last.SentAt, last.Hash));
        Assert.Empty(bob.Undecryptable);
        Assert.Empty(alice.Undecryptable);
    }

    [Fact]
    public async Task SendAsync_DisappearingAfterSend_SaysWhenItGoes_AlsoAfterARestart()
    {
        (Device alice, Device bob) = await TalkAsync();

        await alice.Client.SendAsync(bob.Id, new TextMessage("gone") { Expiration = Expiration.AfterSend(ExpirationTimers.OneHour) }, Cancel);
        ReceivedMessage received = await bob.NextAsync("gone");
        await bob.RestartAsync();
        ReceivedMessage again = await bob.NextAsync("gone");

        Assert.Equal(Protection.Ratchet, received.Protection);
        Assert.InRange(received.ExpiresAt!.Value - received.SentAt, ExpirationTimers.OneHour - TestNetwork.Patience, ExpirationTimers.OneHour + TestNetwork.Patience);
        Assert.InRange(again.ExpiresAt!.Value - received.ExpiresAt.Value, -TestNetwork.Patience, TestNetwork.Patience);
    }

    [Fact]
    public async Task SendAsync_PeerWithoutRatchet_GetsVersion1AndAnswersInIt()
    {
        Device bob = Start(Bob, TestNetwork.Eager);
        Device alice = await JoinAsync(Alice);

        SentMessage sent = await alice.SendAsync(bob, "hello");
        ReceivedMessage received = await bob.NextAsync("hello");
        await bob.SendAsync(alice, "hi");

        Assert.Equal((Protection.Sealed, Protection.Sealed), (sent.Protection, received.Protection));
        Assert.Equal(Protection.Sealed, (await alice.NextAsync("hi")).Protection);
    }

    [Fact]
    public async Task SendAsync_BothStartAtOnce_ConvergesToTheRatchet()
    {
        Device bob = await JoinAsync(Bob);
        Device alice = await JoinAsync(Alice);

        await alice.SendAsync(bob, "a1");
        await bob.SendAsync(alice, "b1");
        await bob.NextAsync("a1");
        await alice.NextAsync("b1");
        await alice.SendAsync(bob, "a2");
        await bob.NextAsync("a2");
        await bob.SendAsync(alice, "b2");
        await alice.NextAsync("b2");

        Assert.Equal(Protection.Ratchet, (await alice.SendAsync(bob, "a3")).Protection);
        Assert.Equal(Protection.Ratchet, (await bob.NextAsync("a3")).Protection);
    }

    [Fact]
    public async Task SendAsync_PeerThatNeverAnswered_GetsACopyEachTimeAndHandsOutOne()
    {
        Device bob = await JoinAsync(Bob);
        Device alice = await JoinAsync(Alice);

        for (int i = 0; i < 5; i++)
        {
            Assert.Equal(Protection.Sealed, (await alice.SendAsync(bob, $"{i}")).Protection);
        }

        for (int i = 0; i < 5; i++)
        {
            await bob.NextAsync($"{i}");
        }

        Assert.Empty(await bob.DrainAsync(alice));
    }

    [Fact]
    public async Task SendAsync_TwoDevicesEach_ReachesAllOfThem()
    {
        Device phone = await JoinAsync(Alice), laptop = await JoinAsync(Alice);
        Device desk = await JoinAsync(Bob), pocket = await JoinAsync(Bob);
        await phone.RestartAsync(); // looks at its own record again, as it does hourly
        await desk.RestartAsync();

        await phone.SendAsync(desk, "one");
        await desk.NextAsync("one");
        await pocket.NextAsync("one");
        ReceivedMessage copy = await laptop.NextAsync("one");
        await desk.SendAsync(phone, "two");
        await pocket.NextAsync("two");
        await phone.NextAsync("two");
        await laptop.NextAsync("two");
        await pocket.SendAsync(phone, "three");
        await phone.NextAsync("three");
        await laptop.NextAsync("three");
        await desk.NextAsync("three");
        SentMessage last = await phone.SendAsync(desk, "four");

        Assert.Equal((phone.Id, desk.Id), (copy.Sender, copy.Conversation));
        Assert.Equal(Protection.Ratchet, last.Protection);
        Assert.Equal(Protection.Ratchet, (await desk.NextAsync("four")).Protection);
        Assert.Equal(Protection.Ratchet, (await pocket.NextAsync("four")).Protection);
        ReceivedMessage lastCopy = await laptop.NextAsync("four");
        Assert.Equal((Protection.Ratchet, desk.Id, last.SyncHash), (lastCopy.Protection, lastCopy.Conversation, lastCopy.Hash));
        Assert.All([phone, laptop, desk, pocket], x => Assert.Empty(x.Undecryptable));
    }
}
