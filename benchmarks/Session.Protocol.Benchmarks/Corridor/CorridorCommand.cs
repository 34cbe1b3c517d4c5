using System.Globalization;
using Session.Protocol.Accounts;
using Session.Protocol.Benchmarks.Reports;
using Session.Protocol.Client;
using Session.Protocol.Onion;

namespace Session.Protocol.Benchmarks.Corridor;

/// <summary>
/// The way of one message through everything: client, encryption, three hops, swarm, and back. The network runs in another process.
/// Prints what the client needs for a message sent and a message received, and keeps it in <c>results/corridor.md</c>.
/// </summary>
internal static class CorridorCommand
{
    private const int WarmUp = 1000;
    private const int Messages = 2000;
    private const int ProfileRows = 60;

    /// <summary>Looks for messages as often as possible, and sends each once.</summary>
    public static SessionClientOptions Behaviour { get; } =
        SessionClientOptions.Default with { PollInterval = SessionClientOptions.MinPollInterval, SyncSentMessages = false };

    public static async Task<int> RunAsync(string folder, bool profile)
    {
        using NetworkProcess network = NetworkProcess.Start();
        OnionClientOptions options = OnionClientOptions.ForSeeds([network.Seed]);
        using var alice = SessionIdentity.Create();
        using var bob = SessionIdentity.Create();
        await using SessionClient sender = SessionClient.Connect(alice, options, Behaviour);
        await using SessionClient receiver = SessionClient.Connect(bob, options, Behaviour);
        string text = new('x', 1000);

        // One enumeration for all: a second one would read what the first had not asked beyond once more.
        await using IAsyncEnumerator<ReceivedMessage> received = receiver.ReceiveAsync().GetAsyncEnumerator();

        await SendAsync(WarmUp);
        await ReceiveAsync(WarmUp);
        if (profile)
        {
            Print("send", await AllocationProfile.OfAsync(() => SendAsync(Messages)));
            Print("receive", await AllocationProfile.OfAsync(() => ReceiveAsync(Messages)));
            return 0;
        }

        CorridorCost sending = await CorridorCost.MeasureAsync(Messages, () => SendAsync(Messages));
        CorridorCost receiving = await CorridorCost.MeasureAsync(Messages, () => ReceiveAsync(Messages));

        string table = string.Create(CultureInfo.InvariantCulture, $"""
            # One message through the corridor

            {Machine.Describe()} {Messages} texts of 1,000 characters, one after the other; the network in another process.

            | per message | CPU us | allocated bytes | ms |
            |---|---:|---:|---:|
            | send | {sending.Microseconds:N0} | {sending.Bytes:N0} | {sending.Milliseconds:F2} |
            | receive, in batches | {receiving.Microseconds:N0} | {receiving.Bytes:N0} | {receiving.Milliseconds:F2} |

            """);
        Console.Write(table);
        File.WriteAllText(Path.Combine(folder, "corridor.md"), table);
        return 0;

        async Task SendAsync(int count)
        {
            for (int i = 0; i < count; i++)
            {
                await sender.SendTextAsync(bob.AccountId, text);
            }
        }

        async Task ReceiveAsync(int count)
        {
            for (int i = 0; i < count; i++)
            {
                _ = await received.MoveNextAsync();
            }
        }
    }

    private static void Print(string name, IReadOnlyList<KeyValuePair<string, double>> profile)
    {
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}: {profile.Sum(x => x.Value) / Messages:N0} bytes per message"));
        foreach ((string who, double bytes) in profile.Take(ProfileRows))
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{bytes / Messages,8:N0}  {who}"));
        }
    }
}
