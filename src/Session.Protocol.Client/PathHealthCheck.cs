using Microsoft.Extensions.Diagnostics.HealthChecks;
using Session.Protocol.Onion;
using Session.Protocol.Onion.Paths;

namespace Session.Protocol.Client;

/// <summary>
/// Whether requests can get through: healthy with all paths, degraded with fewer or while the first is being built, and as the
/// registration says when none could be built. Sends nothing. For example
/// <c>services.AddHealthChecks().AddCheck("session paths", new PathHealthCheck(client))</c>.
/// </summary>
/// <param name="paths">A <see cref="SessionClient"/> or an <see cref="OnionClient"/>.</param>
public sealed class PathHealthCheck(IPathMonitor paths) : IHealthCheck
{
    /// <inheritdoc/>
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(context);
        PathSnapshot now = paths.Paths;
        HealthStatus status = now.State switch
        {
            PathState.Ready => HealthStatus.Healthy,
            PathState.Lost => context.Registration.FailureStatus,
            _ => HealthStatus.Degraded,
        };
        var data = new Dictionary<string, object>(StringComparer.Ordinal) { ["state"] = now.State.ToString(), ["ready"] = now.Paths.Count };
        return Task.FromResult(new HealthCheckResult(status, now.Reason, exception: null, data));
    }
}
