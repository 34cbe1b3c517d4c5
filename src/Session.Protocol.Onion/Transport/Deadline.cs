namespace Session.Protocol.Onion.Transport;

/// <summary>A token that ends with a time limit or with the caller's own token, whichever comes first. One source instead of the two that linking takes.</summary>
internal readonly struct Deadline : IDisposable
{
    private readonly CancellationTokenSource _source;
    private readonly CancellationTokenRegistration _caller;

    public Deadline(TimeSpan limit, TimeProvider time, CancellationToken cancellationToken)
    {
        var source = new CancellationTokenSource(limit, time);
        _source = source;
        _caller = cancellationToken.UnsafeRegister(static x => ((CancellationTokenSource)x!).Cancel(), source);
    }

    public CancellationToken Token => _source.Token;

    public void Dispose()
    {
        // First the registration: it waits for a cancellation under way, which needs the source.
        _caller.Dispose();
        _source.Dispose();
    }
}
