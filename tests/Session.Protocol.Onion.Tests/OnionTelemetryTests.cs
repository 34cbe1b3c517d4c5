using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Session.Protocol.Accounts;

namespace Session.Protocol.Onion.Tests;

/// <summary>What a program's monitoring sees, and that it sees nobody.</summary>
public class OnionTelemetryTests
{
    [Fact]
    public async Task Requests_WellAndIll_AreMeasuredByClassAndOutcomeAndNothingElse()
    {
        var network = new MemoryNetwork(TestNode.Many(12));
        network.SeedAnswer = () => MemoryNetwork.Text(200, network.NodeList());
        using SessionIdentity identity = SessionIdentity.Create();
        byte[] store = System.Text.Encoding.UTF8.GetBytes($$"""{"method":"store","params":{"pubkey":"{{identity.AccountId}}" } }""");
        var durations = new ConcurrentQueue<(double Seconds, KeyValuePair<string, object?>[] Tags)>();
        var activities = new ConcurrentQueue<Activity>();
        using var meters = new MeterListener();
        meters.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == "Session.Protocol.Onion" && instrument.Name == "session.onion.request.duration")
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };

        // The instruments are of the process: only what this test's own flow does counts.
        var mine = new AsyncLocal<bool> { Value = true };
        meters.SetMeasurementEventCallback<double>((_, value, tags, _) =>
        {
            if (mine.Value)
            {
                durations.Enqueue((value, tags.ToArray()));
            }
        });
        meters.Start();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Session.Protocol.Onion",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity =>
            {
                if (mine.Value)
                {
                    activities.Enqueue(activity);
                }
            },
        };
        ActivitySource.AddActivityListener(listener);
        await using var client = new OnionClient(network.Options, network, random: new SeededRandomSource(1));

        await client.SendToNodeAsync(network.Nodes[0].Node, store);
        network.Fault = (_, kind) => kind == "/onion_req/v2" ? MemoryNetwork.Text(429, "Too Many Requests\n") : null;
        await Assert.ThrowsAsync<OnionException>(async () => await client.SendToNodeAsync(network.Nodes[0].Node, store));

        Assert.Equal(["ok", "RateLimited"], durations.Select(measured => measured.Tags.Single(tag => tag.Key == "session.request.outcome").Value));
        Assert.All(durations, measured => Assert.Equal(
            ["session.request.class", "session.request.outcome"], measured.Tags.Select(tag => tag.Key)));
        Assert.All(durations, measured => Assert.Equal("store", measured.Tags[0].Value));
        Assert.Equal(2, activities.Count);
        Assert.All(activities, activity =>
        {
            Assert.Equal("onion request", activity.DisplayName);
            Assert.Equal(["session.request.class", "session.request.outcome"], activity.TagObjects.Select(tag => tag.Key));
            Assert.Empty(activity.Baggage);
            Assert.Empty(activity.Events);
        });
    }
}
