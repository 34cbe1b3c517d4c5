using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using Session.Protocol.Accounts;
using Session.Protocol.Client.Stores;
using Session.Protocol.LocalNetwork;
using Session.Protocol.Messages;
using Session.Protocol.Onion.Storage;
using Session.Protocol.Onion.Swarms;
using Session.Protocol.Sealing;

namespace Session.Protocol.Client.Tests;

public sealed class SessionClientTests(TestNetwork network) : IClassFixture<TestNetwork>, IDisposable
{
    private readonly CancellationTokenSource _deadline = new(TestNetwork.Patience);
    private readonly SessionIdentity _alice = SessionIdentity.Create();
    private readonly SessionIdentity _bob = SessionIdentity.Create();

    private CancellationToken Cancel => _deadline.Token;

    public void Dispose()
    {
        _alice.Dispose();
        _bob.Dispose();
        _deadline.Dispose();
    }

    [Fact]
    public async Task SendAsync_TextWithProfile_ArrivesWithSenderTimeHashAndProtection()
    {
        await using SessionClient alice = network.Connect(_alice, TestNetwork.Eager with { Profile = new UserProfile { DisplayName = "Alice" } });
        await using SessionClient bob = network.Connect(_bob);

        SentMessage sent = await alice.SendTextAsync(_bob.AccountId, "Hello Bob", Cancel);
        ReceivedMessage received = await FirstAsync(bob);

        Assert.Equal("Hello Bob", received.Text);
        Assert.Equal("Alice", Assert.IsType<TextMessage>(received.Content).Profile?.DisplayName);
        Assert.Equal(_alice.AccountId, received.Sender);
        Assert.Equal(_alice.AccountId, received.Conversation);
        Assert.Equal(sent.SentAt, received.SentAt);
        Assert.Equal(sent.Hash, received.Hash);
        Assert.Equal(Protection.Sealed, received.Protection);
        Assert.Equal(3, sent.Confirmations);
    }

    [Fact]
    public async Task SendAsync_ToSomebody_GivesTheSendersOtherDeviceACopy()
    {
        await using SessionClient phone = network.Connect(_alice);
        await using SessionClient laptop = network.Connect(_alice);

        SentMessage sent = await phone.SendTextAsync(_bob.AccountId, "from the phone", Cancel);
        ReceivedMessage copy = await FirstAsync(laptop);

        Assert.Equal(_alice.AccountId, copy.Sender);
        Assert.Equal(_bob.AccountId, copy.Conversation);
        Assert.Equal("from the phone", copy.Text);
        Assert.Equal(sent.SentAt, copy.SentAt);
        Assert.Equal(sent.SyncHash, copy.Hash);
    }

    [Fact]
    public async Task ReceiveAsync_OwnSyncCopy_IsNotHandedToTheDeviceThatSentIt()
    {
        await using SessionClient alice = network.Connect(_alice);
        await using SessionClient bob = network.Connect(_bob);
        await alice.SendTextAsync(_bob.AccountId, "mine", Cancel);
        await bob.SendTextAsync(_alice.AccountId, "yours", Cancel);

        ReceivedMessage first = await FirstAsync(alice);

        Assert.Equal("yours", first.Text);
    }

    [Fact]
    public async Task SendAsync_NoteToSelf_ReachesTheOtherDeviceAsConversationWithOneself()
    {
        await using SessionClient phone = network.Connect(_alice);
        await using SessionClient laptop = network.Connect(_alice);

        await phone.SendTextAsync(_alice.AccountId, "milk", Cancel);
        ReceivedMessage note = await FirstAsync(laptop);

        Assert.Equal(_alice.AccountId, note.Conversation);
        Assert.Equal("milk", note.Text);
    }

    [Fact]
    public async Task ReceiveAsync_MessageNotFinished_ComesAgainAndThenNoMore()
    {
        await using SessionClient alice = network.Connect(_alice);
        var store = new InMemoryAccountStore();
        await using SessionClient bob = network.Connect(_bob, store: store);
        await alice.SendTextAsync(_bob.AccountId, "one", Cancel);
        await alice.SendTextAsync(_bob.AccountId, "two", Cancel);

        // Stops while "one" is being handled, as a crash would.
        Assert.Equal("one", (await FirstAsync(bob)).Text);

        await using (IAsyncEnumerator<ReceivedMessage> inbox = bob.ReceiveAsync(Cancel).GetAsyncEnumerator(Cancel))
        {
            Assert.Equal("one", await NextTextAsync(inbox));
            Assert.Equal("two", await NextTextAsync(inbox));
            await alice.SendTextAsync(_bob.AccountId, "three", Cancel);
            Assert.Equal("three", await NextTextAsync(inbox));
        }

        await using SessionClient restarted = network.Connect(_bob, store: store);
        Assert.Equal("three", (await FirstAsync(restarted)).Text);
    }

    [Fact]
    public async Task ReceiveAsync_GarbageAndForgeries_AreSetAsideAndTheNextMessageArrives()
    {
        await using var onion = network.Onion();
        var swarm = new SwarmClient(onion);
        foreach (byte[] junk in Junk())
        {
            await swarm.StoreAsync(_bob.AccountId, SwarmNamespace.Default, junk, TimeSpan.FromMinutes(1), cancellationToken: Cancel);
        }

        await using SessionClient alice = network.Connect(_alice);
        await using SessionClient bob = network.Connect(_bob);
        await alice.SendTextAsync(_bob.AccountId, "after the noise", Cancel);

        Assert.Equal("after the noise", (await FirstAsync(bob)).Text);
    }

    [Fact]
    public async Task ReceiveAsync_SameMessageStoredTwice_IsHandedOutOnce()
    {
        await using var onion = network.Onion();
        var swarm = new SwarmClient(onion);
        long time = onion.Clock.NowMilliseconds;
        byte[] content = ContentCodec.Encode(new TextMessage("again"), time);
        for (int i = 0; i < 2; i++)
        {
            // Sealed anew, so another hash: what a sender does that did not see its first store succeed.
            byte[] stored = SealedMessage.Seal(content, _alice, _bob.AccountId, time);
            await swarm.StoreAsync(_bob.AccountId, SwarmNamespace.Default, stored, TimeSpan.FromMinutes(1), cancellationToken: Cancel);
        }

        await using SessionClient alice = network.Connect(_alice);
        await using SessionClient bob = network.Connect(_bob);
        await alice.SendTextAsync(_bob.AccountId, "other", Cancel);
        await using IAsyncEnumerator<ReceivedMessage> inbox = bob.ReceiveAsync(Cancel).GetAsyncEnumerator(Cancel);

        Assert.Equal("again", await NextTextAsync(inbox));
        Assert.Equal("other", await NextTextAsync(inbox));
    }

    [Fact]
    public async Task ReceiveAsync_StoredInAnotherOrderThanWritten_IsHandedOutAsWritten()
    {
        await using var onion = network.Onion();
        var swarm = new SwarmClient(onion);
        long time = onion.Clock.NowMilliseconds;
        foreach (int number in new[] { 3, 1, 2 })
        {
            byte[] content = ContentCodec.Encode(new TextMessage($"{number}"), time + number);
            byte[] stored = SealedMessage.Seal(content, _alice, _bob.AccountId, time + number);
            await swarm.StoreAsync(_bob.AccountId, SwarmNamespace.Default, stored, TimeSpan.FromMinutes(1), cancellationToken: Cancel);
        }

        await using SessionClient bob = network.Connect(_bob);
        await using IAsyncEnumerator<ReceivedMessage> inbox = bob.ReceiveAsync(Cancel).GetAsyncEnumerator(Cancel);

        Assert.Equal(["1", "2", "3"], [await NextTextAsync(inbox), await NextTextAsync(inbox), await NextTextAsync(inbox)]);
    }

    [Theory]
    [InlineData(long.MinValue, long.MinValue)]
    [InlineData(long.MaxValue, long.MaxValue)]
    [InlineData(0, 0)]
    public async Task ReceiveAsync_NodesLieAboutAge_MessagesArriveOnceAllTheSame(long timestamp, long expiration)
    {
        await using SessionClient alice = network.Connect(_alice);
        await using var onion = network.Onion();
        var swarm = new LyingSwarm(new SwarmClient(onion), timestamp, expiration);
        var store = new InMemoryAccountStore();
        await using var bob = new SessionClient(
            _bob, onion, TestNetwork.Eager with { Ratchet = RatchetOptions.Default with { Enabled = true } }, store, swarm);
        await using IAsyncEnumerator<ReceivedMessage> inbox = bob.ReceiveAsync(Cancel).GetAsyncEnumerator(Cancel);
        await alice.SendTextAsync(_bob.AccountId, "one", Cancel);

        Assert.Equal("one", await NextTextAsync(inbox));
        await alice.SendTextAsync(_bob.AccountId, "two", Cancel);
        Assert.Equal("two", await NextTextAsync(inbox));
    }

    [Fact]
    public async Task ReceiveAsync_TwoEnumerations_SecondIsRefused()
    {
        await using SessionClient alice = network.Connect(_alice);
        await using SessionClient bob = network.Connect(_bob);
        await alice.SendTextAsync(_bob.AccountId, "hi", Cancel);
        await using IAsyncEnumerator<ReceivedMessage> inbox = bob.ReceiveAsync(Cancel).GetAsyncEnumerator(Cancel);
        await inbox.MoveNextAsync();

        await Assert.ThrowsAsync<InvalidOperationException>(() => FirstAsync(bob));
    }

    [Fact]
    public async Task ReceiveAsync_WholeNetworkDownForAWhile_GoesOnWhenItIsBack()
    {
        await using var own = new TestNetwork();
        await own.InitializeAsync();
        var log = new EventGate(eventId: 3003);
        await using SessionClient alice = own.Connect(_alice);
        await using var bob = SessionClient.Connect(_bob, own.Network.ClientOptions, TestNetwork.Eager with { MaxPollDelay = TimeSpan.FromMilliseconds(100) }, loggerFactory: log);
        await using IAsyncEnumerator<ReceivedMessage> inbox = bob.ReceiveAsync(Cancel).GetAsyncEnumerator(Cancel);
        await alice.SendTextAsync(_bob.AccountId, "before", Cancel);
        Assert.Equal("before", await NextTextAsync(inbox));

        own.SetCondition(NodeCondition.Stopped);
        ValueTask<string?> next = NextTextAsync(inbox);
        await log.Happened.WaitAsync(Cancel);
        own.SetCondition(NodeCondition.Running);
        await alice.SendTextAsync(_bob.AccountId, "after", Cancel);

        Assert.Equal("after", await next);
    }

    [Fact]
    public async Task SendAsync_ManyAtOnce_EachHasATimeOfItsOwnAndArrives()
    {
        await using SessionClient alice = network.Connect(_alice, TestNetwork.Eager with { SyncSentMessages = false });
        await using SessionClient bob = network.Connect(_bob);

        SentMessage[] sent = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => alice.SendTextAsync(_bob.AccountId, $"{i}", Cancel).AsTask()));
        var received = new HashSet<string?>();
        await foreach (ReceivedMessage message in bob.ReceiveAsync(Cancel))
        {
            received.Add(message.Text);
            if (received.Count == sent.Length)
            {
                break;
            }
        }

        Assert.Equal(sent.Length, sent.Select(x => x.SentAt).Distinct().Count());
        Assert.All(sent, x => Assert.Null(x.SyncHash));
    }

    [Fact]
    public async Task SendAsync_Misuse_ThrowsBeforeAnythingIsSent()
    {
        await using SessionClient alice = network.Connect(_alice);

        await Assert.ThrowsAsync<ArgumentException>(() => alice.SendTextAsync(default, "to nobody", Cancel).AsTask());
        await Assert.ThrowsAsync<ArgumentException>(() => alice.SendTextAsync(AccountId.Parse("03" + new string('a', 64)), "to a group", Cancel).AsTask());
        await Assert.ThrowsAsync<ArgumentException>(() => alice.SendTextAsync(_bob.AccountId, string.Empty, Cancel).AsTask());
        await Assert.ThrowsAsync<ArgumentException>(() => alice.SendTextAsync(_bob.AccountId, new string('x', 10_001), Cancel).AsTask());
        await Assert.ThrowsAsync<ArgumentNullException>(() => alice.SendAsync(_bob.AccountId, null!, Cancel).AsTask());
        Assert.Throws<ArgumentOutOfRangeException>(() => network.Connect(_alice, SessionClientOptions.Default with { PollRedundancy = 0 }));
    }

    [Fact]
    public async Task AddSessionClient_TwoHosts_TalkToEachOther()
    {
        SessionIdentity[] identities = [SessionIdentity.Create(), SessionIdentity.Create()];
        ServiceProvider[] hosts = [.. identities.Select(identity => new ServiceCollection()
            .AddSessionClient(_ => identity, network.Network.ClientOptions, TestNetwork.Eager)
            .BuildServiceProvider())];
        var alice = hosts[0].GetRequiredService<ISessionClient>();
        var bob = hosts[1].GetRequiredService<ISessionClient>();

        await alice.SendTextAsync(bob.AccountId, "from a container", Cancel);

        Assert.Equal("from a container", (await FirstAsync(bob)).Text);
        foreach (ServiceProvider host in hosts)
        {
            await host.DisposeAsync();
        }

        Assert.Throws<ObjectDisposedException>(() => identities[0].Sign([], new byte[64]));
    }

    [Fact]
    public void ReceivedMessage_ToString_SaysNeitherTextNorId()
    {
        var message = new ReceivedMessage(_alice.AccountId, _alice.AccountId, new TextMessage("secret words"), DateTimeOffset.UnixEpoch, "hash", Protection.Sealed);

        Assert.DoesNotContain("secret", message.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(_alice.AccountId.ToString(), message.ToString(), StringComparison.Ordinal);
    }

    private IEnumerable<byte[]> Junk()
    {
        long time = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        byte[] content = ContentCodec.Encode(new TextMessage("forged"), time);
        byte[] flipped = SealedMessage.Seal(content, _alice, _bob.AccountId, time);
        flipped[^80] ^= 1;
        yield return flipped;
        yield return SealedMessage.Seal(content, _alice, _alice.AccountId, time); // sealed for somebody else
        yield return SealedMessage.Seal(
            ContentCodec.Encode(new TextMessage("forged") { SyncTarget = _alice.AccountId }, time), _alice, _bob.AccountId, time); // not Bob's own copy
        yield return RandomNumberGenerator.GetBytes(500);
        yield return [0];
    }

    private async Task<ReceivedMessage> FirstAsync(ISessionClient client)
    {
        await foreach (ReceivedMessage message in client.ReceiveAsync(Cancel))
        {
            return message;
        }

        throw new InvalidOperationException("The sequence has no end of its own.");
    }

    private static async ValueTask<string?> NextTextAsync(IAsyncEnumerator<ReceivedMessage> inbox)
    {
        Assert.True(await inbox.MoveNextAsync());
        return inbox.Current.Text;
    }
}
