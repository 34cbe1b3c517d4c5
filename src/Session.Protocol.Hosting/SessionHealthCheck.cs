using Microsoft.Extensions.Diagnostics.HealthChecks;
using Session.Protocol.Client;

namespace Session.Protocol.Hosting;

/// <summary>Asks the watchdog of every account. The result names accounts as the program does, and holds no ids.</summary>
internal sealed class SessionHealthCheck(IEnumerable<AccountRunner> accounts) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        (string Name, ReceiverStatus Status)[] all = [.. accounts.Select(x => (x.Name, x.Client.Receiver))];
        var data = all.ToDictionary(x => x.Name, x => (object)x.Status.State.ToString(), StringComparer.Ordinal);
        string[] stalled = [.. all.Where(x => x.Status.State is ReceiverState.Stalled or ReceiverState.Stopped).Select(x => x.Name)];
        string[] troubled = [.. all.Where(x => x.Status.State is ReceiverState.Troubled or ReceiverState.Blocked).Select(x => x.Name)];
        HealthCheckResult result = (stalled, troubled) switch
        {
            ([_, ..], _) => new HealthCheckResult(context.Registration.FailureStatus, $"Not receiving: {string.Join(", ", stalled)}", exception: null, data),
            (_, [_, ..]) => HealthCheckResult.Degraded($"In trouble: {string.Join(", ", troubled)}", exception: null, data),
            _ => HealthCheckResult.Healthy($"{all.Length} accounts receive", data),
        };
        return Task.FromResult(result);
    }
}
