using System.Diagnostics;
using System.Globalization;
using Session.Protocol.Accounts;
using Session.Protocol.Client.Stores;
using Session.Protocol.Sqlite;

namespace Session.Protocol.Benchmarks.Stores;

/// <summary>What the store costs behind some history, in microseconds of wall time.</summary>
internal sealed record StoreMeasurement(double LookUp, double Acknowledge, double Step, double Batched, double Keep, double Page, double Megabytes)
{
    public const int Samples = 201;

    private const int FillBatch = 2_000;
    private const int AtOnce = 64;
    private const int PageSize = 50;

    /// <summary>Conversations over which the kept messages are spread.</summary>
    private const int Conversations = 100;

    private static readonly DateTimeOffset Expiry = new(2100, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly AccountId Author = AccountId.Parse("05" + new string('b', 64));
    private static readonly byte[] Key = new byte[SqliteStoreKey.Size];

    /// <summary>Makes a store with a history and measures it.</summary>
    public static async Task<StoreMeasurement> OfAsync(int history)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("session-store-benchmark-");
        try
        {
            string path = Path.Combine(folder.FullName, "account.db");
            using var key = SqliteStoreKey.FromBytes(Key);
            await using var store = SqliteAccountStore.Open(path, key);
            for (int i = 0; i < history; i += FillBatch)
            {
                int[] numbers = [.. Enumerable.Range(i, Math.Min(FillBatch, history - i))];
                await store.CommitAsync(new AccountChanges { Handled = [.. numbers.Select(Handled)], Messages = [.. numbers.Select(Kept)] });
            }

            int next = history;
            double lookUp = await MedianAsync(async () => _ = await store.IsHashHandledAsync(Hash(next++)));
            double acknowledge = await MedianAsync(() => store.CommitAsync(new AccountChanges { Handled = [Handled(next++)] }).AsTask());
            double step = await MedianAsync(() => store.CommitAsync(StepOf(next++)).AsTask());
            double batched = await MedianAsync(() => Task.WhenAll(Enumerable.Range(0, AtOnce).Select(_ => Task.Run(() => store.CommitAsync(StepOf(Interlocked.Increment(ref next))).AsTask())))) / AtOnce;
            double keep = await MedianAsync(() => store.CommitAsync(new AccountChanges { Messages = [Kept(next++)] }).AsTask());
            double page = await MedianAsync(async () => _ = await store.ListMessagesAsync(Conversation(next++), long.MaxValue, PageSize));
            return new StoreMeasurement(lookUp, acknowledge, step, batched, keep, page, new FileInfo(path).Length / 1e6);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static string Hash(int number) => number.ToString(CultureInfo.InvariantCulture).PadLeft(43, 'h');

    private static HandledMessage Handled(int number) => new(Hash(number), Expiry, new MessageKey(Author, number));

    private static MessageChange Kept(int number) => new(MessageChangeKind.Put, Conversation(number), new MessageKey(Author, number)) { Value = new byte[200], MaxMessages = 20_000 };

    private static AccountId Conversation(int number) => AccountId.Parse("05" + (number % Conversations).ToString("x64", CultureInfo.InvariantCulture));

    /// <summary>What receiving a ratcheted message commits: the session, the message, its hash.</summary>
    public static AccountChanges StepOf(int number) => new()
    {
        Handled = [new HandledMessage(Hash(number), Expiry, null)],
        States =
        [
            new(new AccountStateKey(AccountStateKind.Session, string.Create(CultureInfo.InvariantCulture, $"{number % 100}")), new byte[2_000]),
            new(new AccountStateKey(AccountStateKind.PendingMessage, Hash(number % 1_000)), new byte[500], Expiry),
        ],
    };

    private static async Task<double> MedianAsync(Func<Task> operation)
    {
        double[] times = new double[Samples];
        for (int i = 0; i < Samples; i++)
        {
            long start = Stopwatch.GetTimestamp();
            await operation();
            times[i] = Stopwatch.GetElapsedTime(start).TotalMicroseconds;
        }

        Array.Sort(times);
        return times[Samples / 2];
    }
}
