namespace Session.Protocol.Fuzz;

/// <summary>Ends the program when one input is not decoded in time, and keeps that input.</summary>
internal sealed class HangWatch : IDisposable
{
    /// <summary>No input takes a hundredth of it, on a busy machine too.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    private readonly FuzzRun _run;
    private readonly string _folder;
    private readonly Timer _timer;
    private byte[]? _last;

    public HangWatch(FuzzRun run, string folder)
    {
        _run = run;
        _folder = folder;
        _timer = new Timer(_ => Look(), null, Limit, Limit);
    }

    public void Dispose() => _timer.Dispose();

    // The same array at two looks: it has been there for the whole time between them.
    private void Look()
    {
        byte[]? current = _run.Current;
        if (current is not null && ReferenceEquals(current, _last))
        {
            string file = new FuzzFailure(current, new TimeoutException()).Save(_folder);
            Console.Error.WriteLine($"Not decoded in {Limit.TotalSeconds} s: {file}");
            Environment.Exit(3);
        }

        _last = current;
    }
}
