using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Session.Protocol.Accounts;
using Session.Protocol.Client;

namespace Session.Protocol.Hosting;

/// <summary>Receives for one account and sends each message through its pipeline.</summary>
internal sealed class AccountRunner
{
    private readonly AccountRegistration _registration;
    private readonly IServiceProvider _provider;
    private readonly SessionAccountOptions _options;
    private readonly TimeSpan _restartDelay;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly IReadOnlyDictionary<string, IReadOnlySet<AccountId>> _roles;
    private readonly MessageStep _pipeline;

    public AccountRunner(IServiceProvider provider, AccountRegistration registration)
    {
        _provider = provider;
        _registration = registration;
        _options = provider.GetRequiredService<IOptionsMonitor<SessionAccountOptions>>().Get(registration.Name);
        _restartDelay = provider.GetRequiredService<IOptions<SessionHostOptions>>().Value.RestartDelay;
        _time = provider.GetRequiredService<TimeProvider>();
        _logger = provider.GetRequiredService<ILogger<SessionService>>();
        _roles = _options.ToRoles();
        Client = provider.GetRequiredKeyedService<ISessionClient>(registration.Name);
        _pipeline = registration.Pipeline
            .Select(x => x)
            .Reverse()
            .Aggregate((MessageStep)(static _ => ValueTask.CompletedTask), (next, step) => step(provider, next));
    }

    public string Name => _registration.Name;

    public ISessionClient Client { get; }

    /// <summary>Receives until the token is cancelled and the handlers have ended.</summary>
    public async Task RunAsync(CancellationToken stoppingToken)
    {
        HostingLog.Started(_logger, Name);
        while (!stoppingToken.IsCancellationRequested)
        {
            Task run = Client.HandleAsync(HandleAsync, _options.ToHandling(), stoppingToken);
            await run.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (run.Exception?.InnerException is { } failure)
            {
                // The store has failed: a full disk, a lost mount. Nothing was acknowledged that was not handled, so going on is safe.
                HostingLog.Failed(_logger, Name, failure.GetType(), _restartDelay);
                await Task.Delay(_restartDelay, _time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        HostingLog.Stopped(_logger, Name);
    }

    private async ValueTask HandleAsync(ReceivedMessage message, CancellationToken cancellationToken)
    {
        if (message.IsOwn && !_options.HandleOwnMessages)
        {
            return;
        }

        AsyncServiceScope scope = _provider.CreateAsyncScope();
        await using (scope.ConfigureAwait(false))
        {
            await _pipeline(new MessageContext(Name, Client, message, scope.ServiceProvider, _roles, cancellationToken)).ConfigureAwait(false);
        }
    }
}
