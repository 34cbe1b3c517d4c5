using Session.Protocol.Client.Conversations;
using Session.Protocol.Client.Stores;
using Session.Protocol.Messages;
using Session.Protocol.Onion;
using Session.Protocol.Onion.Storage;
using Session.Protocol.Onion.Swarms;
using Session.Protocol.Sealing;

namespace Session.Protocol.Client.Tests.Conversations;

/// <summary>Deleting for everyone and for oneself (protocol/13 §6).</summary>
public sealed class DeletionTests(ConversationNetwork network) : ConversationTestBase(network)
{
    private readonly ConversationNetwork _network = network;

    [Fact]
    public async Task DeleteForEveryoneAsync_TellsTheOtherSideAndOwnDevices_AndClearsTheOwnCopy()
    {
        Person laptop = Start(AlicesIdentity);
        await BefriendAsync();
        SentMessage sent = await Alice.SayAsync(Bob, "oops");
        await Bob.NextAsync<TextMessage>();
        await laptop.DrainAsync(Postman);

        await Alice.With(Bob).DeleteForEveryoneAsync(sent.OwnCopy, Cancel);

        Assert.Equal(sent.Reference, Assert.IsType<Unsend>((await Bob.NextAsync()).Content).Target);
        Assert.Equal(sent.Reference, Assert.IsType<Unsend>((await laptop.NextAsync()).Content).Target);
        Assert.Null(await Alice.Swarm.FindAsync(SwarmCredentials.ForAccount(AlicesIdentity), sent.SyncHash!, Cancel));
    }

    [Fact]
    public async Task DeleteForEveryoneAsync_OwnCopyCannotBeDeleted_NothingIsAsked()
    {
        await BefriendAsync();
        SentMessage sent = await Alice.SayAsync(Bob, "oops");
        await Bob.NextAsync<TextMessage>();
        Alice.Swarm.FailsRequests = true;

        await Assert.ThrowsAsync<OnionException>(() => Alice.With(Bob).DeleteForEveryoneAsync(sent.OwnCopy, Cancel).AsTask());

        Assert.Empty(await Bob.DrainAsync(Postman));
    }

    [Fact]
    public async Task DeleteForEveryoneAsync_FromAnotherDevice_Works()
    {
        Person laptop = Start(AlicesIdentity);
        await Alice.SayAsync(Bob, "oops");
        await Bob.NextAsync<TextMessage>();
        ReceivedMessage copy = await laptop.NextAsync<TextMessage>();

        await laptop.With(Bob).DeleteForEveryoneAsync(copy.OwnCopy, Cancel);

        Assert.Equal(copy.Reference, Assert.IsType<Unsend>((await Bob.NextAsync()).Content).Target);
    }

    [Fact]
    public async Task DeleteForMeAsync_WhileARequestIsHandled_KeepsTheRequest()
    {
        await Alice.SayAsync(Bob, "let me in");
        ReceivedMessage request = await Bob.NextAsync<TextMessage>();

        await Bob.With(Alice).DeleteForMeAsync(request.OwnCopy, Cancel);
        await Bob.DrainAsync(Postman);

        Assert.Equal(ContactStatus.IncomingRequest, (await Bob.ContactAsync(Alice)).Status);
    }

    [Fact]
    public async Task DeleteForMeAsync_TheirMessage_GoesFromOwnSwarmAndDevicesOnly()
    {
        Person laptop = Start(BobsIdentity);
        await BefriendAsync();
        await Alice.SayAsync(Bob, "not for my eyes");
        ReceivedMessage received = await Bob.NextAsync<TextMessage>();
        await laptop.DrainAsync(Postman);

        await Bob.With(Alice).DeleteForMeAsync(received.OwnCopy, Cancel);

        Assert.Null(await Bob.Swarm.FindAsync(SwarmCredentials.ForAccount(BobsIdentity), received.Hash, Cancel));
        ReceivedMessage request = await laptop.NextAsync<Unsend>();
        Assert.True(request.IsOwn);
        Assert.Equal(received.Reference, Assert.IsType<Unsend>(request.Content).Target);
        Assert.Empty(await Alice.DrainAsync(Postman));
    }

    [Fact]
    public async Task DeleteForMeAsync_NoteToSelf_GoesFromAllDevices()
    {
        Person laptop = Start(AlicesIdentity);
        SentMessage note = await Alice.Conversations.NoteToSelf.SendTextAsync("milk", Cancel);
        await laptop.NextAsync<TextMessage>();

        await Alice.Conversations.NoteToSelf.DeleteForMeAsync(note.OwnCopy, Cancel);

        Assert.Equal(note.Reference, Assert.IsType<Unsend>((await laptop.NextAsync()).Content).Target);
        Assert.Null(await Alice.Swarm.FindAsync(SwarmCredentials.ForAccount(AlicesIdentity), note.Hash, Cancel));
    }

    [Fact]
    public async Task ReceiveAsync_Request_ClearsTheCopyFromTheOwnSwarmAlsoAfterTroubleAndARestart()
    {
        await BefriendAsync();
        SentMessage sent = await Alice.SayAsync(Bob, "oops");
        SentMessage other = await Alice.SayAsync(Bob, "stays");
        await Bob.NextAsync<TextMessage>();
        await Bob.NextAsync<TextMessage>();
        Bob.Swarm.FailsRequests = true;
        await Alice.With(Bob).DeleteForEveryoneAsync(sent.OwnCopy, Cancel);
        await Bob.NextAsync<Unsend>();
        await Bob.DrainAsync(Postman);
        Assert.NotNull(await InBobsSwarmAsync(sent.Hash));

        await Bob.RestartAsync();
        await GoneFromBobsSwarmAsync(sent.Hash);
        Assert.NotNull(await InBobsSwarmAsync(other.Hash));
    }

    [Fact]
    public async Task ReceiveAsync_TargetAfterTheRequest_IsClearedFromTheOwnSwarm()
    {
        await BefriendAsync();
        long target = BeforeAllElse;
        await Alice.Client.SendAsync(Bob.Id, new Unsend { Target = new MessageReference(Alice.Id, target) }, Cancel);
        await Bob.NextAsync<Unsend>();
        string late = await StoreLateAsync("deleted", target);

        await GoneFromBobsSwarmAsync(late);
    }

    [Fact]
    public async Task DeleteForEveryoneAsync_CopyWhoseNameWasNotKept_IsClearedAllTheSame()
    {
        await BefriendAsync();
        SentMessage sent = await Alice.SayAsync(Bob, "oops");
        await Alice.RestartAsync();

        await Alice.With(Bob).DeleteForEveryoneAsync(sent.OwnCopy with { Hash = null }, Cancel);

        Assert.Null(await Alice.Swarm.FindAsync(SwarmCredentials.ForAccount(AlicesIdentity), sent.SyncHash!, Cancel));
    }

    [Fact]
    public async Task ReceiveAsync_TargetArrivesAfterTheRequest_IsDroppedForADay()
    {
        await BefriendAsync();
        long target = BeforeAllElse;
        var reference = new MessageReference(Alice.Id, target);
        await Alice.Client.SendAsync(Bob.Id, new Unsend { Target = reference }, Cancel);
        await Bob.NextAsync<Unsend>();
        await Alice.With(Bob).ReactAsync(reference, "👍", Cancel);
        await StoreLateAsync("deleted", target);
        Assert.Empty(await Bob.DrainAsync(Postman));

        Assert.Single(await Bob.Store.ListStatesAsync(AccountStateKind.DeletedMessage, Cancel));
        Clock.Advance(TimeSpan.FromHours(25));
        Assert.Empty(await Bob.Store.ListStatesAsync(AccountStateKind.DeletedMessage, Cancel));
    }

    [Fact]
    public async Task ReceiveAsync_RequestRemembered_SurvivesARestart()
    {
        await BefriendAsync();
        long target = BeforeAllElse;
        await Alice.Client.SendAsync(Bob.Id, new Unsend { Target = new MessageReference(Alice.Id, target) }, Cancel);
        await Bob.NextAsync<Unsend>();
        await Bob.DrainAsync(Postman);

        await Bob.RestartAsync();
        await StoreLateAsync("deleted", target);

        Assert.DoesNotContain(await Bob.DrainAsync(Postman), x => x.Sender == Alice.Id);
    }

    [Fact]
    public async Task ReceiveAsync_RequestForSomebodyElsesMessage_IsDropped()
    {
        await BefriendAsync();
        SentMessage bobs = await Bob.SayAsync(Alice, "mine");
        await Alice.NextAsync<TextMessage>();

        // No client of ours would send it.
        long now = Clock.GetUtcNow().ToUnixTimeMilliseconds();
        await StoreAsync(new Unsend { Target = bobs.Reference }, now);

        Assert.Empty(await Bob.DrainAsync(Postman));
    }

    [Fact]
    public async Task Delete_Misuse_Throws()
    {
        await BefriendAsync();
        SentMessage sent = await Alice.SayAsync(Bob, "mine");
        ReceivedMessage received = await Bob.NextAsync<TextMessage>();

        await Assert.ThrowsAsync<ArgumentException>(() => Bob.With(Alice).DeleteForEveryoneAsync(received.OwnCopy, Cancel).AsTask());
        await Assert.ThrowsAsync<ArgumentException>(() => Alice.With(Postman).DeleteForEveryoneAsync(sent.OwnCopy, Cancel).AsTask());
        await Assert.ThrowsAsync<ArgumentException>(() => Bob.With(Postman).DeleteForMeAsync(received.OwnCopy, Cancel).AsTask());
        await Assert.ThrowsAsync<ArgumentException>(() => Alice.With(Bob).DeleteForMeAsync(default, Cancel).AsTask());
        await Assert.ThrowsAsync<ArgumentException>(() => Bob.Client.SendAsync(Alice.Id, new Unsend { Target = received.Reference }, Cancel).AsTask());
        await Assert.ThrowsAsync<ArgumentException>(() => Alice.With(Bob).DeleteForMeAsync(sent.OwnCopy with { Hash = "none" }, Cancel).AsTask());
    }

    /// <summary>A time that no other message of the test has: author and time name a message, so that the request itself would else pass for its target.</summary>
    private long BeforeAllElse => Clock.GetUtcNow().AddMinutes(-1).ToUnixTimeMilliseconds();

    private Task<Onion.Storage.Results.StoredMessage?> InBobsSwarmAsync(string hash)
    {
        bool fails = Bob.Swarm.FailsRequests;
        Bob.Swarm.FailsRequests = false;
        Task<Onion.Storage.Results.StoredMessage?> found = Bob.Swarm.FindAsync(SwarmCredentials.ForAccount(BobsIdentity), hash, Cancel);
        Bob.Swarm.FailsRequests = fails;
        return found;
    }

    /// <summary>Bob looks until it is so: a request to delete that failed on a busy machine is made again with the next look.</summary>
    private async Task GoneFromBobsSwarmAsync(string hash)
    {
        while (await InBobsSwarmAsync(hash) is not null)
        {
            await Bob.DrainAsync(Postman);
        }
    }

    private Task<string> StoreLateAsync(string text, long timestampMs) => StoreAsync(new TextMessage(text), timestampMs);

    private async Task<string> StoreAsync(MessageContent content, long timestampMs)
    {
        byte[] stored = SealedMessage.Seal(ContentCodec.Encode(content, timestampMs), AlicesIdentity, Bob.Id, timestampMs);
        await using OnionClient onion = _network.Onion();
        return (await new SwarmClient(onion, Clock).StoreAsync(Bob.Id, SwarmNamespace.Default, stored, TimeSpan.FromDays(1), cancellationToken: Cancel)).Hash;
    }
}
