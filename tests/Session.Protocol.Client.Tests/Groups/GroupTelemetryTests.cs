using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Session.Protocol.Client.Groups;
using Session.Protocol.Client.Tests.Outbox;
using Session.Protocol.Onion;
using Session.Protocol.Onion.Swarms;

namespace Session.Protocol.Client.Tests.Groups;

/// <summary>Groups are counted like conversations, without a word about which group or whom.</summary>
public sealed class GroupTelemetryTests(TestNetwork network) : GroupTestBase(network)
{
    [Fact]
    public async Task SendAndReceive_InAGroup_AreCountedWithOutcomesAndNothingElse()
    {
        var heard = new ConcurrentQueue<(string Name, KeyValuePair<string, object?>[] Tags)>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, x) =>
        {
            if (instrument.Meter.Name == SessionTelemetry.Name)
            {
                x.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((instrument, _, tags, _) => heard.Enqueue((instrument.Name, tags.ToArray())));
        listener.Start();

        Participant[] all = await StartManyAsync(2);
        ISessionGroup[] groups = await FoundAsync(all);
        await using RawGroup raw = await RawGroup.OpenAsync(Network, all[0], groups[0].Id);
        await SayAsync(groups[1], "one");
        await all[0].GotAsync("one");
        OnionClient onion = Own(Network.Onion());
        var swarm = new ScriptedSwarm(new SwarmClient(onion))
        {
            Answer = (query, poll) => query.Account == groups[0].Id ? throw new OnionException(OnionFault.TimedOut, "As the script says.") : poll,
        };
        all[0].Connect = (x, store) => new SessionClient(x, onion, Participant.Options, store, swarm);
        await all[0].RestartAsync();
        await all[0].UntilAsync(() => heard.Any(x => x.Name == "session.group.polls" && Outcome(x.Tags) == nameof(OnionFault.TimedOut)));
        await all[0].PauseAsync();
        swarm.Answer = (_, poll) => poll;
        SentMessage lost = await SayAsync(groups[1], "two");
        await SayAsync(groups[1], "three");
        await raw.DeleteAsync((await raw.ObjectsAsync()).Where(x => x.Hash == lost.Hash));
        all[0].Resume();
        await all[0].UntilAsync(() => all[0].Missing.Any());

        Assert.Contains(heard, x => x.Name == "session.group.polls" && Outcome(x.Tags) == "ok");
        Assert.Contains(heard, x => x.Name == "session.messages.sent");
        Assert.Contains(heard, x => x.Name == "session.group.messages.missing");
        Assert.All(heard.SelectMany(x => x.Tags), x => Assert.Contains(x.Key, new[] { "session.outcome", "session.content.kind" }));
        Assert.DoesNotContain(heard.SelectMany(x => x.Tags), x => x.Value is string { Length: > 30 });
    }

    private static string? Outcome(KeyValuePair<string, object?>[] tags) => tags.FirstOrDefault(x => x.Key == "session.outcome").Value as string;
}
