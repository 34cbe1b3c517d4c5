using Session.Protocol.Client.Conversations;
using Session.Protocol.Messages;

namespace Session.Protocol.Client.Tests.Conversations;

/// <summary>Disappearing messages (protocol/13 §5).</summary>
public sealed class DisappearingTests(ConversationNetwork network) : ConversationTestBase(network)
{
    [Fact]
    public async Task SetDisappearingAsync_AppliesToWhatISend_NotToWhatTheySend()
    {
        await BefriendAsync();
        var daily = Expiration.AfterSend(ExpirationTimers.OneDay);

        SentMessage notice = await Alice.With(Bob).SetDisappearingAsync(daily, Cancel);
        await Alice.SayAsync(Bob, "mine");

        ReceivedMessage told = await Bob.NextAsync<ExpirationTimerUpdate>();
        Assert.Equal((daily, ContactChanges.Expiration), (told.Content.Expiration, told.Changes));
        AssertIn(ExpirationTimers.OneDay, notice.ExpiresAt);
        AssertIn(ExpirationTimers.OneDay, told.ExpiresAt);
        Assert.Equal(daily, (await Bob.NextAsync<TextMessage>()).Content.Expiration);
        Contact alice = await Bob.ContactAsync(Alice);
        Assert.Equal((Expiration.Off, daily), (alice.Expiration, alice.TheirExpiration));

        await Bob.SayAsync(Alice, "yours");
        ReceivedMessage yours = await Alice.NextAsync<TextMessage>();
        Assert.Equal((Expiration.Off, (DateTimeOffset?)null), (yours.Content.Expiration, yours.ExpiresAt));
    }

    [Fact]
    public async Task SetDisappearingAsync_Off_EndsIt()
    {
        await BefriendAsync();
        await Alice.With(Bob).SetDisappearingAsync(Expiration.AfterSend(ExpirationTimers.OneDay), Cancel);
        await Alice.With(Bob).SetDisappearingAsync(Expiration.Off, Cancel);

        SentMessage sent = await Alice.SayAsync(Bob, "stays");

        Assert.Null(sent.ExpiresAt);
        await Bob.NextAsync<ExpirationTimerUpdate>();
        await Bob.NextAsync<ExpirationTimerUpdate>();
        Assert.Equal(Expiration.Off, (await Bob.NextAsync<TextMessage>()).Content.Expiration);
        Assert.Equal(Expiration.Off, (await Bob.ContactAsync(Alice)).TheirExpiration);
    }

    [Fact]
    public async Task SetDisappearingAsync_NetworkFails_ChangesNothing()
    {
        await BefriendAsync();
        Alice.Swarm.FailsStores = true;

        await Assert.ThrowsAsync<Onion.OnionException>(() => Alice.With(Bob).SetDisappearingAsync(Expiration.AfterSend(ExpirationTimers.OneDay), Cancel).AsTask());

        Assert.Equal(Expiration.Off, (await Alice.ContactAsync(Bob)).Expiration);
    }

    [Fact]
    public async Task SetDisappearingAsync_OnAnotherDevice_AppliesHereToo()
    {
        Person laptop = Start(AlicesIdentity);
        await BefriendAsync();
        await laptop.DrainAsync(Postman);

        await Alice.With(Bob).SetDisappearingAsync(Expiration.AfterRead(ExpirationTimers.FiveMinutes), Cancel);
        ReceivedMessage copy = await laptop.NextAsync<ExpirationTimerUpdate>();

        Assert.True(copy.IsOwn);
        Assert.Equal(Expiration.AfterRead(ExpirationTimers.FiveMinutes), (await laptop.ContactAsync(Bob)).Expiration);
    }

    [Fact]
    public async Task AfterSend_IsStoredForItsTimerOnBothSides_AndGoesWhenTheSwarmSaysSo()
    {
        await BefriendAsync();
        Alice.Swarm.Stored.Clear();
        var arbitrary = TimeSpan.FromSeconds(4_711);

        SentMessage sent = await Alice.Client.SendAsync(Bob.Id, new TextMessage("soon gone") { Expiration = Expiration.AfterSend(arbitrary) }, Cancel);
        Clock.Advance(TimeSpan.FromMinutes(10));
        ReceivedMessage received = await Bob.NextAsync<TextMessage>();

        Assert.Equal([(Bob.Id, arbitrary), (Alice.Id, arbitrary)], Alice.Swarm.Stored);
        Assert.InRange((received.ExpiresAt - sent.ExpiresAt)!.Value, -Slack, Slack);
        AssertIn(arbitrary - TimeSpan.FromMinutes(10), received.ExpiresAt);
    }

    [Fact]
    public async Task AfterSend_Unfetched_NeverArrives()
    {
        await BefriendAsync();
        await Alice.Client.SendAsync(Bob.Id, new TextMessage("too late") { Expiration = Expiration.AfterSend(ExpirationTimers.FiveSeconds) }, Cancel);

        Clock.Advance(TimeSpan.FromMinutes(1));

        Assert.Empty(await Bob.DrainAsync(Postman));
    }

    [Fact]
    public async Task AfterRead_IsStoredTwoWeeksAtTheRecipientAndForItsTimerAtHome()
    {
        Person laptop = Start(AlicesIdentity);
        await BefriendAsync();
        await laptop.DrainAsync(Postman);
        Alice.Swarm.Stored.Clear();

        SentMessage sent = await Alice.Client.SendAsync(Bob.Id, new TextMessage("burn") { Expiration = Expiration.AfterRead(ExpirationTimers.OneHour) }, Cancel);

        Assert.Equal([(Bob.Id, ExpirationTimers.TwoWeeks), (Alice.Id, ExpirationTimers.OneHour)], Alice.Swarm.Stored);
        AssertIn(ExpirationTimers.OneHour, sent.ExpiresAt);
        AssertIn(ExpirationTimers.OneHour, (await laptop.NextAsync<TextMessage>()).ExpiresAt);
    }

    [Fact]
    public async Task CallsAndNotices_AfterSendBecomesAfterRead_TheirStorageTimesStay()
    {
        await BefriendAsync();
        await Alice.With(Bob).SetDisappearingAsync(Expiration.AfterSend(ExpirationTimers.TwelveHours), Cancel);
        await Bob.NextAsync<ExpirationTimerUpdate>();
        Alice.Swarm.Stored.Clear();

        await Alice.With(Bob).NotifyDataExtractionAsync(DataExtractionKind.Screenshot, cancellationToken: Cancel);
        await Alice.With(Bob).SendCallSignalAsync(new CallSignal { Type = CallSignalType.PreOffer, CallId = "call" }, Cancel);

        Assert.Equal([(Bob.Id, ExpirationTimers.TwoWeeks), (Bob.Id, TimeSpan.FromMinutes(5))], Alice.Swarm.Stored);
        Assert.Equal(Expiration.AfterRead(ExpirationTimers.TwelveHours), (await Bob.NextAsync<DataExtractionNotice>()).Content.Expiration);
        Assert.Equal(Expiration.AfterRead(ExpirationTimers.TwelveHours), (await Bob.NextAsync<CallSignal>()).Content.Expiration);
    }

    [Fact]
    public async Task NoteToSelf_DisappearsAfterSendingOnly()
    {
        Person laptop = Start(AlicesIdentity);
        await Assert.ThrowsAsync<ArgumentException>(
            () => Alice.Conversations.NoteToSelf.SetDisappearingAsync(Expiration.AfterRead(ExpirationTimers.OneDay), Cancel).AsTask());

        await Alice.Conversations.NoteToSelf.SetDisappearingAsync(Expiration.AfterSend(ExpirationTimers.OneDay), Cancel);
        await Alice.Conversations.NoteToSelf.SendTextAsync("milk", Cancel);

        await laptop.NextAsync<ExpirationTimerUpdate>();
        AssertIn(ExpirationTimers.OneDay, (await laptop.NextAsync<TextMessage>()).ExpiresAt);
        Assert.Equal(Expiration.AfterSend(ExpirationTimers.OneDay), (await laptop.ContactAsync(Alice)).Expiration);
    }

    private void AssertIn(TimeSpan timer, DateTimeOffset? time) => Assert.InRange(time!.Value, Clock.GetUtcNow() + timer - Slack, Clock.GetUtcNow() + timer);
}
