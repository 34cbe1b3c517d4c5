using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Session.Protocol.Onion;
using Session.Protocol.Onion.Paths;
using Spectre.Console;

namespace OnionInspector;

/// <summary>A table that is drawn again at each event in a terminal, a line for each event in a pipe. What it counts comes from the library's own meter.</summary>
internal sealed class InspectorView : IDisposable
{
    private const int ShownNotes = 12;

    private readonly OnionClient _onion;
    private readonly MeterListener _meters = new();
    private readonly ConcurrentDictionary<string, int> _outcomes = new(StringComparer.Ordinal);
    private readonly Queue<string> _notes = new();
    private readonly long _start = Stopwatch.GetTimestamp();
    private LiveDisplayContext? _screen;

    public InspectorView(OnionClient onion)
    {
        _onion = onion;
        _meters.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument is { Meter.Name: "Session.Protocol.Onion", Name: "session.onion.request.duration" })
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _meters.SetMeasurementEventCallback<double>((_, _, tags, _) =>
        {
            _outcomes.AddOrUpdate(string.Join(' ', tags.ToArray().Select(tag => tag.Value)), 1, (_, count) => count + 1);
            Draw();
        });
        _meters.Start();
    }

    /// <summary>Requests that were answered.</summary>
    public int Answers => _outcomes.Where(outcome => outcome.Key.EndsWith(" ok", StringComparison.Ordinal)).Sum(outcome => outcome.Value);

    /// <summary>Shows what happens while something runs.</summary>
    public async Task ShowAsync(Func<Task> work)
    {
        if (!Console.IsOutputRedirected)
        {
            await AnsiConsole.Live(new Text("")).StartAsync(screen =>
            {
                _screen = screen;
                return work();
            });
            return;
        }

        await work();
        foreach (OnionPath path in _onion.Paths.Paths)
        {
            Console.WriteLine($"path {path}  {Latency(path)}");
        }

        Console.WriteLine(Summary());
    }

    public void Note(string text)
    {
        string line = $"{Stopwatch.GetElapsedTime(_start):mm\\:ss\\.f} {text}";
        if (Console.IsOutputRedirected)
        {
            Console.WriteLine(line);
        }

        lock (_notes)
        {
            _notes.Enqueue(line);
            _ = _notes.Count > ShownNotes && _notes.TryDequeue(out string? _);
        }

        Draw();
    }

    public void Dispose() => _meters.Dispose();

    private void Draw()
    {
        PathSnapshot snapshot = _onion.Paths;
        Table table = new Table().Title($"{snapshot.State}").AddColumns("guard", "middle", "exit", "latency");
        foreach (OnionPath path in snapshot.Paths)
        {
            table.AddRow([.. path.Hops.Select(hop => hop.ToString()), Latency(path)]);
        }

        lock (_notes)
        {
            _screen?.UpdateTarget(new Rows([table, new Text(Summary()), .. _notes.Select(line => new Text(line))]));
        }
    }

    private string Summary() => $"requests: {string.Join(", ", _outcomes.OrderBy(outcome => outcome.Key, StringComparer.Ordinal).Select(outcome => $"{outcome.Key} {outcome.Value}"))}";

    private static string Latency(OnionPath path) => path.Latency is { } latency ? FormattableString.Invariant($"{latency.TotalMilliseconds:F1} ms") : "not used yet";
}
