using Session.Protocol.Onion.Paths;

namespace Session.Protocol.Onion;

/// <summary>Tells how a client's paths are, for a status line, an alarm or a health check. Safe for concurrent use.</summary>
public interface IPathMonitor
{
    /// <summary>The paths at this moment.</summary>
    PathSnapshot Paths { get; }

    /// <summary>
    /// How the paths are and, from then on, every change of it. Somebody who reads slowly misses outdated changes, never the latest.
    /// </summary>
    /// <param name="cancellationToken">Ends the enumeration.</param>
    /// <returns>The present snapshot first. The sequence ends when the client is disposed.</returns>
    IAsyncEnumerable<PathSnapshot> WatchPathsAsync(CancellationToken cancellationToken = default);
}
