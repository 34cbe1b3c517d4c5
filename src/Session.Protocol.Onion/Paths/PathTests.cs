using Session.Protocol.Onion.Nodes;

namespace Session.Protocol.Onion.Paths;

/// <summary>How a path is tried out before it is used. Both throw <see cref="OnionException"/> when there is no answer.</summary>
/// <param name="TryGuardAsync">Asks a guard something directly.</param>
/// <param name="TryPathAsync">Sends something harmless through a path.</param>
internal sealed record PathTests(Func<ServiceNode, CancellationToken, Task> TryGuardAsync, Func<OnionPath, CancellationToken, Task> TryPathAsync);
