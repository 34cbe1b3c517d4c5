using System.Collections.Concurrent;
using Session.Protocol.Accounts;
using Session.Protocol.Client.Groups;
using Session.Protocol.Client.Stores;
using Session.Protocol.Client.Tests.Ratchet;
using Session.Protocol.Messages;

namespace Session.Protocol.Client.Tests.Groups;

/// <summary>Somebody in a group test: a client that receives all the time, and remembers what came. Its store outlives its client.</summary>
internal sealed class Participant(Func<SessionIdentity, IAccountStore, SessionClient> connect, SessionIdentity identity, CancellationToken cancellationToken) : IAsyncDisposable
{
    private readonly ConcurrentQueue<ReceivedMessage> _received = new();
    private readonly ConcurrentQueue<GroupChangedEventArgs> _changes = new();
    private readonly ConcurrentQueue<MissingMessagesEventArgs> _missing = new();
    private readonly SemaphoreSlim _news = new(0);
    private CancellationTokenSource? _stop;
    private Task _loop = Task.CompletedTask;

    /// <summary>Makes a client, at each start.</summary>
    public Func<SessionIdentity, IAccountStore, SessionClient> Connect { get; set; } = connect;

    public SessionIdentity Identity => identity;

    public AccountId Id => Identity.AccountId;

    public InMemoryAccountStore Store { get; set; } = new();

    public SessionClient Client { get; private set; } = null!;

    public IEnumerable<ReceivedMessage> Received => _received;

    public IEnumerable<GroupChangedEventArgs> Changes => _changes;

    public IEnumerable<MissingMessagesEventArgs> Missing => _missing;

    public static SessionClientOptions Options { get; } = Device.Ratcheting;

    /// <summary>Connects, publishes its record and begins to receive.</summary>
    public async Task<Participant> StartAsync()
    {
        Client = Connect(Identity, Store);
        Client.Groups.Changed += (_, e) => Add(_changes, e);
        Client.Groups.MessagesMissing += (_, e) => Add(_missing, e);

        // Sending publishes first.
        using SessionIdentity nobody = SessionIdentity.Create();
        await Client.SendAsync(nobody.AccountId, new TypingIndicator { IsTyping = true }, cancellationToken);
        Resume();
        return this;
    }

    /// <summary>Begins to receive.</summary>
    public void Resume()
    {
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _loop = ReceiveAsync(_stop.Token);
    }

    /// <summary>Ends receiving; the client stays.</summary>
    public async Task PauseAsync()
    {
        if (_stop is not null)
        {
            await _stop.CancelAsync();
            await _loop;
            _stop.Dispose();
            _stop = null;
        }
    }

    /// <summary>A new client over the same store, or over an empty one.</summary>
    public async Task RestartAsync(bool losesState = false)
    {
        await PauseAsync();
        await Client.DisposeAsync();
        Store = losesState ? new InMemoryAccountStore() : Store;
        await StartAsync();
    }

    public async Task<ISessionGroup> GroupAsync(AccountId id) => await Client.Groups.GetAsync(id, cancellationToken) ?? throw new InvalidOperationException("No such group.");

    /// <summary>Waits for the invitation and accepts it.</summary>
    public async Task<ISessionGroup> AcceptAsync(AccountId id)
    {
        await UntilAsync(() => _changes.Any(x => x.GroupId == id && x.Kind == GroupChangeKind.Invited));
        ISessionGroup group = await GroupAsync(id);
        await group.AcceptAsync(cancellationToken);
        return group;
    }

    public async Task<ReceivedMessage> GotAsync(string text)
    {
        await UntilAsync(() => _received.Any(x => x.Text == text));
        return _received.Single(x => x.Text == text);
    }

    public IReadOnlyList<string> Texts(AccountId group) => [.. _received.Where(x => x.Group == group && x.Text is not null).Select(x => x.Text!)];

    /// <summary>Waits until something is so. It is looked at whenever something arrives, and after each look into the swarm.</summary>
    public async Task UntilAsync(Func<bool> isSo)
    {
        while (!isSo())
        {
            await _news.WaitAsync(TimeSpan.FromMilliseconds(20), cancellationToken);
        }
    }

    public Task UntilAsync(ISessionGroup group, Func<ISessionGroup, bool> isSo) => UntilAsync(() => isSo(group));

    public async ValueTask DisposeAsync()
    {
        await PauseAsync();
        if (Client is not null)
        {
            await Client.DisposeAsync();
        }

        _news.Dispose();
    }

    private async Task ReceiveAsync(CancellationToken stop)
    {
        try
        {
            await foreach (ReceivedMessage message in Client.ReceiveAsync(stop))
            {
                Add(_received, message);
            }
        }
        catch (OperationCanceledException)
        {
            // Paused.
        }
    }

    private void Add<T>(ConcurrentQueue<T> queue, T item)
    {
        queue.Enqueue(item);
        _news.Release();
    }
}
