using Session.Protocol.Client.Stores;
using Session.Protocol.LocalNetwork;
using Session.Protocol.Onion;
using Session.Protocol.Onion.Nodes;

namespace Session.Protocol.Client.Tests.Stores;

public sealed class FileOnionStoreTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("onion-store").FullName;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task SaveAndLoad_EachItem_IsReplacedAsAWholeAndPrivate()
    {
        using var store = new FileOnionStore(Path.Combine(_folder, "own"));
        Assert.Null(await store.LoadAsync(OnionStoreItem.Guards, Cancel));

        await store.SaveAsync(OnionStoreItem.Guards, new byte[] { 1, 2, 3 }, Cancel);
        await store.SaveAsync(OnionStoreItem.Nodes, new byte[] { 9 }, Cancel);
        await store.SaveAsync(OnionStoreItem.Guards, new byte[] { 4 }, Cancel);

        using var second = new FileOnionStore(Path.Combine(_folder, "own"));
        Assert.Equal([4], (await second.LoadAsync(OnionStoreItem.Guards, Cancel))!.Value.ToArray());
        Assert.Equal([9], (await second.LoadAsync(OnionStoreItem.Nodes, Cancel))!.Value.ToArray());
        Assert.Equal(2, Directory.GetFiles(Path.Combine(_folder, "own")).Length);
        if (!OperatingSystem.IsWindows())
        {
            foreach (string file in Directory.GetFiles(Path.Combine(_folder, "own")))
            {
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
            }
        }
    }

    [Fact]
    public async Task Load_FileThatIsTooLarge_IsAnIOException()
    {
        await File.WriteAllBytesAsync(Path.Combine(_folder, "nodes.bin"), new byte[3 * 1024 * 1024], Cancel);
        using var store = new FileOnionStore(_folder);

        await Assert.ThrowsAsync<IOException>(async () => await store.LoadAsync(OnionStoreItem.Nodes, Cancel));
    }

    [Fact]
    public async Task Save_FolderIsAFile_IsAnIOException()
    {
        string file = Path.Combine(_folder, "file");
        await File.WriteAllBytesAsync(file, [], Cancel);
        using var store = new FileOnionStore(file);

        await Assert.ThrowsAsync<IOException>(async () => await store.SaveAsync(OnionStoreItem.Nodes, new byte[1], Cancel));
    }

    [Fact]
    public async Task Restart_WithTheFiles_EntersThroughTheSameGuardAndNeedsNoSeed()
    {
        await using LocalNetwork.LocalNetwork large = await LocalNetwork.LocalNetwork.StartAsync(LocalNetworkOptions.Default with { NodeCount = 24 }, Cancel);
        using var store = new FileOnionStore(_folder);
        HashSet<ServiceNode> before = await GuardsAsync(large.ClientOptions with { Store = store });

        HashSet<ServiceNode> after = await GuardsAsync(OnionClientOptions.ForSeeds([new Uri("http://127.0.0.1:9/")]) with { Store = store });

        // The first path begins with the older guard. The younger one may have become a hop of it, and then the second path begins elsewhere.
        Assert.True(after.Overlaps(before), $"{string.Join(", ", after)} after {string.Join(", ", before)}");
    }

    private static async Task<HashSet<ServiceNode>> GuardsAsync(OnionClientOptions options)
    {
        await using var client = new OnionClient(options);
        await client.Clock.ResynchroniseAsync(Cancel);
        await foreach (var snapshot in client.WatchPathsAsync(Cancel))
        {
            if (snapshot.Paths.Count > 1)
            {
                return [.. snapshot.Paths.Select(path => path.Guard)];
            }
        }

        return [];
    }
}
