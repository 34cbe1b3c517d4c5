using Session.Protocol.Client.Conversations;
using Session.Protocol.Messages;

namespace Session.Protocol.Client.Tests.Conversations;

/// <summary>Typing indicators (protocol/13 §3).</summary>
public sealed class TypingTests(ConversationNetwork network) : ConversationTestBase(network)
{
    [Fact]
    public async Task StartTypingAsync_IsShownForFifteenSeconds()
    {
        await BefriendAsync();
        await Alice.With(Bob).StartTypingAsync(Cancel);

        ReceivedMessage typing = await Bob.NextAsync<TypingIndicator>();

        Assert.True(Bob.With(Alice).IsTyping);
        Assert.InRange(typing.ExpiresAt!.Value, Clock.GetUtcNow() + TypingTimes.Shown - Slack, Clock.GetUtcNow() + TypingTimes.Shown);
        Clock.Advance(TypingTimes.Shown);
        Assert.False(Bob.With(Alice).IsTyping);
    }

    [Fact]
    public async Task StartTypingAsync_ForEveryKey_IsSentEveryTenSeconds()
    {
        await BefriendAsync();

        Assert.NotNull(await Alice.With(Bob).StartTypingAsync(Cancel));
        Assert.Null(await Alice.With(Bob).StartTypingAsync(Cancel));
        Clock.Advance(TypingTimes.Repeat);
        Assert.NotNull(await Alice.With(Bob).StartTypingAsync(Cancel));
    }

    [Fact]
    public async Task StopTypingAsync_HidesIt_AndIsSentOnlyIfItIsShown()
    {
        await BefriendAsync();
        Assert.Null(await Alice.With(Bob).StopTypingAsync(Cancel));

        await Alice.With(Bob).StartTypingAsync(Cancel);
        await Bob.NextAsync<TypingIndicator>();
        Assert.NotNull(await Alice.With(Bob).StopTypingAsync(Cancel));

        Assert.False(Assert.IsType<TypingIndicator>((await Bob.NextAsync()).Content).IsTyping);
        Assert.False(Bob.With(Alice).IsTyping);
    }

    [Fact]
    public async Task SendTextAsync_EndsTypingWithoutAWord()
    {
        await BefriendAsync();
        await Alice.With(Bob).StartTypingAsync(Cancel);
        await Bob.NextAsync<TypingIndicator>();

        await Alice.SayAsync(Bob, "done");
        Assert.Null(await Alice.With(Bob).StopTypingAsync(Cancel));
        await Bob.NextAsync<TextMessage>();

        Assert.False(Bob.With(Alice).IsTyping);
    }

    [Fact]
    public async Task TypingIndicator_IsStoredForTwentySecondsAndLeavesNoCopy()
    {
        await BefriendAsync();
        Alice.Swarm.Stored.Clear();

        await Alice.With(Bob).StartTypingAsync(Cancel);

        Assert.Equal([(Bob.Id, TimeSpan.FromSeconds(20))], Alice.Swarm.Stored);
    }

    [Fact]
    public async Task TypingIndicators_Off_NeitherSentNorDelivered()
    {
        Person quiet = Start(BobsIdentity, TestNetwork.Eager);
        await BefriendAsync(bob: quiet);
        await Alice.With(quiet).StartTypingAsync(Cancel);

        Assert.Empty(await quiet.DrainAsync(Postman));
        Assert.False(quiet.With(Alice).IsTyping);
        Assert.Null(await quiet.With(Alice).StartTypingAsync(Cancel));
        await Assert.ThrowsAsync<InvalidOperationException>(() => quiet.Client.SendAsync(Alice.Id, new TypingIndicator { IsTyping = true }, Cancel).AsTask());
    }

    [Fact]
    public async Task StartTypingAsync_NetworkFails_MayBeTriedAgainAtOnce()
    {
        await BefriendAsync();
        Alice.Swarm.FailsStores = true;
        await Assert.ThrowsAsync<Onion.OnionException>(() => Alice.With(Bob).StartTypingAsync(Cancel).AsTask());
        Alice.Swarm.FailsStores = false;

        Assert.NotNull(await Alice.With(Bob).StartTypingAsync(Cancel));
    }

    [Fact]
    public async Task NoteToSelf_HasNoTyping()
    {
        Assert.Null(await Alice.Conversations.NoteToSelf.StartTypingAsync(Cancel));
        await Assert.ThrowsAsync<ArgumentException>(() => Alice.Client.SendAsync(Alice.Id, new TypingIndicator { IsTyping = true }, Cancel).AsTask());
    }
}
