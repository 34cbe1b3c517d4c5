using System.Diagnostics;
using System.Globalization;
using System.Text;
using Session.Protocol.Accounts;
using Session.Protocol.Attachments;
using Session.Protocol.Benchmarks.Corridor;
using Session.Protocol.Benchmarks.Reports;
using Session.Protocol.Client;
using Session.Protocol.Client.Attachments;
using Session.Protocol.Messages;
using Session.Protocol.Onion;
using Session.Protocol.Onion.Files;

namespace Session.Protocol.Benchmarks.Attachments;

/// <summary>
/// Whole transfers of files by a client: encryption, three hops, file server, and back. The network runs in another process. Prints time and what
/// the client allocates, and keeps it in <c>results/transfer.md</c>.
/// </summary>
internal static class TransferCommand
{
    private const int Rounds = 5;

    private static readonly int[] Sizes = [64 * 1024, 1_000_000, 9_900_000];

    public static async Task<int> RunAsync(string folder)
    {
        using NetworkProcess network = NetworkProcess.Start();
        using var alice = SessionIdentity.Create();
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"""
            # A file up and down

            {Machine.Describe()} Median of {Rounds}, the network in another process. Bytes are all that the client's process allocates meanwhile.

            | scheme | file, bytes | upload, ms | allocated | download, ms | allocated |
            |---|---:|---:|---:|---:|---:|

            """);
        foreach (AttachmentScheme scheme in Enum.GetValues<AttachmentScheme>())
        {
            SessionClientOptions options = SessionClientOptions.Default with
            {
                Attachments = AttachmentOptions.Default with { Scheme = scheme, FileServer = FileServerOptions.Default with { Server = network.Files } },
            };
            await using SessionClient client = SessionClient.Connect(alice, OnionClientOptions.ForSeeds([network.Seed]), options);
            foreach (int size in Sizes)
            {
                var file = new MemoryStream(new byte[size], writable: false);
                AttachmentPointer pointer = await client.Attachments.UploadAsync(file);
                Cost up = await Cost.MedianAsync(async () =>
                {
                    file.Position = 0;
                    pointer = await client.Attachments.UploadAsync(file);
                });
                Cost down = await Cost.MedianAsync(async () =>
                {
                    if (await client.Attachments.DownloadAsync(pointer, Stream.Null) != AttachmentStatus.Complete)
                    {
                        throw new InvalidOperationException("The file did not come back.");
                    }
                });
                text.Append(CultureInfo.InvariantCulture, $"| {scheme} | {size:N0} | {up.Milliseconds:N0} | {up.Bytes:N0} | {down.Milliseconds:N0} | {down.Bytes:N0} |\n");
            }
        }

        Console.Write(text);
        File.WriteAllText(Path.Combine(folder, "transfer.md"), text.ToString());
        return 0;
    }

    private sealed record Cost(double Milliseconds, long Bytes)
    {
        public static async Task<Cost> MedianAsync(Func<Task> work)
        {
            var milliseconds = new List<double>();
            var bytes = new List<long>();
            for (int i = 0; i < Rounds; i++)
            {
                long before = GC.GetTotalAllocatedBytes(precise: true);
                long start = Stopwatch.GetTimestamp();
                await work();
                milliseconds.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
                bytes.Add(GC.GetTotalAllocatedBytes(precise: true) - before);
            }

            return new Cost(milliseconds.Order().ElementAt(Rounds / 2), bytes.Order().ElementAt(Rounds / 2));
        }
    }
}
