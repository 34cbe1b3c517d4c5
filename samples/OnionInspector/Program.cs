using System.Globalization;
using OnionInspector;
using Session.Protocol.Client.Stores;
using Session.Protocol.LocalNetwork;
using Session.Protocol.LocalNetwork.Faults;
using Session.Protocol.Onion;
using Session.Protocol.Onion.Nodes;
using Session.Protocol.Onion.Paths;

// Shows what the paths of a client are made of, how fast they are and what becomes of them when nodes fail.
const string Usage = """
    usage: OnionInspector [snapshot FILE] [--seconds N] [--store FOLDER] [--seed-url URL]
      snapshot FILE    write the node list to a file that an application can ship, and end
      --seconds N      end after so long (default: 10 in a pipe, else Ctrl+C)
      --store FOLDER   keep node list and guards there between runs
      --seed-url URL   a running network instead of a local one with faults
    """;
Dictionary<string, string> given = args.Chunk(2).Where(pair => pair.Length == 2).DistinctBy(pair => pair[0]).ToDictionary(pair => pair[0], pair => pair[1]);
string[] known = ["snapshot", "--seconds", "--store", "--seed-url"];
double seconds = Console.IsOutputRedirected ? 10 : int.MaxValue / 1000;
Uri? seed = null;
if (given.Count * 2 != args.Length || given.Keys.Except(known).Any()
    || (given.TryGetValue("--seconds", out string? wanted) && !(double.TryParse(wanted, CultureInfo.InvariantCulture, out seconds) && seconds is > 0 and < 1_000_000))
    || (given.TryGetValue("--seed-url", out string? url) && !(Uri.TryCreate(url, UriKind.Absolute, out seed) && seed.Scheme is "http" or "https")))
{
    Console.Error.WriteLine(Usage);
    return 2;
}

// A pipe gets a fixed time; a terminal goes on until Ctrl+C.
using var stop = new CancellationTokenSource(TimeSpan.FromMinutes(1));
Console.CancelKeyPress += (_, key) =>
{
    key.Cancel = true;
    stop.Cancel();
};
try
{
    await using LocalNetwork? local = seed is null
        ? await LocalNetwork.StartAsync(LocalNetworkOptions.Default with { NodeCount = 14 }, stop.Token)
        : null;
    using FileOnionStore? store = given.TryGetValue("--store", out string? folder) ? new FileOnionStore(folder) : null;
    OnionClientOptions network = (local?.ClientOptions ?? OnionClientOptions.ForSeeds([seed!])) with { Store = store };
    await using var onion = new OnionClient(network);
    return given.TryGetValue("snapshot", out string? file) ? await WriteSnapshotAsync(onion, file) : await InspectAsync(onion, local);
}
catch (Exception e) when (e is OnionException or IOException or UnauthorizedAccessException or OperationCanceledException)
{
    Console.Error.WriteLine(e is OperationCanceledException ? "The time is over." : e.Message);
    return 1;
}

// The list that an application ships: read with NodeSnapshot.TryRead, given as OnionClientOptions.FallbackNodes.
async Task<int> WriteSnapshotAsync(OnionClient onion, string file)
{
    var snapshot = new NodeSnapshot(await onion.Nodes.RefreshAsync(stop.Token), onion.Clock.Now);
    byte[] bytes = snapshot.ToBytes();
    await File.WriteAllBytesAsync(file, bytes, stop.Token);
    Console.WriteLine($"{snapshot.Nodes.Count} nodes, {bytes.Length} bytes, written to {file}");
    return 0;
}

async Task<int> InspectAsync(OnionClient onion, LocalNetwork? local)
{
    // The network is up: the time begins. Closing the client ends the watching.
    stop.CancelAfter(TimeSpan.FromSeconds(seconds));
    using var view = new InspectorView(onion);
    await view.ShowAsync(async () =>
    {
        Task watching = WatchAsync(onion, local, view);
        await AskAsync(onion);
        await onion.DisposeAsync();
        await watching;
    });
    return view.Answers > 0 ? 0 : 1;
}

// In a local network a node of a path fails whenever all is well again.
async Task WatchAsync(OnionClient onion, LocalNetwork? local, InspectorView view)
{
    Fault[] faults = [Fault.NotReady.At(NodeRole.Guard), Fault.NotInNodeLists.At(NodeRole.Middle), Fault.Busy, Fault.BreaksMidway.At(NodeRole.Exit), Fault.TampersWithRequests];
    int count = 0;
    ActiveFault? last = null;
    await foreach (PathSnapshot snapshot in onion.WatchPathsAsync())
    {
        view.Note($"{snapshot.State}: {snapshot.Reason}");
        if (local is not null && snapshot.State == PathState.Ready && (last is null || last.Fired > 0))
        {
            Fault fault = faults[count++ % faults.Length];
            int hop = fault.Role switch { NodeRole.Middle => 1, NodeRole.Exit => 2, _ => 0 };
            ServiceNode node = snapshot.Paths[0].Hops[hop];
            last?.Remove();
            last = local.Faults.Add(fault.At(local.Nodes.First(other => other.IdentityKey == node.IdentityKey)));
            view.Note($"Fault: {fault.Name} at {node}, hop {hop + 1}");
        }
    }
}

// Five requests a second, each as any other: which node is asked does not matter.
async Task AskAsync(OnionClient onion)
{
    using var pace = new PeriodicTimer(TimeSpan.FromSeconds(0.2));
    do
    {
        try
        {
            IReadOnlyList<ServiceNode> nodes = await onion.Nodes.GetNodesAsync(stop.Token);
            await onion.SendToNodeAsync(nodes[Random.Shared.Next(nodes.Count)], """{"method":"info","params":{}}"""u8.ToArray(), stop.Token);
        }
        catch (Exception e) when (e is OnionException or OperationCanceledException)
        {
            // Counted by the library, and shown with the outcomes.
        }
    }
    while (!stop.IsCancellationRequested && await pace.WaitForNextTickAsync());
}
