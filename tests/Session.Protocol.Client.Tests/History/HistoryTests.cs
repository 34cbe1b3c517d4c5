using Session.Protocol.Accounts;
using Session.Protocol.Client.History;
using Session.Protocol.Client.Tests.Conversations;
using Session.Protocol.Client.Tests.Outbox;
using Session.Protocol.Client.Tests.Receiving;
using Session.Protocol.Messages;
using Session.Protocol.Onion;
using Session.Protocol.Onion.Swarms;

namespace Session.Protocol.Client.Tests.History;

/// <summary>What is kept of messages, and when it goes.</summary>
public sealed class HistoryTests(ConversationNetwork network) : ConversationTestBase(network)
{
    private static readonly SessionClientOptions Keeping = Open with { History = HistoryOptions.Default with { Enabled = true } };

    private readonly ConversationNetwork _network = network;

    [Fact]
    public async Task BothSides_HaveTheSameMessages_AlsoAfterARestart()
    {
        (Person alice, Person bob) = await KeepersAsync();
        SentMessage question = await alice.SayAsync(bob, "question");
        await bob.NextAsync<TextMessage>();
        await bob.With(alice).ReplyAsync(question.Reference, "answer", Cancel);
        ReceivedMessage answer = await alice.NextAsync<TextMessage>();
        await alice.Client.SendAsync(bob.Id, new TextMessage("") { Attachments = [new AttachmentPointer { Url = "http://files/5", Key = new byte[64], Digest = new byte[32], Size = 10 }] }, Cancel);
        await bob.NextAsync<TextMessage>();
        await Task.WhenAll(alice.DrainAsync(Postman), bob.DrainAsync(Postman));
        await bob.RestartAsync();

        IReadOnlyList<HistoryMessage> ofAlice = await HistoryAsync(alice, bob), ofBob = await HistoryAsync(bob, alice);

        Assert.Equal(["", "answer", "question", "hi", "hello"], ofAlice.Select(x => x.Message.Text));
        Assert.Equal(ofAlice.Select(x => x.Message.Text), ofBob.Select(x => x.Message.Text));
        Assert.Equal([true, false, true, false, true], ofAlice.Select(x => x.Message.IsOwn));
        Assert.Equal(ofAlice.Select(x => !x.Message.IsOwn), ofBob.Select(x => x.Message.IsOwn));
        Assert.Equal(ofAlice.Select(x => x.Message.Reference), ofBob.Select(x => x.Message.Reference));
        Assert.All(ofAlice.Concat(ofBob), x => Assert.False(x.IsPending));
        Assert.Equal(question.OwnCopy, ofAlice[2].Message.OwnCopy);
        Assert.Equal(answer with { Changes = default }, ofAlice[1].Message);
        Assert.Equal(question.Reference, ((TextMessage)ofAlice[1].Message.Content).Quote);
        Assert.Equal(10, ((TextMessage)ofBob[0].Message.Content).Attachments[0].Size);
    }

    [Fact]
    public async Task GetMessagesAsync_Pages_GoBackToTheBeginning()
    {
        Person alice = Start(AlicesIdentity, Keeping);
        for (int i = 1; i <= 5; i++)
        {
            await alice.Conversations.NoteToSelf.SendTextAsync($"{i}", Cancel);
        }

        var pages = new List<string?>();
        IReadOnlyList<HistoryMessage> page = await alice.Client.History.GetMessagesAsync(alice.Id, limit: 2, cancellationToken: Cancel);
        while (page.Count > 0)
        {
            pages.AddRange(page.Select(x => x.Message.Text).Append("|"));
            page = await alice.Client.History.GetMessagesAsync(alice.Id, page[^1].Number, 2, Cancel);
        }

        Assert.Equal(["5", "4", "|", "3", "2", "|", "1", "|"], pages);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => alice.Client.History.GetMessagesAsync(alice.Id, limit: 0, cancellationToken: Cancel).AsTask());
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(
            () => alice.Client.History.GetMessagesAsync(alice.Id, limit: IMessageHistory.MaxPage + 1, cancellationToken: Cancel).AsTask());
    }

    [Fact]
    public async Task MaxMessages_Older_AreGone()
    {
        Person alice = Start(AlicesIdentity, Keeping with { History = new HistoryOptions { Enabled = true, MaxMessages = 2 } });

        for (int i = 1; i <= 4; i++)
        {
            await alice.Conversations.NoteToSelf.SendTextAsync($"{i}", Cancel);
        }

        Assert.Equal(["4", "3"], await TextsAsync(alice, alice));
    }

    [Fact]
    public async Task Off_NothingIsKept_AndReadingSaysWhatToSet()
    {
        await BefriendAsync();

        InvalidOperationException e = Assert.Throws<InvalidOperationException>(() => Alice.Client.History);

        Assert.Contains("SessionClientOptions.History.Enabled", e.Message, StringComparison.Ordinal);
        Assert.Empty(await Alice.Store.ListMessagesAsync(Bob.Id, long.MaxValue, 10, Cancel));
        Assert.Empty(await Bob.Store.ListMessagesAsync(Alice.Id, long.MaxValue, 10, Cancel));
    }

    [Fact]
    public async Task Start_StoreKeepsNoMessages_IsRefused()
    {
        await using OnionClient onion = _network.Onion();

        ArgumentException e = Assert.Throws<ArgumentException>(() => new SessionClient(AlicesIdentity, onion, Keeping, new BrokenStore(Alice.Store)));

        Assert.Contains("IMessageStore", e.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => new SessionClient(AlicesIdentity, onion, Keeping with { History = new HistoryOptions { MaxMessages = 0 } }));
    }

    [Fact]
    public async Task SyncedCopies_AreInTheHistoryOfTheOtherDevice()
    {
        Person laptop = Start(AlicesIdentity, Keeping), phone = Start(AlicesIdentity, Keeping);
        await laptop.SayAsync(Bob, "from the laptop");
        await laptop.Conversations.NoteToSelf.SendTextAsync("a note", Cancel);
        await phone.NextAsync<TextMessage>();
        await phone.NextAsync<TextMessage>();
        await phone.DrainAsync(Postman);

        HistoryMessage copy = Assert.Single(await HistoryAsync(phone, Bob));
        Assert.Equal(("from the laptop", true, true), (copy.Message.Text, copy.Message.IsOwn, copy.Message.IsRead));
        Assert.Equal(["a note"], await TextsAsync(phone, phone));
        Assert.Equal(["a note"], await TextsAsync(laptop, laptop));
    }

    [Fact]
    public async Task DeleteForEveryone_IsGoneOnAllSides()
    {
        (Person alice, Person bob) = await KeepersAsync();
        Person laptop = Start(AlicesIdentity, Keeping);
        SentMessage sent = await alice.SayAsync(bob, "oops");
        await bob.NextAsync<TextMessage>();
        await laptop.DrainAsync(Postman);
        Assert.Contains("oops", await TextsAsync(laptop, bob));

        await alice.With(bob).DeleteForEveryoneAsync(sent.OwnCopy, Cancel);
        await bob.NextAsync<Unsend>();
        await laptop.NextAsync<Unsend>();
        await Task.WhenAll(bob.DrainAsync(Postman), laptop.DrainAsync(Postman));

        Assert.Equal(["hi", "hello"], await TextsAsync(alice, bob));
        Assert.Equal(["hi", "hello"], await TextsAsync(bob, alice));
        Assert.Equal(["hi", "hello"], await TextsAsync(laptop, bob));
    }

    [Fact]
    public async Task DeleteForMe_IsGoneOnOwnDevicesOnly()
    {
        (Person alice, Person bob) = await KeepersAsync();
        Person laptop = Start(BobsIdentity, Keeping);
        await alice.SayAsync(bob, "keep this to yourself");
        ReceivedMessage received = await bob.NextAsync<TextMessage>();
        await bob.DrainAsync(Postman);
        await laptop.DrainAsync(Postman);

        await bob.With(alice).DeleteForMeAsync(received.OwnCopy, Cancel);
        await laptop.NextAsync<Unsend>();
        await laptop.DrainAsync(Postman);

        Assert.Equal(["hi", "hello"], await TextsAsync(bob, alice));
        Assert.DoesNotContain("keep this to yourself", await TextsAsync(laptop, alice));
        Assert.Contains("keep this to yourself", await TextsAsync(alice, bob));
    }

    /// <summary>A bot that deletes what it has just been given.</summary>
    [Fact]
    public async Task DeletedOrClearedWhileItIsHandled_IsNotInTheHistoryAfterwards()
    {
        (Person alice, Person bob) = await KeepersAsync();
        await alice.SayAsync(bob, "deleted");
        ReceivedMessage received = await bob.NextAsync<TextMessage>();
        await bob.With(alice).DeleteForMeAsync(received.OwnCopy, Cancel);
        await bob.DrainAsync(Postman);
        Assert.Equal(["hi", "hello"], await TextsAsync(bob, alice));

        await alice.SayAsync(bob, "cleared");
        await bob.NextAsync<TextMessage>();
        await bob.Client.History.ClearAsync(alice.Id, Cancel);
        await bob.DrainAsync(Postman);

        Assert.Empty(await TextsAsync(bob, alice));
    }

    [Fact]
    public async Task AfterSend_GoesFromBothSidesWhenItsTimeComes()
    {
        (Person alice, Person bob) = await KeepersAsync();
        SentMessage sent = await alice.Client.SendAsync(bob.Id, new TextMessage("soon gone") { Expiration = Expiration.AfterSend(ExpirationTimers.OneHour) }, Cancel);
        ReceivedMessage received = await bob.NextAsync<TextMessage>();
        await bob.DrainAsync(Postman);
        HistoryMessage mine = (await HistoryAsync(alice, bob))[0], theirs = (await HistoryAsync(bob, alice))[0];
        Assert.Equal(("soon gone", "soon gone"), (mine.Message.Text, theirs.Message.Text));
        Assert.Equal(received.ExpiresAt!.Value.ToUnixTimeMilliseconds(), theirs.Message.ExpiresAt!.Value.ToUnixTimeMilliseconds());
        Assert.InRange((mine.Message.ExpiresAt - sent.ExpiresAt)!.Value, -Slack, Slack);

        Clock.Advance(ExpirationTimers.OneHour + Slack);

        Assert.Equal(["hi", "hello"], await TextsAsync(alice, bob));
        Assert.Equal(["hi", "hello"], await TextsAsync(bob, alice));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task AfterRead_StaysUntilItIsRead_AndGoesThen(bool whileHandled)
    {
        (Person alice, Person bob) = await KeepersAsync();
        await alice.Client.SendAsync(bob.Id, new TextMessage("burn") { Expiration = Expiration.AfterRead(ExpirationTimers.OneHour) }, Cancel);
        ReceivedMessage received = await bob.NextAsync<TextMessage>();
        if (whileHandled)
        {
            await bob.With(alice).MarkReadAsync([received], Cancel);
            await bob.DrainAsync(Postman);
        }
        else
        {
            await bob.DrainAsync(Postman);
            Clock.Advance(ExpirationTimers.OneHour + Slack);
            HistoryMessage unread = (await HistoryAsync(bob, alice))[0];
            Assert.Equal(("burn", false, (DateTimeOffset?)null), (unread.Message.Text, unread.Message.IsRead, unread.Message.ExpiresAt));
            await bob.With(alice).MarkReadAsync([unread.Message], Cancel);
        }

        HistoryMessage read = (await HistoryAsync(bob, alice))[0];
        Assert.Equal(("burn", true), (read.Message.Text, read.Message.IsRead));
        Assert.NotNull(read.Message.ExpiresAt);

        Clock.Advance(ExpirationTimers.OneHour + Slack);

        Assert.Equal(["hi", "hello"], await TextsAsync(bob, alice));
    }

    [Fact]
    public async Task ForgetAndDecline_TakeTheMessagesAlong_BlockDoesNot()
    {
        (Person alice, Person bob) = await KeepersAsync();
        await bob.With(alice).BlockAsync(Cancel);
        Assert.Equal(["hi", "hello"], await TextsAsync(bob, alice));

        await bob.With(alice).ForgetAsync(Cancel);

        Assert.Empty(await TextsAsync(bob, alice));
        Assert.Equal(["hi", "hello"], await TextsAsync(alice, bob));
    }

    [Fact]
    public async Task Refused_LeavesTheHistory()
    {
        (Person alice, Person bob) = await KeepersAsync();
        alice.Swarm.FailsStores = true;

        QueuedMessage queued = await alice.Client.EnqueueAsync(bob.Id, new TextMessage("nobody takes this"), cancellationToken: Cancel);
        await Assert.ThrowsAsync<OnionException>(() => queued.Sent);
        await alice.RestartAsync();

        Assert.Equal(["hi", "hello"], await TextsAsync(alice, bob));
    }

    [Fact]
    public async Task IsPending_UntilTheSwarmHasIt()
    {
        await using OnionClient onion = _network.Onion();
        var swarm = new ScriptedSwarm(new SwarmClient(onion, Clock)) { Script = (_, _) => (OnionFault.Unreachable, false) };
        SessionClientOptions options = Keeping with
        {
            SyncSentMessages = false,
            Outbox = OutboxOptions.Default with { RetryDelay = TimeSpan.FromMilliseconds(10), MaxRetryDelay = TimeSpan.FromMilliseconds(50) },
        };
        await using var alice = new SessionClient(AlicesIdentity, onion, options, Alice.Store, swarm, Clock);

        QueuedMessage queued = await alice.EnqueueAsync(Bob.Id, new TextMessage("on its way"), cancellationToken: Cancel);
        Assert.True(Assert.Single(await alice.History.GetMessagesAsync(Bob.Id, cancellationToken: Cancel)).IsPending);
        swarm.Script = (_, _) => null;
        await queued.Sent;

        HistoryMessage sent = Assert.Single(await alice.History.GetMessagesAsync(Bob.Id, cancellationToken: Cancel));
        Assert.False(sent.IsPending);
        Assert.Null(sent.Message.OwnCopy.Hash);
    }

    [Fact]
    public async Task AnsweredMessage_AndItsAnswer_AreThereOnce()
    {
        (Person alice, Person bob) = await KeepersAsync();
        await alice.SayAsync(bob, "question");
        ReceivedMessage question = await bob.NextAsync<TextMessage>();

        QueuedMessage answer = await bob.Client.EnqueueAsync(alice.Id, new TextMessage("answer"), question, Cancel);

        Assert.Equal(["answer", "question", "hi", "hello"], await TextsAsync(bob, alice));
        await answer.Sent;
        await bob.DrainAsync(Postman);
        Assert.Equal(["answer", "question", "hi", "hello"], await TextsAsync(bob, alice));
    }

    /// <summary>A crash between the handing out and the word that it was handled brings a message again.</summary>
    [Fact]
    public async Task HandedOutTwice_IsThereOnce()
    {
        (Person alice, Person bob) = await KeepersAsync();
        await alice.SayAsync(bob, "again");
        await bob.NextAsync<TextMessage>();
        Assert.Equal(["again", "hi", "hello"], await TextsAsync(bob, alice));
        await bob.RestartAsync();
        await bob.NextAsync<TextMessage>();
        await bob.DrainAsync(Postman);

        Assert.Equal(["again", "hi", "hello"], await TextsAsync(bob, alice));
    }

    /// <summary>Bob's laptop has deleted a message for itself before his phone sees either of the two; the phone handles both at the same time.</summary>
    [Fact]
    public async Task DeletedOnAnotherDeviceWhileItIsTaken_IsNotKept()
    {
        Person laptop = Start(BobsIdentity, Keeping);
        await Alice.SayAsync(laptop, "for a moment");
        ReceivedMessage received = await laptop.NextAsync<TextMessage>();

        // The copy in the own swarm stays, as it does on a node that was down.
        await laptop.Client.SendAsync(laptop.Id, new Unsend { Target = received.Reference }, Cancel);
        await using OnionClient onion = _network.Onion();
        await using var phone = new SessionClient(BobsIdentity, onion, Keeping, new HoldingStore(Bob.Store), timeProvider: Clock);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var handled = new List<MessageContent>();
        var end = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task run = phone.HandleAsync(
            (message, _) =>
            {
                lock (handled)
                {
                    handled.Add(message.Content);
                }

                if (message.Text == "end")
                {
                    end.SetResult();
                }

                return default;
            },
            cancellationToken: stop.Token);
        await Alice.SayAsync(laptop, "end");
        await end.Task.WaitAsync(Cancel);
        await stop.CancelAsync();
        await run;

        Assert.Equal(["end"], (await phone.History.GetMessagesAsync(Alice.Id, cancellationToken: Cancel)).Select(x => x.Message.Text));
        Assert.Equal(["end"], handled.OfType<TextMessage>().Select(x => x.Text));
        Assert.Single(handled.OfType<Unsend>());
    }

    [Fact]
    public async Task ConversationsBesideEachOther_EachIsInOrder()
    {
        const int Count = 8;
        Person bob = Start(BobsIdentity, Keeping);
        foreach (Person sender in new[] { Alice, Postman })
        {
            for (int i = 0; i < Count; i++)
            {
                await sender.Client.EnqueueAsync(bob.Id, new TextMessage($"{i}"), cancellationToken: Cancel);
            }
        }

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        int answered = 0;
        await bob.Client.HandleAsync(
            async (message, _) =>
            {
                await bob.Client.EnqueueAsync(message.Sender, new TextMessage($"re: {message.Text}"), message, Cancel);
                if (Interlocked.Increment(ref answered) == 2 * Count)
                {
                    await stop.CancelAsync();
                }
            },
            cancellationToken: stop.Token);

        foreach (Person sender in new[] { Alice, Postman })
        {
            IEnumerable<string?> inOrder = (await HistoryAsync(bob, sender)).Reverse().Select(x => x.Message.Text);
            string?[] questions = [.. inOrder.Where(x => !x!.StartsWith("re: ", StringComparison.Ordinal))];
            Assert.Equal(questions.SelectMany(x => new[] { x, $"re: {x}" }), inOrder);
            Assert.Equal(Count, questions.Distinct().Count());
        }
    }

    /// <summary>Strangers must not be able to fill the store.</summary>
    [Fact]
    public async Task Requests_GoAfterSixtyDays_UnlessTheyWereAcceptedHereOrOnAnotherDevice()
    {
        Person bob = Start(BobsIdentity, Keeping), laptop = Start(BobsIdentity, Keeping);
        await Alice.SayAsync(bob, "from Alice");
        await Postman.SayAsync(bob, "from the postman");
        foreach (Person device in new[] { bob, laptop })
        {
            await device.NextAsync<TextMessage>();
            await device.NextAsync<TextMessage>();
        }

        await bob.SayAsync(Alice, "welcome");
        await laptop.NextAsync<TextMessage>();
        Assert.Equal(["from the postman"], await TextsAsync(bob, Postman));

        Clock.Advance(TimeSpan.FromDays(61));

        foreach (Person device in new[] { bob, laptop })
        {
            Assert.Equal(["welcome", "from Alice"], await TextsAsync(device, Alice));
            Assert.Empty(await TextsAsync(device, Postman));
        }
    }

    [Fact]
    public async Task Request_WithMoreThanAHundredMessages_KeepsTheNewest()
    {
        Person bob = Start(BobsIdentity, Keeping);
        for (int i = 0; i <= 100; i++)
        {
            await Alice.Client.EnqueueAsync(bob.Id, new TextMessage($"{i}"), cancellationToken: Cancel);
        }

        for (int i = 0; i <= 100; i++)
        {
            await bob.NextAsync<TextMessage>();
        }

        Assert.Equal(100, (await bob.Client.History.GetMessagesAsync(Alice.Id, limit: IMessageHistory.MaxPage, cancellationToken: Cancel)).Count);
    }

    private async Task<(Person Alice, Person Bob)> KeepersAsync()
    {
        Person alice = Start(AlicesIdentity, Keeping), bob = Start(BobsIdentity, Keeping);
        await BefriendAsync(alice, bob);
        await Task.WhenAll(alice.DrainAsync(Postman), bob.DrainAsync(Postman));
        return (alice, bob);
    }

    private async Task<IReadOnlyList<HistoryMessage>> HistoryAsync(Person person, Person other) =>
        await person.Client.History.GetMessagesAsync(other.Id, cancellationToken: Cancel);

    private async Task<IEnumerable<string?>> TextsAsync(Person person, Person other) => (await HistoryAsync(person, other)).Select(x => x.Message.Text);
}
