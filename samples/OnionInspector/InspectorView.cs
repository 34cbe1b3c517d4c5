using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using Session.Protocol.Onion;
using Session.Protocol.Onion.Paths;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace OnionInspector;

/// <summary>A table that is drawn again in a terminal, a line for each event in a pipe. What it counts comes from the library's own meter.</summary>
internal sealed class InspectorView : IDisposable
{
    private const int ShownNotes = 12;

    private readonly MeterListener _meters = new();
    private readonly ConcurrentDictionary<string, int> _outcomes = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> _notes = new();
    private readonly DateTime _start = DateTime.UtcNow;

    public InspectorView()
    {
        _meters.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument is { Meter.Name: "Session.Protocol.Onion", Name: "session.onion.request.duration" })
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _meters.SetMeasurementEventCallback<double>((_, _, tags, _) =>
            _outcomes.AddOrUpdate(string.Join(' ', tags.ToArray().Select(tag => tag.Value)), 1, (_, count) => count + 1));
        _meters.Start();
    }

    /// <summary>Requests that were answered.</summary>
    public int Answers => _outcomes.Where(outcome => outcome.Key.EndsWith(" ok", StringComparison.Ordinal)).Sum(outcome => outcome.Value);

    public void Note(string text)
    {
        string line = $"{DateTime.UtcNow - _start:mm\\:ss\\.f} {text}";
        _notes.Enqueue(line);
        if (Console.IsOutputRedirected)
        {
            Console.WriteLine(line);
        }
        else if (_notes.Count > ShownNotes)
        {
            _ = _notes.TryDequeue(out _);
        }
    }

    /// <summary>Sends a request five times a second and shows how the paths are, until the token ends it.</summary>
    public async Task RunAsync(Func<PathSnapshot> paths, Func<Task> request, CancellationToken cancellationToken)
    {
        if (Console.IsOutputRedirected)
        {
            await LoopAsync(request, () => { }, cancellationToken);
            foreach (OnionPath path in paths().Paths)
            {
                Console.WriteLine($"path {path}  {Milliseconds(path)}");
            }

            Console.WriteLine(Summary());
        }
        else
        {
            await AnsiConsole.Live(Draw(paths())).StartAsync(live => LoopAsync(request, () => live.UpdateTarget(Draw(paths())), cancellationToken));
        }
    }

    public void Dispose() => _meters.Dispose();

    private static async Task LoopAsync(Func<Task> request, Action draw, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await request();
            }
            catch (Exception e) when (e is OnionException or OperationCanceledException)
            {
                // Counted by the library, and shown with the outcomes.
            }

            draw();
            await Task.Delay(TimeSpan.FromMilliseconds(200), cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private Rows Draw(PathSnapshot snapshot)
    {
        Table table = new Table().Title($"{snapshot.State}").AddColumns("guard", "middle", "exit", "latency");
        foreach (OnionPath path in snapshot.Paths)
        {
            table.AddRow([.. path.Hops.Select(hop => hop.ToString()), Milliseconds(path)]);
        }

        IEnumerable<IRenderable> notes = _notes.Select(note => new Text(note));
        return new Rows([table, new Text(Summary()), .. notes]);
    }

    private string Summary() => $"requests: {string.Join(", ", _outcomes.OrderBy(outcome => outcome.Key, StringComparer.Ordinal).Select(outcome => $"{outcome.Key} {outcome.Value}"))}";

    private static string Milliseconds(OnionPath path) => path.Latency is { } latency ? string.Create(CultureInfo.InvariantCulture, $"{latency.TotalMilliseconds:F1} ms") : "not used yet";
}
