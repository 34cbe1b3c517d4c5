using Session.Protocol.Accounts;
using Session.Protocol.Client;
using Session.Protocol.Messages;
using Session.Protocol.Onion;
using Session.Protocol.Sqlite;

namespace Session.Protocol.Crash;

/// <summary>The program that dies: a bot that answers every text once, on a store in a file.</summary>
internal static class CrashChild
{
    public static readonly byte[] StoreKey = [.. Enumerable.Range(0, SqliteStoreKey.Size).Select(x => (byte)x)];

    public static SessionClientOptions Options(bool ratchet) => SessionClientOptions.Default with
    {
        PollInterval = SessionClientOptions.MinPollInterval,
        Outbox = OutboxOptions.Default with { RetryDelay = TimeSpan.FromMilliseconds(50), MaxRetryDelay = TimeSpan.FromMilliseconds(500) },
        Ratchet = RatchetOptions.Default with { Enabled = ratchet },
        History = new HistoryOptions { Enabled = true, MaxMessages = int.MaxValue },
    };

    /// <param name="arguments">File, phrase, whether the ratchet is on, whether answers acknowledge, plan, seeds.</param>
    public static async Task RunAsync(IReadOnlyList<string> arguments)
    {
        using var identity = SessionIdentity.FromPhrase(arguments[1]);
        using var key = SqliteStoreKey.FromBytes(StoreKey);
        await using var store = SqliteAccountStore.Open(arguments[0], key);
        await using var client = SessionClient.Connect(
            identity,
            OnionClientOptions.ForSeeds([.. arguments.Skip(5).Select(x => new Uri(x))]),
            Options(bool.Parse(arguments[2])),
            new KillingStore(store, KillPlan.Parse(arguments[4])));
        await foreach (ReceivedMessage message in client.ReceiveAsync())
        {
            if (message is { Text: { } text } && message.Sender != identity.AccountId)
            {
                await client.EnqueueAsync(message.Sender, new TextMessage($"answer to {text}"), bool.Parse(arguments[3]) ? message : null);
            }
        }
    }

    /// <summary>Opens a store, says so, and keeps it until it is killed.</summary>
    public static async Task HoldAsync(string path)
    {
        using var key = SqliteStoreKey.FromBytes(StoreKey);
        await using var store = SqliteAccountStore.Open(path, key);
        await Console.Out.WriteLineAsync("open");
        await Task.Delay(Timeout.Infinite);
    }
}
