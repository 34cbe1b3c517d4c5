using System.Diagnostics;
using Session.Protocol.Accounts;
using Session.Protocol.Onion.Files;

namespace Session.Protocol.Benchmarks.Corridor;

/// <summary>A local network in a process of its own, so that what is measured here is the client alone.</summary>
internal sealed class NetworkProcess : IDisposable
{
    public const string Argument = "network";

    /// <summary>All clients are on one address here; on the real network a node sees only its guards' share of them.</summary>
    private static readonly LocalNetwork.LocalNetworkOptions Unlimited =
        LocalNetwork.LocalNetworkOptions.Default with { RateLimitBurst = 1_000_000, RateLimitPerSecond = 1_000_000 };

    private readonly Process _process;

    private NetworkProcess(Process process)
    {
        _process = process;
        Seed = new Uri(ReadLine());
        Files = FileServerAddress.FromSigningKey(new Uri(ReadLine()), Ed25519PublicKey.Parse(ReadLine()));
    }

    public Uri Seed { get; }

    public FileServerAddress Files { get; }

    public static NetworkProcess Start()
    {
        Process process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, [Argument])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        return new NetworkProcess(process);
    }

    /// <summary>The other side: runs until its input ends.</summary>
    public static async Task<int> RunAsync()
    {
        await using LocalNetwork.LocalNetwork network = await LocalNetwork.LocalNetwork.StartAsync(Unlimited);
        Console.WriteLine(network.SeedUrls[0]);
        Console.WriteLine(network.FileServer.Server.Address);
        Console.WriteLine(network.FileServer.Server.SigningKey);
        await Console.In.ReadToEndAsync();
        return 0;
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }

    private string ReadLine() => _process.StandardOutput.ReadLine() ?? throw new InvalidOperationException("The network did not start.");
}
