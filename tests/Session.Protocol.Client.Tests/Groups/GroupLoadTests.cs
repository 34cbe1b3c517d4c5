using System.Diagnostics;
using System.Globalization;
using Session.Protocol.Accounts;
using Session.Protocol.Client.Groups;
using Session.Protocol.LocalNetwork.Faults;
using Session.Protocol.Onion;
using Network = Session.Protocol.LocalNetwork.LocalNetwork;
using NetworkOptions = Session.Protocol.LocalNetwork.LocalNetworkOptions;

namespace Session.Protocol.Client.Tests.Groups;

/// <summary>
/// A whole group in one process, everybody writing, while a member goes, another one restarts and half of the group's swarm is down.
/// <see cref="SizeVariable"/> sets its size; docs/groups.md has the command for 100.
/// </summary>
public sealed class GroupLoadTests : IAsyncDisposable
{
    private const string SizeVariable = "GROUP_LOAD_MEMBERS";

    /// <summary>The group's swarm has four nodes, so that two can go down.</summary>
    private const int NodesPerSwarm = 4;

    /// <summary>Enough that most paths avoid the two nodes.</summary>
    private const int Swarms = 5;

    /// <summary>Members that write at the same time.</summary>
    private const int Writers = 10;

    /// <summary>Members that share an onion client; each with its own would mostly measure how paths are built.</summary>
    private const int MembersPerOnion = 25;

    /// <summary>After this a swarm has repeated to a node what it missed.</summary>
    private static readonly TimeSpan CatchUp = TimeSpan.FromSeconds(15);

    private static readonly int Size = int.Parse(Environment.GetEnvironmentVariable(SizeVariable) ?? "12", CultureInfo.InvariantCulture);

    // Each member downloads what each other one writes to all: the work grows with the square of the size and more.
    private readonly CancellationTokenSource _deadline = new(TimeSpan.FromSeconds(60 + (Size * 10)));
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private readonly List<Participant> _participants = [];
    private readonly List<OnionClient> _onions = [];
    private TimeSpan _processorTime = Process.GetCurrentProcess().TotalProcessorTime;
    private Network? _network;

    private CancellationToken Cancel => _deadline.Token;

    [Fact]
    public async Task SendAsync_EverybodyWhileMembersAndNodesComeAndGo_EachMemberHasEachMessageOnce()
    {
        _network = await Network.StartAsync(NetworkOptions.Default with { NodeCount = Swarms * NodesPerSwarm, SwarmCount = Swarms, Clock = new HastyClock() }, Cancel);
        Participant[] members = await StartManyAsync(Size);
        Participant outsider = (await StartManyAsync(1))[0];
        Report("started");
        ISessionGroup founded = await FoundAsync(members);
        Report("founded");

        await SayAsync("first", members, founded.Id);
        await ArrivedAsync(members, members.Length - 1);
        Report("first messages");

        Participant removed = members[^1];
        Participant[] rest = members[..^1];
        await founded.RemoveAsync([removed.Id], Cancel);
        await EachAsync(rest, founded.Id, x => x.Members.Count == rest.Length);
        await EachAsync([removed], founded.Id, x => x.Status == GroupStatus.Ended);
        Report("one removed");

        await SayAsync("second", rest, founded.Id);
        await ArrivedAsync(rest, (2 * rest.Length) - 1);
        Report("second messages, all keys new");

        ActiveFault[] down = [.. _network.SwarmOf(founded.Id).Take(NodesPerSwarm / 2).Select(x => _network.Faults.Add(Fault.NodeDown.At(x)))];
        Participant restarted = rest[1];
        int half = rest.Length / 2;
        await Task.WhenAll(SayAsync("third", rest[..half], founded.Id), restarted.PauseAsync());
        await restarted.RestartAsync();
        Report("two nodes down, one member restarted");
        await SayAsync("third", rest[half..], founded.Id);
        Array.ForEach(down, x => x.Remove());
        await ArrivedAsync(rest, (3 * rest.Length) - 2);
        Report("third messages");

        // The two nodes hear what they missed, and everybody looks once more: nothing may arrive twice.
        _network.AdvanceClock(CatchUp);
        await SayAsync("last", [members[0]], founded.Id);
        await ArrivedAsync(rest[1..], (3 * rest.Length) - 1);

        foreach (Participant member in rest)
        {
            AssertHasOnce(member, founded.Id, [.. Expected("first", members, member), .. Expected("second", rest, member), .. Expected("third", rest, member), .. Expected("last", [members[0]], member)]);
            Assert.Empty(member.Missing);
        }

        AssertHasOnce(removed, founded.Id, Expected("first", members, removed));
        Assert.Empty(outsider.Received);
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_participants.Select(x => x.DisposeAsync().AsTask()));
        _participants.ForEach(x => x.Identity.Dispose());
        foreach (OnionClient onion in _onions)
        {
            await onion.DisposeAsync();
        }

        if (_network is not null)
        {
            await _network.DisposeAsync();
        }

        _deadline.Dispose();
    }

    private async Task<Participant[]> StartManyAsync(int count)
    {
        var started = new List<Participant>();
        foreach (int[] some in Enumerable.Range(0, count).Chunk(MembersPerOnion))
        {
            // All clients and nodes share this machine's processors, so that an answer may take longer than on a network.
            var onion = new OnionClient(_network!.ClientOptions with { NodeTimeout = TimeSpan.FromMinutes(1), AllowSharedPaths = true });
            _onions.Add(onion);

            // Who is one of many looks less often; nodes limit the rate of requests.
            var interval = TimeSpan.FromMilliseconds(100 + (20 * Size));
            SessionClientOptions options = Participant.Options with { PollInterval = interval, IdlePollInterval = interval };
            Participant[] fresh = [.. some.Select(_ => new Participant((x, store) => new SessionClient(x, onion, options, store), SessionIdentity.Create(), Cancel))];
            _participants.AddRange(fresh);
            started.AddRange(await Task.WhenAll(fresh.Select(x => x.StartAsync())));
        }

        return [.. started];
    }

    private async Task<ISessionGroup> FoundAsync(Participant[] members)
    {
        ISessionGroup founded = await members[0].Client.Groups.CreateAsync("Everybody", members.Skip(1).Select(x => x.Id), Cancel);
        Report("invited");
        await Task.WhenAll(members.Skip(1).Select(x => x.AcceptAsync(founded.Id)));
        Report("accepted");
        await EachAsync(members, founded.Id, x => x.Members.All(y => y.HasJoined));
        return founded;
    }

    private static async Task EachAsync(IEnumerable<Participant> members, AccountId group, Func<ISessionGroup, bool> isSo)
    {
        foreach (Participant member in members)
        {
            await member.UntilAsync(await member.GroupAsync(group), isSo);
        }
    }

    private async Task SayAsync(string text, IEnumerable<Participant> authors, AccountId group) => await Parallel.ForEachAsync(
        authors,
        new ParallelOptions { MaxDegreeOfParallelism = Writers, CancellationToken = Cancel },
        async (author, _) => await author.Client.SendTextAsync(group, Text(text, author), Cancel));

    private static async Task ArrivedAsync(IEnumerable<Participant> members, int count)
    {
        foreach (Participant member in members)
        {
            await member.UntilAsync(() => member.Received.Count() >= count);
        }
    }

    private static IEnumerable<string> Expected(string text, IEnumerable<Participant> authors, Participant reader) =>
        authors.Where(x => x != reader).Select(x => Text(text, x));

    private static void AssertHasOnce(Participant member, AccountId group, IEnumerable<string> expected)
    {
        Assert.Equal(expected.Order(StringComparer.Ordinal), member.Texts(group).Order(StringComparer.Ordinal));
        Assert.Equal(member.Texts(group).Count, member.Received.Count());
    }

    private static string Text(string text, Participant author) => $"{text} from {author.Id}";

    private void Report(string what)
    {
        TimeSpan now = Process.GetCurrentProcess().TotalProcessorTime;
        TestContext.Current.TestOutputHelper?.WriteLine(
            string.Create(CultureInfo.InvariantCulture, $"{what}: {_watch.Elapsed.TotalSeconds:F1} s, processor {(now - _processorTime).TotalSeconds:F1} s"));
        _processorTime = now;
        _watch.Restart();
    }

    /// <summary>Nodes wait half a minute for one that is down; here it is a twentieth of it.</summary>
    private sealed class HastyClock : TimeProvider
    {
        private const int Haste = 20;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            System.CreateTimer(callback, state, dueTime > TimeSpan.Zero ? dueTime / Haste : dueTime, period > TimeSpan.Zero ? period / Haste : period);
    }
}
