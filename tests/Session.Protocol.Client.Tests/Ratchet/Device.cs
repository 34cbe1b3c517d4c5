using Session.Protocol.Accounts;
using Session.Protocol.Client.Stores;
using Session.Protocol.Messages;

namespace Session.Protocol.Client.Tests.Ratchet;

/// <summary>A device in a test: its store outlives its client, as on disk.</summary>
internal sealed class Device(TestNetwork network, SessionIdentity identity, SessionClientOptions options, CancellationToken cancellationToken) : IAsyncDisposable
{
    private IAsyncEnumerator<ReceivedMessage>? _inbox;

    /// <summary>Options of a device that speaks the ratchet, and asks for records often.</summary>
    public static SessionClientOptions Ratcheting { get; } = TestNetwork.Eager with { Conversations = new() { TypingIndicators = true }, Ratchet = RatchetOptions.Default with { Enabled = true, MissFreshness = TimeSpan.Zero } };

    public AccountId Id => identity.AccountId;

    public InMemoryAccountStore Store { get; private set; } = new();

    public SessionClient Client { get; private set; } = null!;

    public List<UndecryptableMessageEventArgs> Undecryptable { get; } = [];

    public Device Start()
    {
        Client = network.Connect(identity, options, Store);
        Client.Undecryptable += (_, e) => Undecryptable.Add(e);
        return this;
    }

    /// <summary>Stops without acknowledging what was handed out last, and starts again.</summary>
    public async Task RestartAsync()
    {
        await DisposeAsync();
        Start();
    }

    /// <summary>The same account on a device that remembers nothing.</summary>
    public async Task LoseStateAsync()
    {
        await DisposeAsync();
        Store = new InMemoryAccountStore();
        Start();
    }

    public ValueTask<SentMessage> SendAsync(AccountId to, string text) => Client.SendTextAsync(to, text, cancellationToken);

    public ValueTask<SentMessage> SendAsync(Device to, string text) => SendAsync(to.Id, text);

    /// <summary>The next message but the acceptance of a request, which goes before a first answer; the one before counts as handled.</summary>
    public async Task<ReceivedMessage> NextAsync()
    {
        _inbox ??= Client.ReceiveAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);
        do
        {
            Assert.True(await _inbox.MoveNextAsync());
        }
        while (_inbox.Current.Content is MessageRequestResponse);

        return _inbox.Current;
    }

    public async Task<ReceivedMessage> NextAsync(string text)
    {
        ReceivedMessage message = await NextAsync();
        Assert.Equal(text, message.Text);
        return message;
    }

    /// <summary>Handles everything that is on its way: it ends with a note that was sent just now.</summary>
    public async Task<IReadOnlyList<ReceivedMessage>> DrainAsync(Device sender)
    {
        string end = Guid.NewGuid().ToString();
        await sender.SendAsync(this, end);
        var messages = new List<ReceivedMessage>();
        while (await NextAsync() is var message && message.Text != end)
        {
            messages.Add(message);
        }

        return messages;
    }

    public async ValueTask DisposeAsync()
    {
        if (_inbox is not null)
        {
            await _inbox.DisposeAsync();
            _inbox = null;
        }

        if (Client is not null)
        {
            await Client.DisposeAsync();
        }
    }
}
