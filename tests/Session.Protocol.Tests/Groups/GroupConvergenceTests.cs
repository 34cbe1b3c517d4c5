using System.Collections.Concurrent;
using System.Globalization;
using Session.Protocol.Groups;

namespace Session.Protocol.Tests.Groups;

/// <summary>
/// Groups in which everybody does anything, allowed or not, while the members hear of each other late, twice or not at all. Once all have seen
/// everything, all must see the same group, whatever the order in which it came.
/// </summary>
public class GroupConvergenceTests
{
    private const int Lives = 150;
    private const int Operations = 40;
    private const int People = 6;
    private const int Orders = 8;

    [Fact]
    public void AnyOrderOfArrival_FixedSeeds_GivesTheSameGroup()
    {
        var failures = new ConcurrentQueue<string>();
        Parallel.For(0, Lives, seed =>
        {
            using var world = new GroupWorld(People, seed);
            var random = new SeededRandomSource(seed + 10_000);
            Live(world, random);
            world.Share();
            string expected = Describe(world.People[0].State);
            SignedGroupChange[] all = [.. world.People[0].Ledger.Changes];
            if (world.People.Any(x => Describe(x.State) != expected))
            {
                failures.Enqueue($"seed {seed}: the members see different groups");
            }

            for (int i = 0; i < Orders; i++)
            {
                var ledger = new GroupLedger();
                foreach (SignedGroupChange change in Shuffled([.. all, .. all.Take(5)], random))
                {
                    ledger.Add(change);

                    // Evaluated in between, too: what was seen before must not matter.
                    _ = random.Chance(20) ? ledger.State : null;
                }

                if (Describe(ledger.State) != expected)
                {
                    failures.Enqueue($"seed {seed}: another order gives another group");
                }
            }
        });

        Assert.True(failures.IsEmpty, string.Join('\n', failures.Take(5)));
    }

    private static void Live(GroupWorld world, SeededRandomSource random)
    {
        world.Join(1, 2);
        world.People[0].Do(new GroupChange.Promote(world.People[1].Id));
        for (int i = 0; i < Operations; i++)
        {
            GroupWorld.Person person = world.People[random.Next(People)];
            GroupWorld.Person other = world.People[random.Next(People)];
            ulong? sequence = random.Chance(10) ? (ulong)random.Next(20) : null;
            _ = random.Next(9) switch
            {
                0 or 1 => person.Do(new GroupChange.Add([other.Id]), sequence),
                2 => person.Answer(GroupAnswer.Accept),
                3 => person.Answer(random.Chance(50) ? GroupAnswer.Leave : GroupAnswer.Decline),
                4 or 5 => person.Remove(other, sequence),
                6 => person.Do(new GroupChange.Promote(other.Id), sequence),
                7 => person.Do(new GroupChange.Rename(i.ToString(CultureInfo.InvariantCulture)), sequence),
                _ => person.Do(new GroupChange.Rekey(new GroupKeyMark(GroupWorld.KeyId((uint)i), person.State.Epoch)), sequence),
            };

            // Somebody hears some of what somebody else knows.
            if (random.Chance(60))
            {
                foreach (SignedGroupChange change in Shuffled([.. person.Ledger.Changes], random).Take(random.Next(30)))
                {
                    other.Learn(change);
                }
            }
        }
    }

    private static string Describe(GroupState state) => string.Join(
        '|',
        state.Name,
        state.Epoch,
        state.Key,
        state.NextSequence,
        string.Join(',', state.Members.Values.OrderBy(x => x.Account.ToString(), StringComparer.Ordinal).Select(x => $"{x.Account}:{x.IsJoined}:{x.AdminSince}:{x.AddedBy}:{string.Join('+', x.Memberships)}")),
        string.Join(',', state.Departed.Values.OrderBy(x => x.Account.ToString(), StringComparer.Ordinal).Select(x => $"{x.Account}:{x.Change.Id}")),
        string.Join(',', state.Effective.Select(x => x.Id)),
        string.Join(',', state.Refusals.Select(x => $"{x.Change.Id}:{x.About}:{x.Reason}")));

    private static SignedGroupChange[] Shuffled(SignedGroupChange[] changes, SeededRandomSource random)
    {
        for (int i = changes.Length - 1; i > 0; i--)
        {
            int j = random.Next(i + 1);
            (changes[i], changes[j]) = (changes[j], changes[i]);
        }

        return changes;
    }
}
