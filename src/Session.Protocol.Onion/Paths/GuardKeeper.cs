namespace Session.Protocol.Onion.Paths;

/// <summary>The guards of one network and their place in the store. Shared by clients that are forks of each other. Safe for concurrent use.</summary>
internal sealed class GuardKeeper(GuardList guards, OnionMemory memory) : IDisposable
{
    private readonly SemaphoreSlim _saving = new(1, 1);
    private readonly Lock _lock = new();
    private Task? _restored;
    private int _savedVersion;

    public GuardList Guards => guards;

    /// <summary>Takes over what an earlier run kept: once, whoever asks, and a caller that gives up does not take it from the others.</summary>
    public Task RestoreAsync()
    {
        lock (_lock)
        {
            return _restored ??= LoadAsync();
        }

        async Task LoadAsync()
        {
            await Task.Yield();
            ReadOnlyMemory<byte> saved = await memory.LoadAsync(OnionStoreItem.Guards, CancellationToken.None).ConfigureAwait(false);
            guards.Restore(GuardFile.Read(saved.Span));
        }
    }

    /// <summary>Saves the guards if they changed.</summary>
    public async ValueTask SaveAsync(CancellationToken cancellationToken)
    {
        await _saving.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            (KeptGuard[] kept, int version) = guards.Snapshot();
            if (version != _savedVersion)
            {
                await memory.SaveAsync(OnionStoreItem.Guards, GuardFile.Write(kept), cancellationToken).ConfigureAwait(false);
                _savedVersion = version;
            }
        }
        finally
        {
            _ = _saving.Release();
        }
    }

    public void Dispose() => _saving.Dispose();
}
