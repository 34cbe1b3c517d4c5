using System.Collections.Concurrent;
using Session.Protocol.Accounts;
using Session.Protocol.Client;
using Session.Protocol.Client.Groups;
using Session.Protocol.Onion;

namespace GroupChat;

/// <summary>Somebody with a client of their own, who remembers what they could read.</summary>
internal sealed class Person : IAsyncDisposable
{
    // Groups are for accounts whose devices all speak the ratchet.
    private static readonly SessionClientOptions Behaviour = SessionClientOptions.Default with
    {
        PollInterval = TimeSpan.FromMilliseconds(200),
        Ratchet = RatchetOptions.Default with { Enabled = true },
    };

    private readonly SessionIdentity _identity = SessionIdentity.Create();
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<string> _read = new();
    private readonly SessionClient _client;
    private readonly Task _reading;

    public Person(string name, OnionClientOptions network)
    {
        Name = name;
        _client = SessionClient.Connect(_identity, network, Behaviour);
        _reading = _client.HandleAsync(RememberAsync, cancellationToken: _stop.Token);
    }

    public string Name { get; }

    public AccountId Id => _identity.AccountId;

    public ISessionGroups Groups => _client.Groups;

    public bool HasRead(string text) => _read.Contains(text);

    public async Task WriteAsync(AccountId to, string text, CancellationToken cancel)
    {
        SentMessage sent = await _client.SendTextAsync(to, text, cancel);
        Console.WriteLine($"{Name} writes: {text} ({sent.Protection}, {sent.StoredSize} bytes)");
    }

    /// <summary>Waits for the invitation and accepts it.</summary>
    public async Task JoinAsync(AccountId group, CancellationToken cancel)
    {
        await UntilAsync(group, x => x.Status == GroupStatus.Invited, cancel);
        await (await Groups.GetAsync(group, cancel))!.AcceptAsync(cancel);
    }

    /// <summary>Waits until the group is so, as this person sees it.</summary>
    public Task UntilAsync(AccountId group, Func<ISessionGroup, bool> isSo, CancellationToken cancel) =>
        UntilAsync(async () => await Groups.GetAsync(group, cancel) is { } seen && isSo(seen), cancel);

    public Task UntilReadAsync(string text, CancellationToken cancel) => UntilAsync(() => Task.FromResult(HasRead(text)), cancel);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _reading;
        await _client.DisposeAsync();
        _identity.Dispose();
        _stop.Dispose();
    }

    private ValueTask RememberAsync(ReceivedMessage message, CancellationToken cancel)
    {
        _read.Enqueue(message.Text ?? "");
        return ValueTask.CompletedTask;
    }

    private static async Task UntilAsync(Func<Task<bool>> isSo, CancellationToken cancel)
    {
        while (!await isSo())
        {
            await Task.Delay(100, cancel);
        }
    }
}
