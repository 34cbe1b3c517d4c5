using Session.Protocol.Accounts;
using Session.Protocol.Client;
using Session.Protocol.Client.Attachments;
using Session.Protocol.Client.Conversations;
using Session.Protocol.Client.Groups;
using Session.Protocol.Client.History;
using Session.Protocol.Messages;

namespace Session.Protocol.Hosting.Tests;

/// <summary>An account that sends nowhere and keeps what it was to send.</summary>
internal sealed class RecordingClient : ISessionClient, IDisposable
{
    private readonly SessionIdentity _identity = SessionIdentity.Create();
    private readonly SessionIdentity _sender = SessionIdentity.Create();
    private int _messages;

    public event EventHandler<UndecryptableMessageEventArgs>? Undecryptable { add { } remove { } }

    public event EventHandler<MessageSetAsideEventArgs>? SetAside { add { } remove { } }

    public List<string> Sent { get; } = [];

    public AccountId AccountId => _identity.AccountId;

    public AccountId Sender => _sender.AccountId;

    public IConversations Conversations => throw new NotSupportedException();

    public ISessionGroups Groups => throw new NotSupportedException();

    public IMessageHistory History => throw new NotSupportedException();

    public IAttachmentClient Attachments => throw new NotSupportedException();

    public ReceiverStatus Receiver { get; set; } = new(ReceiverState.Healthy, null, 0, null, 0, 0);

    /// <summary>A message that somebody wrote to this account.</summary>
    public MessageContext Context(string text, string? role = null)
    {
        var roles = new Dictionary<string, IReadOnlySet<AccountId>>(StringComparer.OrdinalIgnoreCase);
        if (role is not null)
        {
            roles[role] = new HashSet<AccountId> { Sender };
        }

        var message = new ReceivedMessage(Sender, Sender, new TextMessage(text), DateTimeOffset.UnixEpoch, $"hash {_messages++}", Protection.Sealed);
        return new MessageContext("bot", this, message, new NoServices(), roles, CancellationToken.None);
    }

    public ValueTask<SentMessage> SendAsync(AccountId recipient, MessageContent content, CancellationToken cancellationToken = default)
    {
        Assert.Equal(Sender, recipient);
        Sent.Add(Assert.IsType<TextMessage>(content).Text);
        return ValueTask.FromResult(new SentMessage(recipient, DateTimeOffset.UnixEpoch, "hash", Protection.Sealed, 1, 1, SyncHash: null) { Reference = new MessageReference(AccountId, 0) });
    }

    public async ValueTask<QueuedMessage> EnqueueAsync(
        AccountId recipient, MessageContent content, ReceivedMessage? answered = null, CancellationToken cancellationToken = default)
    {
        SentMessage sent = await SendAsync(recipient, content, cancellationToken);
        return new QueuedMessage(recipient, sent.SentAt, sent.Hash, sent.Protection, Task.FromResult(sent)) { Reference = sent.Reference, OwnCopy = sent.OwnCopy };
    }

    public IAsyncEnumerable<ReceivedMessage> ReceiveAsync(CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public Task HandleAsync(Func<ReceivedMessage, CancellationToken, ValueTask> handler, HandlingOptions? options = null, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    public ValueTask<int> RetrySetAsideAsync(CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public ValueTask<ClearedData> ClearDataAsync(ClearTargets targets, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    public void Dispose()
    {
        _identity.Dispose();
        _sender.Dispose();
    }

    private sealed class NoServices : IServiceProvider
    {
        public object? GetService(Type serviceType) => null;
    }
}
