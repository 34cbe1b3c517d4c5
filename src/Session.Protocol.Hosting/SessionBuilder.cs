using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Session.Protocol.Accounts;
using Session.Protocol.Client;
using Session.Protocol.Client.Stores;
using Session.Protocol.Onion;

namespace Session.Protocol.Hosting;

/// <summary>Adds accounts to a host.</summary>
public sealed class SessionBuilder
{
    private readonly IConfiguration? _configuration;
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);

    internal SessionBuilder(IServiceCollection services, IConfiguration? configuration)
    {
        Services = services;
        _configuration = configuration;
    }

    /// <summary>The host's services.</summary>
    public IServiceCollection Services { get; }

    /// <summary>
    /// Adds an account. Its <see cref="ISessionClient"/> is a service with the name as its key. Accounts share the node list and connections, never a path.
    /// </summary>
    /// <param name="name">What the program calls it, in configuration and logs too; not empty, each once.</param>
    /// <param name="configure">Sets options after the configuration did; null for nothing.</param>
    /// <returns>Takes the account's handlers.</returns>
    /// <exception cref="ArgumentException">The name is empty or was used before.</exception>
    public SessionAccountBuilder AddAccount(string name, Action<SessionAccountOptions>? configure = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        if (!_names.Add(name))
        {
            throw new ArgumentException($"There is an account '{name}' already.", nameof(name));
        }

        var registration = new AccountRegistration(name);
        OptionsBuilder<SessionAccountOptions> options = Services.AddOptions<SessionAccountOptions>(name);
        if (_configuration is not null)
        {
            options.Bind(_configuration.GetSection("Accounts").GetSection(name));
        }

        if (configure is not null)
        {
            options.Configure(configure);
        }

        options.ValidateOnStart();
        Services.AddSingleton<IValidateOptions<SessionAccountOptions>>(new SessionAccountOptionsValidator(registration));
        Services.AddKeyedSingleton(name, (provider, _) => Identity(provider, registration));
        Services.AddKeyedSingleton(name, (provider, _) => provider.GetRequiredService<SharedOnion>().Fork());
        Services.AddKeyedSingleton<ISessionClient>(name, (provider, _) => Client(provider, registration));
        Services.AddSingleton(provider => new AccountRunner(provider, registration));
        return new SessionAccountBuilder(this, registration);
    }

    private static SessionIdentity Identity(IServiceProvider provider, AccountRegistration registration) =>
        registration.Identity?.Invoke(provider) ?? SessionIdentity.FromPhrase(Options(provider, registration).Phrase);

    private static SessionClient Client(IServiceProvider provider, AccountRegistration registration) => new(
        provider.GetRequiredKeyedService<SessionIdentity>(registration.Name),
        provider.GetRequiredKeyedService<OnionClient>(registration.Name),
        registration.ConfigureClient(Options(provider, registration).ToClient()),
        provider.GetKeyedService<IAccountStore>(registration.Name),
        swarm: null,
        provider.GetService<TimeProvider>(),
        provider.GetService<ILogger<SessionClient>>());

    private static SessionAccountOptions Options(IServiceProvider provider, AccountRegistration registration) =>
        provider.GetRequiredService<IOptionsMonitor<SessionAccountOptions>>().Get(registration.Name);
}
