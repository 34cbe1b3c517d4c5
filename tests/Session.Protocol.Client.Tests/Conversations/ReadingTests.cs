using Session.Protocol.Client.Conversations;
using Session.Protocol.Client.Stores;
using Session.Protocol.Messages;
using Session.Protocol.Onion.Storage;
using Session.Protocol.Onion.Storage.Results;

namespace Session.Protocol.Client.Tests.Conversations;

/// <summary>Read state and receipts (protocol/13 §4), and the timers that reading starts (§5.4).</summary>
public sealed class ReadingTests(ConversationNetwork network) : ConversationTestBase(network)
{
    private static readonly Expiration AnHour = Expiration.AfterRead(ExpirationTimers.OneHour);

    [Fact]
    public async Task MarkReadAsync_SeveralMessages_OneReceiptNamesThemAll()
    {
        await BefriendAsync();
        SentMessage[] sent = [await Alice.SayAsync(Bob, "one"), await Alice.SayAsync(Bob, "two")];
        ReceivedMessage[] received = [await Bob.NextAsync(), await Bob.NextAsync()];

        IReadOnlyList<ReceivedMessage> read = await Bob.With(Alice).MarkReadAsync(received, Cancel);
        ReceivedMessage receipt = await Alice.NextAsync<ReadReceipt>();

        Assert.Equal(sent.Select(x => x.Reference.SentTimestampMs), Assert.IsType<ReadReceipt>(receipt.Content).Timestamps);
        Assert.Equal(Bob.Id, receipt.Conversation);
        Assert.All(read, x => Assert.True(x is { IsRead: true, ExpiresAt: null }));
        await Bob.With(Alice).MarkReadAsync(read, Cancel);
        Assert.Empty(await Alice.DrainAsync(Postman));
        Assert.Equal(received[^1].SentAt, (await Bob.ContactAsync(Alice)).ReadUpTo);
    }

    [Fact]
    public async Task ReadReceipts_Off_NeitherSentNorDelivered()
    {
        Person quiet = Start(BobsIdentity, TestNetwork.Eager);
        await BefriendAsync(bob: quiet);
        await Alice.SayAsync(quiet, "one");
        ReceivedMessage one = await quiet.NextAsync<TextMessage>();
        quiet.Swarm.Stored.Clear();
        Assert.True((await quiet.With(Alice).MarkReadAsync([one], Cancel))[0].IsRead);
        Assert.Empty(quiet.Swarm.Stored);

        await quiet.SayAsync(Alice, "two");
        await Alice.With(quiet).MarkReadAsync([await Alice.NextAsync<TextMessage>()], Cancel);

        Assert.Empty(await quiet.DrainAsync(Postman));
        await Assert.ThrowsAsync<InvalidOperationException>(() => quiet.Client.SendAsync(Alice.Id, new ReadReceipt { Timestamps = [1] }, Cancel).AsTask());
    }

    [Fact]
    public async Task MarkReadAsync_AfterReadMessage_StartsTheTimerAndShortensTheStorage()
    {
        await BefriendAsync();
        await Alice.With(Bob).SetDisappearingAsync(AnHour, Cancel);
        await Bob.NextAsync<ExpirationTimerUpdate>();
        await Alice.SayAsync(Bob, "burn after reading");
        ReceivedMessage received = await Bob.NextAsync<TextMessage>();
        Assert.Null(received.ExpiresAt);
        Assert.Equal(AnHour, received.Content.Expiration);

        ReceivedMessage read = (await Bob.With(Alice).MarkReadAsync([received], Cancel))[0];

        AssertIn(ExpirationTimers.OneHour, read.ExpiresAt);
        StoredMessage? stored = await StoredAsync(received);
        Assert.Equal(read.ExpiresAt!.Value.ToUnixTimeMilliseconds(), stored!.Expiration);
        Assert.Empty(await Bob.Store.ListStatesAsync(AccountStateKind.ReadTimer, Cancel));
        Clock.Advance(ExpirationTimers.OneHour + TimeSpan.FromMinutes(1));
        Assert.Null(await StoredAsync(received));
    }

    [Fact]
    public async Task MarkReadAsync_SwarmCannotBeTold_IsToldAfterARestart()
    {
        await BefriendAsync();
        await Alice.Client.SendAsync(Bob.Id, new TextMessage("burn") { Expiration = AnHour }, Cancel);
        ReceivedMessage received = await Bob.NextAsync<TextMessage>();
        Bob.Swarm.FailsRequests = true;

        ReceivedMessage read = (await Bob.With(Alice).MarkReadAsync([received], Cancel))[0];
        AssertIn(ExpirationTimers.OneHour, read.ExpiresAt);
        Assert.Single(await Bob.Store.ListStatesAsync(AccountStateKind.ReadTimer, Cancel));

        await Bob.RestartAsync();
        await Bob.DrainAsync(Postman);
        await Bob.DrainAsync(Postman);
        Assert.Empty(await Bob.Store.ListStatesAsync(AccountStateKind.ReadTimer, Cancel));
        Assert.Equal(read.ExpiresAt!.Value.ToUnixTimeMilliseconds(), (await StoredAsync(received))!.Expiration);
    }

    [Fact]
    public async Task MarkReadAsync_MessageIsGoneFromTheSwarm_IsExpiredNow()
    {
        await BefriendAsync();
        await Alice.Client.SendAsync(Bob.Id, new TextMessage("burn") { Expiration = AnHour }, Cancel);
        ReceivedMessage received = await Bob.NextAsync<TextMessage>();
        await Bob.Swarm.SendAsync(StorageRequest.Delete(SwarmCredentials.ForAccount(BobsIdentity), [received.Hash]), Cancel);

        ReceivedMessage read = (await Bob.With(Alice).MarkReadAsync([received], Cancel))[0];

        AssertIn(TimeSpan.Zero, read.ExpiresAt);
    }

    [Fact]
    public async Task MarkReadAsync_AnotherDeviceHasReadItBefore_KeepsTheEarlierTime()
    {
        Person laptop = Start(BobsIdentity);
        await BefriendAsync();
        await Alice.Client.SendAsync(Bob.Id, new TextMessage("burn") { Expiration = AnHour }, Cancel);
        ReceivedMessage onThePhone = await Bob.NextAsync<TextMessage>();
        ReceivedMessage onTheLaptop;
        do
        {
            onTheLaptop = await laptop.NextAsync();
        }
        while (onTheLaptop.Text != "burn");

        ReceivedMessage first = (await Bob.With(Alice).MarkReadAsync([onThePhone], Cancel))[0];
        Clock.Advance(TimeSpan.FromMinutes(20));
        ReceivedMessage second = (await laptop.With(Alice).MarkReadAsync([onTheLaptop], Cancel))[0];

        Assert.Equal(first.ExpiresAt!.Value.ToUnixTimeMilliseconds(), second.ExpiresAt!.Value.ToUnixTimeMilliseconds());
    }

    [Fact]
    public async Task ReceiveAsync_SentBeforeWhatWasRead_CountsAsReadAndItsTimerRuns()
    {
        await BefriendAsync();

        // The older message lies elsewhere when the newer one is read.
        SentMessage older = await Alice.Client.SendAsync(Bob.Id, new TextMessage("older") { Expiration = AnHour }, Cancel);
        await Alice.SayAsync(Bob, "newer");
        ReceivedMessage first = await Bob.NextAsync<TextMessage>();
        ReceivedMessage newer = await Bob.NextAsync<TextMessage>();
        Assert.Equal(older.SentAt, first.SentAt);
        Person laptop = Start(BobsIdentity);
        await laptop.With(Alice).MarkReadAsync([newer], Cancel);

        ReceivedMessage late;
        do
        {
            late = await laptop.NextAsync();
        }
        while (late.Text != "older");

        Assert.True(late.IsRead);
        AssertIn(ExpirationTimers.OneHour, late.ExpiresAt);
        await laptop.DrainAsync(Postman);
        await laptop.DrainAsync(Postman);
        Assert.Equal(late.ExpiresAt!.Value.ToUnixTimeMilliseconds(), (await StoredAsync(late))!.Expiration);
    }

    [Fact]
    public async Task MarkReadAsync_MessageFromTheFuture_DoesNotMakeLaterOnesRead()
    {
        await BefriendAsync();
        await Bob.SayAsync(Alice, "seed");
        ReceivedMessage seed = await Alice.NextAsync<TextMessage>();

        await Alice.With(Bob).MarkReadAsync([seed with { SentAt = DateTimeOffset.MaxValue }], Cancel);
        Clock.Advance(TimeSpan.FromMinutes(1));
        await Bob.SayAsync(Alice, "later");

        Assert.False((await Alice.NextAsync<TextMessage>()).IsRead);
    }

    [Fact]
    public async Task SendAsync_FromAnotherDevice_ReadsTheConversationUpToIt()
    {
        Person laptop = Start(AlicesIdentity);
        SentMessage sent = await Alice.SayAsync(Bob, "hello");

        await laptop.NextAsync<TextMessage>();

        Assert.Equal(sent.SentAt, (await laptop.ContactAsync(Bob)).ReadUpTo);
    }

    [Fact]
    public async Task MarkReadAsync_Misuse_Throws()
    {
        await BefriendAsync();
        await Alice.SayAsync(Bob, "hello");
        ReceivedMessage message = await Bob.NextAsync<TextMessage>();

        await Assert.ThrowsAsync<ArgumentNullException>(() => Bob.With(Alice).MarkReadAsync(null!, Cancel).AsTask());
        await Assert.ThrowsAsync<ArgumentException>(() => Bob.With(Postman).MarkReadAsync([message], Cancel).AsTask());
        await Assert.ThrowsAsync<ArgumentException>(() => Bob.With(Alice).MarkReadAsync([message with { Hash = "none" }], Cancel).AsTask());
        Assert.Empty(await Bob.With(Alice).MarkReadAsync([], Cancel));
    }

    private Task<StoredMessage?> StoredAsync(ReceivedMessage message) => Bob.Swarm.FindAsync(SwarmCredentials.ForAccount(BobsIdentity), message.Hash, Cancel);

    private void AssertIn(TimeSpan timer, DateTimeOffset? time) => Assert.InRange(time!.Value, Clock.GetUtcNow() + timer - Slack, Clock.GetUtcNow() + timer);
}
