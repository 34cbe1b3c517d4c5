using System.Collections.Concurrent;
using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Session.Protocol.TestSupport;

namespace Session.Protocol.Interop.Tests.Peers;

/// <summary>
/// One libsignal in a Node process (tests/interop/peer.mjs): a line of JSON in, a line of JSON out. Tests that share a process
/// run one after the other.
/// </summary>
internal sealed class LibsignalProcess : IAsyncDisposable
{
    private const int KeptErrorLines = 20;

    // A call takes a millisecond; the rest is for machines that are busy with something else.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private static readonly Dictionary<string, string> Packages = new()
    {
        [Releases.Current] = "@signalapp/libsignal-client",
        [Releases.Classic] = "libsignal-classic",
        [Releases.Legacy] = "libsignal-legacy",
    };

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _errors = [];

    private LibsignalProcess(Process process)
    {
        _process = process;
        process.ErrorDataReceived += (_, line) => KeepError(line.Data);
        process.BeginErrorReadLine();
    }

    private static string Folder => RepositoryFolder.Combine("tests", "interop");

    /// <summary>Why there is no such process on this machine; null when there is.</summary>
    public static string? WhyMissing(string release)
    {
        // npm writes this file last, so a half-finished installation counts as none.
        bool isInstalled = File.Exists(Path.Combine(Folder, "node_modules", ".package-lock.json"))
            && Directory.Exists(Path.Combine(Folder, "node_modules", Packages[release]));
        return !isInstalled ? "libsignal is not installed: run npm ci --prefix tests/interop"
            : !NodeRuns.Value ? "there is no node on the path"
            : null;
    }

    private static Lazy<bool> NodeRuns { get; } = new(() =>
    {
        try
        {
            using Process node = Process.Start(new ProcessStartInfo("node", "--version") { RedirectStandardOutput = true })!;
            node.WaitForExit();
            return node.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
    });

    public static LibsignalProcess Start(string release)
    {
        var encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        var start = new ProcessStartInfo("node", ["peer.mjs", release])
        {
            WorkingDirectory = Folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = encoding,
            StandardOutputEncoding = encoding,
            StandardErrorEncoding = encoding,
        };
        return new LibsignalProcess(Process.Start(start)!);
    }

    /// <summary>Calls an operation that must succeed.</summary>
    public async Task<JsonElement> CallAsync(string operation, JsonObject parameters)
    {
        JsonElement answer = await TryCallAsync(operation, parameters);
        Assert.True(answer.GetProperty("ok").GetBoolean(), $"libsignal: {operation} failed: {answer}");
        return answer;
    }

    /// <summary>Calls an operation that may be refused, which the answer's <c>ok</c> and <c>kind</c> tell.</summary>
    public async Task<JsonElement> TryCallAsync(string operation, JsonObject parameters)
    {
        parameters["op"] = operation;
        await _process.StandardInput.WriteLineAsync(parameters.ToJsonString());
        await _process.StandardInput.FlushAsync();
        string? line = await _process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Patience);
        Assert.True(line is not null, $"libsignal ended in {operation}: {string.Join('\n', _errors)}");
        using JsonDocument document = JsonDocument.Parse(line);
        return document.RootElement.Clone();
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            // The end of its input ends it.
            _process.StandardInput.Close();
            await _process.WaitForExitAsync().WaitAsync(Patience);
        }
        finally
        {
            if (!_process.HasExited)
            {
                _process.Kill();
            }

            _process.Dispose();
        }
    }

    private void KeepError(string? line)
    {
        if (line is not null && _errors.Count < KeptErrorLines)
        {
            _errors.Enqueue(line);
        }
    }
}
