using Session.Protocol.Onion.Nodes;

namespace Session.Protocol.Onion.Paths;

/// <summary>How a path is tried out.</summary>
/// <param name="TryGuardAsync">Asks a guard something directly. Throws <see cref="OnionException"/> when there is no answer.</param>
/// <param name="FindSilentHopAsync">Sends something harmless through a path, and tells the hop at which it ends; null when it comes through.</param>
internal sealed record PathTests(
    Func<ServiceNode, CancellationToken, Task> TryGuardAsync, Func<OnionPath, CancellationToken, Task<ServiceNode?>> FindSilentHopAsync);
