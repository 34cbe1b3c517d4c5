using Session.Protocol.Accounts;
using Session.Protocol.Client.Conversations;
using Session.Protocol.Messages;

namespace Session.Protocol.Client.Tests.Conversations;

/// <summary>Alice, Bob and a postman on a network with a clock of its own, and a deadline for everything.</summary>
public abstract class ConversationTestBase(ConversationNetwork network) : IClassFixture<ConversationNetwork>, IAsyncLifetime
{
    private readonly CancellationTokenSource _deadline = new(TestNetwork.Patience);
    private readonly List<Person> _people = [];
    private readonly List<SessionIdentity> _identities = [];

    /// <summary>Options with everything on that can be off.</summary>
    private protected static SessionClientOptions Open { get; } = TestNetwork.Eager with
    {
        Conversations = new ConversationOptions { TypingIndicators = true, ReadReceipts = true },
    };

    private protected ShiftedClock Clock => network.Clock;

    private protected CancellationToken Cancel => _deadline.Token;

    private protected Person Alice { get; private set; } = null!;

    private protected Person Bob { get; private set; } = null!;

    private protected Person Postman { get; private set; } = null!;

    /// <summary>Longest that a test can take between two looks at the clock.</summary>
    private protected static TimeSpan Slack => TestNetwork.Patience;

    private protected SessionIdentity AlicesIdentity => _identities[0];

    private protected SessionIdentity BobsIdentity => _identities[1];

    public ValueTask InitializeAsync()
    {
        _identities.AddRange(Enumerable.Range(0, 3).Select(_ => SessionIdentity.Create()));
        Alice = Start(_identities[0]);
        Bob = Start(_identities[1]);
        Postman = Start(_identities[2]);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (Person person in _people)
        {
            await person.DisposeAsync();
        }

        _identities.ForEach(x => x.Dispose());
        _deadline.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected Person Start(SessionIdentity identity, SessionClientOptions? options = null)
    {
        Person person = new Person(network, identity, options ?? Open, Cancel).Start();
        _people.Add(person);
        return person;
    }

    /// <summary>Alice writes, Bob answers: both have accepted each other, and nothing is on its way.</summary>
    private protected async Task BefriendAsync(Person? alice = null, Person? bob = null)
    {
        (alice, bob) = (alice ?? Alice, bob ?? Bob);
        await alice.SayAsync(bob, "hello");
        await bob.NextAsync<TextMessage>();
        await bob.With(alice).AcceptAsync(Cancel);
        await bob.SayAsync(alice, "hi");
        await alice.NextAsync<MessageRequestResponse>();
        await alice.NextAsync<TextMessage>();
    }
}
