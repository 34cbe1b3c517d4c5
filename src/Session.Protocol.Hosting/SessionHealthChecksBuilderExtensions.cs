using Microsoft.Extensions.Diagnostics.HealthChecks;
using Session.Protocol.Hosting;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds Session accounts to health checks.</summary>
public static class SessionHealthChecksBuilderExtensions
{
    /// <summary>
    /// Checks that all accounts of the host receive: unhealthy when one has stalled or stopped, degraded when its looks into the swarm fail or its
    /// handlers keep everything waiting.
    /// </summary>
    /// <param name="builder">The health checks.</param>
    /// <param name="name">What the check is called.</param>
    /// <param name="failureStatus">What a stalled account means; null for unhealthy.</param>
    /// <param name="tags">For filtering; null for none.</param>
    /// <returns><paramref name="builder"/>.</returns>
    public static IHealthChecksBuilder AddSession(
        this IHealthChecksBuilder builder, string name = "session", HealthStatus? failureStatus = null, IEnumerable<string>? tags = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.Add(new HealthCheckRegistration(name, provider => new SessionHealthCheck(provider.GetServices<AccountRunner>()), failureStatus, tags));
    }
}
