using Session.Protocol.Accounts;
using Session.Protocol.Client.Conversations;
using Session.Protocol.Client.Stores;
using Session.Protocol.Messages;
using Session.Protocol.Onion;
using Session.Protocol.Onion.Swarms;

namespace Session.Protocol.Client.Tests.Conversations;

/// <summary>A device of an account in a test: its store outlives its client, as on disk.</summary>
internal sealed class Person(ConversationNetwork network, SessionIdentity identity, SessionClientOptions options, CancellationToken cancellationToken) : IAsyncDisposable
{
    private OnionClient? _onion;
    private IAsyncEnumerator<ReceivedMessage>? _inbox;

    public AccountId Id => identity.AccountId;

    public InMemoryAccountStore Store { get; } = new(network.Clock);

    public SessionClient Client { get; private set; } = null!;

    /// <summary>What the client asks of swarms.</summary>
    public SwarmSpy Swarm { get; private set; } = null!;

    public IConversations Conversations => Client.Conversations;

    public Person Start()
    {
        _onion = network.Onion();
        Swarm = new SwarmSpy(new SwarmClient(_onion, network.Clock), network.Clock);
        Client = new SessionClient(identity, _onion, options, Store, Swarm, network.Clock);
        return this;
    }

    public IConversation With(Person other) => Conversations.Open(other.Id);

    public ValueTask<Contact> ContactAsync(Person other) => With(other).GetContactAsync(cancellationToken);

    public ValueTask<SentMessage> SayAsync(Person to, string text) => With(to).SendTextAsync(text, cancellationToken);

    /// <summary>The next message; the one before counts as handled.</summary>
    public async Task<ReceivedMessage> NextAsync()
    {
        _inbox ??= Client.ReceiveAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);
        Assert.True(await _inbox.MoveNextAsync());
        return _inbox.Current;
    }

    /// <summary>The next message but the acceptance of a request, unless that is what is waited for: it goes out beside the first answer.</summary>
    public async Task<ReceivedMessage> NextAsync<T>()
        where T : MessageContent
    {
        ReceivedMessage message = await NextAsync();
        while (message.Content is MessageRequestResponse and not T)
        {
            message = await NextAsync();
        }

        Assert.IsType<T>(message.Content);
        return message;
    }

    /// <summary>Everything that is on its way here: it ends with a note that somebody else sends just now.</summary>
    public async Task<IReadOnlyList<ReceivedMessage>> DrainAsync(Person postman)
    {
        string end = Guid.NewGuid().ToString();
        await postman.SayAsync(this, end);
        var messages = new List<ReceivedMessage>();
        while (await NextAsync() is var message && message.Text != end)
        {
            messages.Add(message);
        }

        return messages;
    }

    /// <summary>Stops without acknowledging what was handed out last, and starts again on the same store.</summary>
    public async Task RestartAsync()
    {
        await DisposeAsync();
        Start();
    }

    public async ValueTask DisposeAsync()
    {
        if (_inbox is not null)
        {
            await _inbox.DisposeAsync();
            _inbox = null;
        }

        await Client.DisposeAsync();
        await _onion!.DisposeAsync();
    }
}
