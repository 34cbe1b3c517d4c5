using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Session.Protocol.Onion.Paths;

/// <summary>
/// Keeps the latest <see cref="PathSnapshot"/> and hands changes to whoever watches. A watcher that is slow misses what is outdated,
/// never the latest. Safe for concurrent use.
/// </summary>
internal sealed class PathWatch(PathSnapshot first)
{
    /// <summary>Changes that wait for one watcher: what an application may want to show of a bad minute.</summary>
    private const int MaxWaiting = 16;

    private readonly Lock _lock = new();
    private readonly List<Channel<PathSnapshot>> _watchers = [];
    private PathSnapshot _current = first;
    private bool _closed;

    public PathSnapshot Current
    {
        get
        {
            lock (_lock)
            {
                return _current;
            }
        }
    }

    /// <summary>Makes a snapshot the current one. True when its state or its paths differ from the one before; others are not announced.</summary>
    public bool Publish(PathSnapshot next)
    {
        lock (_lock)
        {
            bool same = next.State == _current.State && next.NetworkRuleRelaxed == _current.NetworkRuleRelaxed && next.Paths.SequenceEqual(_current.Paths);
            if (same || _closed)
            {
                return false;
            }

            _current = next;
            foreach (Channel<PathSnapshot> watcher in _watchers)
            {
                _ = watcher.Writer.TryWrite(next);
            }

            return true;
        }
    }

    /// <summary>The current snapshot, then every change until the client is closed.</summary>
    public async IAsyncEnumerable<PathSnapshot> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var changes = Channel.CreateBounded<PathSnapshot>(new BoundedChannelOptions(MaxWaiting) { FullMode = BoundedChannelFullMode.DropOldest });
        lock (_lock)
        {
            _ = changes.Writer.TryWrite(_current);
            _watchers.Add(changes);
            if (_closed)
            {
                changes.Writer.Complete();
            }
        }

        try
        {
            await foreach (PathSnapshot snapshot in changes.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                yield return snapshot;
            }
        }
        finally
        {
            lock (_lock)
            {
                _ = _watchers.Remove(changes);
            }
        }
    }

    /// <summary>Ends all watching.</summary>
    public void Close()
    {
        lock (_lock)
        {
            _closed = true;
            foreach (Channel<PathSnapshot> watcher in _watchers)
            {
                _ = watcher.Writer.TryComplete();
            }
        }
    }
}
