using System.Collections.Concurrent;
using Session.Protocol.Accounts;
using Session.Protocol.Client.Groups;
using Session.Protocol.Messages;

namespace Session.Protocol.Client.Tests.Groups;

/// <summary>Participants on a local network, and a deadline for everything.</summary>
public abstract class GroupTestBase(TestNetwork network) : IClassFixture<TestNetwork>, IAsyncLifetime
{
    private readonly CancellationTokenSource _deadline = new(TestNetwork.Patience);
    private readonly ConcurrentBag<Participant> _participants = [];
    private readonly ConcurrentBag<SessionIdentity> _identities = [];
    private readonly ConcurrentBag<IAsyncDisposable> _owned = [];

    private protected TestNetwork Network => network;

    private protected CancellationToken Cancel => _deadline.Token;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        foreach (Participant participant in _participants)
        {
            await participant.DisposeAsync();
        }

        foreach (IAsyncDisposable owned in _owned)
        {
            await owned.DisposeAsync();
        }

        foreach (SessionIdentity identity in _identities)
        {
            identity.Dispose();
        }

        _deadline.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Something that is disposed at the end, after the participants.</summary>
    private protected T Own<T>(T owned)
        where T : IAsyncDisposable
    {
        _owned.Add(owned);
        return owned;
    }

    /// <summary>A new account, or another device of one.</summary>
    private protected async Task<Participant> StartAsync(SessionIdentity? identity = null)
    {
        if (identity is null)
        {
            identity = SessionIdentity.Create();
            _identities.Add(identity);
        }

        var participant = new Participant((x, store) => network.Connect(x, Participant.Options, store), identity, Cancel);
        _participants.Add(participant);
        return await participant.StartAsync();
    }

    /// <summary>Starts some participants at once.</summary>
    private protected async Task<Participant[]> StartManyAsync(int count) => await Task.WhenAll(Enumerable.Range(0, count).Select(_ => StartAsync()));

    /// <summary>A group that all of them are in: the first founds it. Each participant's own view of it, in their order.</summary>
    private protected async Task<ISessionGroup[]> FoundAsync(params Participant[] members)
    {
        ISessionGroup founded = await members[0].Client.Groups.CreateAsync("Friends", members.Skip(1).Select(x => x.Id), Cancel);
        ISessionGroup[] joined = await Task.WhenAll(members.Skip(1).Select(x => x.AcceptAsync(founded.Id)));
        ISessionGroup[] all = [founded, .. joined];
        for (int i = 0; i < members.Length; i++)
        {
            await members[i].UntilAsync(all[i], x => x.Members.Count(y => y.HasJoined) == members.Length);
        }

        return all;
    }

    private protected ValueTask<SentMessage> SayAsync(ISessionGroup group, string text) => group.SendAsync(new TextMessage(text), Cancel);
}
