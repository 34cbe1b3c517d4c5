using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Session.Protocol.Hosting;

/// <summary>Receives for all accounts while the host runs, and lets their handlers finish when it stops.</summary>
internal sealed class SessionService(IServiceProvider provider) : BackgroundService
{
    private IReadOnlyList<AccountRunner> _accounts = [];

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        // Made here, after all options were validated: what is wrong with an identity or a store then keeps the host from starting.
        _accounts = [.. provider.GetServices<AccountRunner>()];
        return base.StartAsync(cancellationToken);
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(_accounts.Select(x => x.RunAsync(stoppingToken)));
}
