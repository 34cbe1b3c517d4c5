using Session.Protocol.Accounts;
using Session.Protocol.Client.Conversations;
using Session.Protocol.Messages;
using Session.Protocol.Onion;

namespace Session.Protocol.Client.Tests.Conversations;

/// <summary>Message requests (protocol/13 §2) and blocks (§16).</summary>
public sealed class RequestTests(ConversationNetwork network) : ConversationTestBase(network)
{
    [Fact]
    public async Task SendAsync_ToAStranger_IsARequestOnBothSides()
    {
        await Alice.SayAsync(Bob, "hello");
        ReceivedMessage hello = await Bob.NextAsync<TextMessage>();

        Assert.Equal(ContactChanges.Requested, hello.Changes);
        Assert.Equal(ContactStatus.IncomingRequest, (await Bob.ContactAsync(Alice)).Status);
        Assert.Equal(ContactStatus.OutgoingRequest, (await Alice.ContactAsync(Bob)).Status);
    }

    [Fact]
    public async Task SendAsync_AnswerToARequest_SendsTheResponseOnce()
    {
        await Alice.SayAsync(Bob, "hello");
        await Bob.NextAsync<TextMessage>();

        await Bob.SayAsync(Alice, "one");
        await Bob.SayAsync(Alice, "two");

        IReadOnlyList<ReceivedMessage> received = await Alice.DrainAsync(Postman);
        Assert.Equal(["one", "two"], received.Where(x => x.Content is TextMessage).Select(x => x.Text));
        Assert.Equal(ContactChanges.Accepted, received[0].Changes);
        Assert.All(received.Skip(1), x => Assert.Equal(ContactChanges.None, x.Changes));
        Assert.Equal(3, Bob.Swarm.Stored.Count(x => x.Account == Alice.Id));
        Assert.Equal(ContactStatus.Accepted, (await Alice.ContactAsync(Bob)).Status);
        Assert.Equal(ContactStatus.Accepted, (await Bob.ContactAsync(Alice)).Status);
    }

    [Fact]
    public async Task SendAsync_AnswerWhileHandlingTheFirstMessage_KnowsTheRequestAlready()
    {
        await Alice.SayAsync(Bob, "hello");
        await foreach (ReceivedMessage message in Bob.Client.ReceiveAsync(Cancel))
        {
            await Bob.Conversations.Open(message.Conversation).ReplyAsync(message.Reference, "echo", Cancel);
            break;
        }

        Assert.Equal(Alice.Id, Assert.IsType<TextMessage>((await Alice.NextAsync<TextMessage>()).Content).Quote?.Author);
    }

    [Fact]
    public async Task SendAsync_NetworkRefusesResponseAndAnswer_TheNextAnswerAccepts()
    {
        await Alice.SayAsync(Bob, "hello");
        await Bob.NextAsync<TextMessage>();
        Bob.Swarm.FailsStores = true;

        await Assert.ThrowsAsync<OnionException>(() => Bob.SayAsync(Alice, "hi").AsTask());
        Bob.Swarm.FailsStores = false;
        await Bob.SayAsync(Alice, "again");

        // The response goes beside the answer: whichever arrives first says it.
        ReceivedMessage next;
        var changes = ContactChanges.None;
        do
        {
            next = await Alice.NextAsync<MessageContent>();
            changes |= next.Changes;
        }
        while (next.Text is null);

        Assert.Equal(("again", ContactChanges.Accepted), (next.Text, changes));
        Assert.Equal(ContactStatus.Accepted, (await Alice.ContactAsync(Bob)).Status);
    }

    [Fact]
    public async Task EnqueueAsync_AnswerInOneCommit_KeepsWhatTheMessageChanged()
    {
        await Alice.SayAsync(Bob, "hello");
        ReceivedMessage hello = await Bob.NextAsync<TextMessage>();

        QueuedMessage answer = await Bob.Client.EnqueueAsync(Alice.Id, new TextMessage("hi"), hello, Cancel);
        await answer.Sent;
        await Bob.RestartAsync();

        Assert.Equal("hi", (await Alice.NextAsync<TextMessage>()).Text);
        Assert.Empty(await Bob.DrainAsync(Postman));
        Assert.Equal(ContactStatus.Accepted, (await Bob.ContactAsync(Alice)).Status);
    }

    [Fact]
    public async Task EnqueueAsync_ToABlockedContactOrOfNothing_Throws()
    {
        await Bob.With(Alice).BlockAsync(Cancel);

        await Assert.ThrowsAsync<InvalidOperationException>(() => Bob.Client.EnqueueAsync(Alice.Id, new TextMessage("hi"), cancellationToken: Cancel).AsTask());
        await Assert.ThrowsAsync<ArgumentException>(() => Alice.Client.EnqueueAsync(Bob.Id, new TextMessage(), cancellationToken: Cancel).AsTask());
    }

    [Fact]
    public async Task SendAsync_TooLargeAnswer_AcceptsNobody()
    {
        await Alice.SayAsync(Bob, "hello");
        await Bob.NextAsync<TextMessage>();
        var tooLarge = new TextMessage("files") { Attachments = [.. Enumerable.Range(0, 20).Select(_ => new AttachmentPointer { Url = new string('u', 4_000) })] };

        await Assert.ThrowsAsync<ArgumentException>(() => Bob.With(Alice).SendAsync(tooLarge, Cancel).AsTask());

        Assert.Equal(ContactStatus.IncomingRequest, (await Bob.ContactAsync(Alice)).Status);
        Assert.Empty(Bob.Swarm.Stored);
    }

    [Fact]
    public async Task AcceptAsync_Request_TellsTheSenderWithTheProfile()
    {
        await Bob.Conversations.SetProfileAsync(new UserProfile { DisplayName = "Bob" }, Cancel);
        await Alice.SayAsync(Bob, "hello");
        await Bob.NextAsync<TextMessage>();

        Assert.NotNull(await Bob.With(Alice).AcceptAsync(Cancel));
        Assert.Null(await Bob.With(Alice).AcceptAsync(Cancel));

        ReceivedMessage response = await Alice.NextAsync<MessageRequestResponse>();
        Assert.Equal(ContactChanges.Accepted | ContactChanges.Profile, response.Changes);
        Assert.Equal("Bob", (await Alice.ContactAsync(Bob)).Profile?.DisplayName);
    }

    [Fact]
    public async Task AcceptAsync_WithoutARequest_SendsNothing()
    {
        Assert.Null(await Bob.With(Alice).AcceptAsync(Cancel));

        Assert.Equal(ContactStatus.Unknown, (await Bob.ContactAsync(Alice)).Status);
        Assert.Empty(Bob.Swarm.Stored);
    }

    [Fact]
    public async Task DeclineAsync_Request_IsForgottenSilentlyAndANewMessageIsANewRequest()
    {
        await Alice.SayAsync(Bob, "hello");
        await Bob.NextAsync<TextMessage>();

        Assert.True(await Bob.With(Alice).DeclineAsync(Cancel));
        Assert.False(await Bob.With(Alice).DeclineAsync(Cancel));
        Assert.Equal(ContactStatus.Unknown, (await Bob.ContactAsync(Alice)).Status);
        Assert.Empty(Bob.Swarm.Stored);

        await Alice.SayAsync(Bob, "please");
        Assert.Equal(ContactChanges.Requested, (await Bob.NextAsync<TextMessage>()).Changes);
    }

    [Fact]
    public async Task IncomingRequest_GetsNeitherReceiptsNorTypingNorNoticesAndSendsNone()
    {
        await Alice.SayAsync(Bob, "hello");
        ReceivedMessage hello = await Bob.NextAsync<TextMessage>();

        await Bob.With(Alice).MarkReadAsync([hello], Cancel);
        Assert.Null(await Bob.With(Alice).StartTypingAsync(Cancel));
        Assert.Null(await Bob.With(Alice).NotifyDataExtractionAsync(DataExtractionKind.MediaSaved, hello.Reference, Cancel));
        await Assert.ThrowsAsync<InvalidOperationException>(() => Bob.With(Alice).SetDisappearingAsync(Expiration.AfterSend(ExpirationTimers.OneDay), Cancel).AsTask());
        Assert.Empty(Bob.Swarm.Stored);

        Assert.NotNull(await Alice.With(Bob).StartTypingAsync(Cancel));
        await Alice.With(Bob).SendCallSignalAsync(new CallSignal { Type = CallSignalType.PreOffer, CallId = "call" }, Cancel);
        Assert.Empty(await Bob.DrainAsync(Postman));
        Assert.False(Bob.With(Alice).IsTyping);
    }

    [Fact]
    public async Task OutgoingRequest_SendsTypingAndTakesCalls_TimersWaitForTheAnswer()
    {
        await Alice.SayAsync(Bob, "hello");

        Assert.NotNull(await Alice.With(Bob).StartTypingAsync(Cancel));
        await Assert.ThrowsAsync<InvalidOperationException>(() => Alice.With(Bob).SetDisappearingAsync(Expiration.AfterSend(ExpirationTimers.OneDay), Cancel).AsTask());

        await Bob.Client.SendAsync(Alice.Id, new CallSignal { Type = CallSignalType.Offer, CallId = "call", Sdps = ["sdp"] }, Cancel);
        ReceivedMessage call = await Alice.NextAsync<CallSignal>();
        Assert.Equal(Bob.Id, call.Conversation);
    }

    [Fact]
    public async Task BlockAsync_WhatTheySendIsDropped_AlsoAfterTheBlockHasEnded()
    {
        await BefriendAsync();
        await Bob.With(Alice).BlockAsync(Cancel);
        await Alice.SayAsync(Bob, "while blocked");
        Assert.Empty(await Bob.DrainAsync(Postman));
        Assert.Equal(ContactStatus.Blocked, (await Bob.ContactAsync(Alice)).Status);

        await Bob.With(Alice).UnblockAsync(Cancel);
        await Bob.RestartAsync();
        await Alice.SayAsync(Bob, "after");

        ReceivedMessage[] received = [.. (await Bob.DrainAsync(Postman)).Where(x => x.Sender == Alice.Id)];
        Assert.Equal("after", Assert.Single(received).Text);
        Assert.Equal(ContactStatus.Accepted, (await Bob.ContactAsync(Alice)).Status);
    }

    [Fact]
    public async Task BlockAsync_NothingIsSentToThem()
    {
        await BefriendAsync();
        await Bob.With(Alice).BlockAsync(Cancel);
        int before = Bob.Swarm.Stored.Count;

        await Assert.ThrowsAsync<InvalidOperationException>(() => Bob.SayAsync(Alice, "psst").AsTask());
        await Assert.ThrowsAsync<InvalidOperationException>(() => Bob.Client.SendTextAsync(Alice.Id, "psst", Cancel).AsTask());
        Assert.Null(await Bob.With(Alice).StartTypingAsync(Cancel));

        Assert.Equal(before, Bob.Swarm.Stored.Count);
        await Assert.ThrowsAsync<InvalidOperationException>(() => Bob.Conversations.NoteToSelf.BlockAsync(Cancel).AsTask());
    }

    [Fact]
    public async Task State_SurvivesARestart()
    {
        await Alice.Conversations.SetProfileAsync(new UserProfile { DisplayName = "Alice", PictureUrl = "http://files/1", PictureKey = new byte[32] }, Cancel);
        await BefriendAsync();
        await Bob.With(Alice).SetDisappearingAsync(Expiration.AfterSend(ExpirationTimers.OneWeek), Cancel);
        await Bob.With(Alice).BlockAsync(Cancel);
        Contact before = await Bob.ContactAsync(Alice);

        await Bob.RestartAsync();

        Assert.Equal(before, await Bob.ContactAsync(Alice));
        Assert.Equal([before], await Bob.Conversations.ListContactsAsync(Cancel));
        Assert.True(before is { IsBlocked: true, IsApproved: true, HasApprovedUs: true, Profile.HasPicture: true });
        Assert.Equal(Expiration.AfterSend(ExpirationTimers.OneWeek), before.Expiration);
    }

    [Fact]
    public async Task ReceiveAsync_CrashWhileHandling_BringsTheMessageAndItsEffectAgain()
    {
        await Alice.SayAsync(Bob, "hello");
        Assert.Equal(ContactChanges.Requested, (await Bob.NextAsync<TextMessage>()).Changes);

        await Bob.RestartAsync();

        Assert.Equal(ContactStatus.Unknown, (await Bob.ContactAsync(Alice)).Status);
        Assert.Equal(ContactChanges.Requested, (await Bob.NextAsync<TextMessage>()).Changes);
        Assert.Equal(ContactStatus.IncomingRequest, (await Bob.ContactAsync(Alice)).Status);
    }

    [Fact]
    public async Task ReceiveAsync_HandlerStoppedInTheMiddle_SaysTheSameAgain()
    {
        await Alice.SayAsync(Bob, "hello");
        for (int i = 0; i < 2; i++)
        {
            await foreach (ReceivedMessage message in Bob.Client.ReceiveAsync(Cancel))
            {
                Assert.Equal(ContactChanges.Requested, message.Changes);
                break;
            }
        }
    }

    [Fact]
    public async Task UnansweredRequest_IsForgottenAfterTwoMonths_AFriendIsNot()
    {
        using var carolsIdentity = SessionIdentity.Create();
        Person carol = Start(carolsIdentity);
        await BefriendAsync();
        await carol.SayAsync(Bob, "hello");
        await Bob.NextAsync<TextMessage>();
        await Bob.DrainAsync(Alice);

        Clock.Advance(TimeSpan.FromDays(61));

        Assert.Equal(ContactStatus.Unknown, (await Bob.ContactAsync(carol)).Status);
        Assert.Equal(ContactStatus.Accepted, (await Bob.ContactAsync(Alice)).Status);
    }

    [Fact]
    public async Task ForgetAsync_Friend_IsAStrangerAgain()
    {
        await BefriendAsync();

        await Bob.With(Alice).ForgetAsync(Cancel);

        Assert.Equal(ContactStatus.Unknown, (await Bob.ContactAsync(Alice)).Status);
        Assert.Empty(await Bob.Conversations.ListContactsAsync(Cancel));
    }

    [Fact]
    public async Task ReceiveAsync_RefusalOrResponseThatSaysNothingNew_IsDropped()
    {
        await BefriendAsync();
        await Bob.Client.SendAsync(Alice.Id, new MessageRequestResponse(), Cancel);

        Assert.Empty(await Alice.DrainAsync(Postman));
        await Assert.ThrowsAsync<ArgumentException>(() => Bob.Client.SendAsync(Alice.Id, new MessageRequestResponse { IsApproved = false }, Cancel).AsTask());
    }

    [Fact]
    public async Task SendAsync_FromAnotherDevice_ApprovesHereToo()
    {
        Person laptop = Start(AlicesIdentity);
        await Alice.SayAsync(Bob, "from the phone");

        ReceivedMessage copy = await laptop.NextAsync<TextMessage>();

        Assert.True(copy is { IsOwn: true, IsRead: true });
        Assert.Equal(Bob.Id, copy.Conversation);
        Assert.Equal(ContactStatus.OutgoingRequest, (await laptop.ContactAsync(Bob)).Status);
    }
}
