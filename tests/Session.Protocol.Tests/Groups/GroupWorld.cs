using Session.Protocol.Accounts;
using Session.Protocol.Groups;

namespace Session.Protocol.Tests.Groups;

/// <summary>A group and people with keys, for tests of the evaluation. Everybody has a ledger of his own, and changes are handed round by the test.</summary>
internal sealed class GroupWorld : IDisposable
{
    private readonly GroupAdminKey _key;

    public GroupWorld(int people, int seed = 1)
    {
        var random = new SeededRandomSource(seed);
        byte[] bytes = new byte[GroupAdminKey.SeedSize];
        random.Fill(bytes);
        _key = GroupAdminKey.FromSeed(bytes);
        People = [.. Enumerable.Range(0, people).Select(_ => new Person(this, SessionIdentity.Create(SecretExport.Forbidden, random)))];
        Founding = SignedGroupChange.Sign(
            People[0].Identity, Id, new GroupChangeHeader(0, 1, default, default), new GroupChange.Create("Friends", KeyId(0)), _key);
        foreach (Person person in People)
        {
            person.Learn(Founding);
        }
    }

    public AccountId Id => _key.GroupId;

    public GroupAdminKey Key => _key;

    public IReadOnlyList<Person> People { get; }

    public SignedGroupChange Founding { get; }

    public static GroupHash KeyId(uint number) => new(number + 1);

    /// <summary>Everybody learns what anybody knows.</summary>
    public void Share()
    {
        SignedGroupChange[] all = [.. People.SelectMany(x => x.Ledger.Changes).DistinctBy(x => x.Id)];
        foreach (Person person in People)
        {
            Array.ForEach(all, x => person.Learn(x));
        }
    }

    /// <summary>Adds people, and they accept.</summary>
    public void Join(params int[] people)
    {
        People[0].Do(new GroupChange.Add([.. people.Select(x => People[x].Id)]));
        Share();
        foreach (int person in people)
        {
            People[person].Answer(GroupAnswer.Accept);
        }

        Share();
    }

    public void Dispose()
    {
        foreach (Person person in People)
        {
            person.Identity.Dispose();
        }

        _key.Dispose();
    }

    internal sealed class Person(GroupWorld world, SessionIdentity identity)
    {
        public SessionIdentity Identity => identity;

        public AccountId Id => identity.AccountId;

        public GroupLedger Ledger { get; } = new();

        public GroupState State => Ledger.State;

        public void Learn(SignedGroupChange change) => Ledger.Add(change);

        /// <summary>Makes a change as this person sees the group, whether or not it may.</summary>
        public SignedGroupChange Do(GroupChange change, ulong? sequence = null)
        {
            GroupState state = State;
            IReadOnlyList<GroupHash> heads = state.HeadsOf(Id);
            GroupHash membership = state.Find(Id)?.Memberships[0] ?? state.Effective.LastOrDefault(x => x.Change is GroupChange.Add add && add.Members.Contains(Id))?.Id ?? default;
            var signed = SignedGroupChange.Sign(
                identity, world.Id, new GroupChangeHeader(sequence ?? state.NextSequence, 1, heads.Count > 0 ? heads[0] : default, membership), change);
            Learn(signed);
            return signed;
        }

        public SignedGroupChange Answer(GroupAnswer answer) => Do(new GroupChange.Answer(answer));

        public SignedGroupChange Remove(Person other, ulong? sequence = null) => Do(
            new GroupChange.Remove([new GroupRemoval(other.Id, State.HeadsOf(other.Id))], new GroupKeyMark(KeyId(State.Epoch + 1), State.Epoch + 1)), sequence);

        public GroupRefusalReason ReasonFor(SignedGroupChange change) => State.Refusals.FirstOrDefault(x => x.Change.Id == change.Id)?.Reason ?? GroupRefusalReason.None;
    }
}
