using System.Collections.Concurrent;
using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using Session.Protocol.TestSupport;

namespace Session.Protocol.Onion.Tests.Transport;

/// <summary>A real proxy in a Node process (tests/interop/proxies.mjs) and what it was asked for.</summary>
internal sealed class ProxyProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly Process _process;
    private readonly Task _reading;
    private readonly ConcurrentQueue<string> _asked = new();

    private ProxyProcess(Process process, int port)
    {
        _process = process;
        Port = port;
        _reading = ReadAsync();
    }

    public int Port { get; }

    /// <summary>"host port" of every connection, the host as the client named it.</summary>
    public IReadOnlyList<string> Asked => [.. _asked];

    private static string Folder => RepositoryFolder.Combine("tests", "interop");

    /// <summary>Starts one, or skips the test where there is none.</summary>
    public static async Task<ProxyProcess> StartAsync(string kind)
    {
        string package = Path.Combine(Folder, "node_modules", kind == "http" ? "proxy-chain" : Path.Combine("@pondwader", "socks5-server"));
        Assert.SkipUnless(Directory.Exists(package), "The proxy is not installed: run npm ci --prefix tests/interop");
        var start = new ProcessStartInfo("node") { WorkingDirectory = Folder, RedirectStandardInput = true, RedirectStandardOutput = true };
        start.ArgumentList.Add("proxies.mjs");
        start.ArgumentList.Add(kind);
        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (Win32Exception)
        {
            Assert.Skip("There is no node on the path.");
            throw;
        }

        string? port = await process.StandardOutput.ReadLineAsync().WaitAsync(Patience);
        return new ProxyProcess(process, int.Parse(port!, CultureInfo.InvariantCulture));
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync().WaitAsync(Patience);
        await _reading.WaitAsync(Patience);
        _process.Dispose();
    }

    private async Task ReadAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } asked)
        {
            _asked.Enqueue(asked);
        }
    }
}
