namespace Session.Protocol.Interop.Tests.Peers;

/// <summary>The libsignal processes of one test class, each started when it is first asked for.</summary>
public sealed class LibsignalFixture : IAsyncDisposable
{
    private readonly Dictionary<string, LibsignalProcess> _running = [];

    public async ValueTask DisposeAsync()
    {
        foreach (LibsignalProcess process in _running.Values)
        {
            await process.DisposeAsync();
        }
    }

    /// <summary>The process of a release. Skips the test where it is not installed.</summary>
    internal LibsignalProcess Require(string release)
    {
        if (!_running.TryGetValue(release, out LibsignalProcess? process))
        {
            string? reason = LibsignalProcess.WhyMissing(release);
            Assert.SkipWhen(reason is not null, reason ?? string.Empty);
            _running[release] = process = LibsignalProcess.Start(release);
        }

        return process;
    }
}
